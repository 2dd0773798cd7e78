/* Implements png_file.h. Must not know what is drawn. */
#include "png_file.h"

#include <stdlib.h>

#include "cli/files.h"
#include "cli/report.h"

bool png_file_possible(const char *option, const char *path)
{
    if (!path || file_can_write(path)) return true;
    complain("%s Choose another file by --%s.", file_error(), option);
    return false;
}

bool png_file_write(const char *path, bool drawn, uint8_t *png, size_t size)
{
    if (!drawn) {
        complain("There is not enough memory for %s.", path);
        return false;
    }
    bool ok = file_write(path, png, size);
    if (!ok) complain("%s", file_error());
    free(png);
    return ok;
}
