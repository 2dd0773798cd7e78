/* The models that are built in: SHIPPED_MODELS is the file that make writes of models/. None without it. */
#include "command.h"

#ifdef SHIPPED_MODELS
#include SHIPPED_MODELS
#else
const struct shipped_model shipped_models[] = {{0}};
#endif
