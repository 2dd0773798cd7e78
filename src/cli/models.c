/* Implements models.h. Must not know what a model is opened for. */
#include "models.h"

#include <stdlib.h>

#include "command.h"
#include "files.h"
#include "report.h"

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
