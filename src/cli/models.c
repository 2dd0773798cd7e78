/* Implements models.h. Must not know what a model is opened for. */
#include "models.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"
#include "report.h"

const char *const normalization_names[] = {"unit", "column-l2", NULL};

static bool open_shipped(const struct shipped_model *shipped, scrawl_model **model)
{
    if (!shipped->name) {
        complain("This build has no model in it. Train one with `scrawl train` and pass it by --model FILE.");
        return false;
    }
    if (scrawl_model_load(shipped->bytes, shipped->size, model) == SCRAWL_OK) return true;
    complain("The model \"%s\" in this build is damaged: %s", shipped->name, scrawl_error());
    return false;
}

/* The end of the list when there is none of that name. */
static const struct shipped_model *find_shipped(const char *name)
{
    const struct shipped_model *shipped = shipped_models;
    while (shipped->name && strcmp(shipped->name, name) != 0) shipped++;
    return shipped;
}

bool model_open(const char *path, scrawl_model **model)
{
    struct bytes bytes;
    const struct shipped_model *shipped = path ? find_shipped(path) : shipped_models;
    if (!path || shipped->name) return open_shipped(shipped, model);
    if (!file_read(path, &bytes)) {
        complain("%s", file_error());
        return false;
    }
    bool ok = scrawl_model_load(bytes.data, bytes.size, model) == SCRAWL_OK;
    if (!ok) complain("%s: %s", path, scrawl_error());
    free(bytes.data);
    return ok;
}
