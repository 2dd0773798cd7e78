/* Model files of other programs, which tests/fixtures keeps. */
#ifndef MODEL_FILES_H
#define MODEL_FILES_H

#include "scrawl.h"

/* The bytes of tests/fixtures/FOLDER/NAMEENDING, to be freed with free(). */
uint8_t *model_fixture(const char *folder, const char *name, const char *ending, size_t *size);

/* NULL, and a failed check that names the reason, when it can't be loaded. */
scrawl_model *load_model(const uint8_t *bytes, size_t size);

#endif
