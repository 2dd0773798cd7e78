/* Fuzz target: bytes as a ZIP archive, whose entries of some names are read. Built by make fuzz; replay.c runs it over
 * kept files. */
#include <stdlib.h>

#include "exchange/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"a", "config.json", "model.weights.h5"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zip_entry entry = {0};
        size_t sum = 0;
        if (zip_read(bytes, size, names[i], &entry) != SCRAWL_OK) continue;
        for (size_t at = 0; at < entry.size; at++) sum += entry.bytes[at];
        if (sum == SIZE_MAX) abort();
        zip_entry_free(&entry);
    }
    return 0;
}
