/* Implements model_files.h. */
#include "model_files.h"

#include <stdio.h>

#include "test.h"

enum { PATH_SIZE = 256 };

uint8_t *model_fixture(const char *folder, const char *name, const char *ending, size_t *size)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "tests/fixtures/%s/%s%s", folder, name, ending);
    return test_file(path, size);
}

scrawl_model *load_model(const uint8_t *bytes, size_t size)
{
    scrawl_model *model = NULL;
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_OK)) CHECK_TEXT(scrawl_error(), "");
    return model;
}
