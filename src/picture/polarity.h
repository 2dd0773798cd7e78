/* Which side of a picture's levels is paper. Knows no shapes but how many pieces there are. */
#ifndef POLARITY_H
#define POLARITY_H

#include "picture.h"

/* Whether light ink lies on dark paper. */
bool paper_is_dark(const struct picture *picture);

#endif
