/* Implements models.h. Must not know what a model is opened for. */
#include "models.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"
#include "report.h"

enum { DIGIT_COUNT = 10 };

const char *const normalization_names[] = {"unit", "column-l2", NULL};

static bool open_shipped(scrawl_model **model)
{
    if (shipped_model_size == 0) {
        complain("This build has no model in it. Train one with `scrawl train` and pass it by --model FILE.");
        return false;
    }
    if (scrawl_model_load(shipped_model, shipped_model_size, model) == SCRAWL_OK) return true;
    complain("The model in this build is damaged: %s", scrawl_error());
    return false;
}

bool model_open(const char *path, scrawl_model **model)
{
    struct bytes bytes;
    if (!path) return open_shipped(model);
    if (!file_read(path, &bytes)) {
        complain("%s", file_error());
        return false;
    }
    bool ok = scrawl_model_load(bytes.data, bytes.size, model) == SCRAWL_OK;
    if (!ok) complain("%s: %s", path, scrawl_error());
    free(bytes.data);
    return ok;
}

size_t architecture_output_count(const char *architecture)
{
    const char *last_dense = NULL;
    for (const char *found = architecture; (found = strstr(found, "dense")); found++) last_dense = found;
    unsigned long outputs = last_dense ? strtoul(last_dense + strlen("dense"), NULL, 10) : 0;
    return outputs >= 2 && outputs <= SCRAWL_MAX_CLASSES ? outputs : DIGIT_COUNT;
}
