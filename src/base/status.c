/* Implements status.h, and the version and status parts of scrawl.h. */
#include "status.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "minmax.h"

enum { SENTENCE_SIZE = 512 };

/* In WebAssembly one thread calls the library; its helpers run tasks only, which never fail. */
#ifdef __wasm__
static char sentence[SENTENCE_SIZE];
#else
static _Thread_local char sentence[SENTENCE_SIZE];
#endif

const char *scrawl_version(void)
{
    return SCRAWL_VERSION;
}

const char *scrawl_status_text(scrawl_status status)
{
    static const char *const texts[] = {
        [SCRAWL_OK] = "All is well.",
        [SCRAWL_OUT_OF_MEMORY] = "There is not enough memory.",
        [SCRAWL_INVALID_ARGUMENT] = "A value is outside its range.",
        [SCRAWL_INVALID_ARCHITECTURE] = "The architecture can't be built.",
        [SCRAWL_INVALID_MODEL] = "This is not a whole Scrawl model.",
        [SCRAWL_INVALID_DATASET] = "The data set is damaged or doesn't fit together.",
        [SCRAWL_INVALID_PICTURE] = "This is no picture that Scrawl can read, or it is damaged.",
        [SCRAWL_PICTURE_TOO_LARGE] = "The picture has more than 64 megapixels.",
        [SCRAWL_UNSUPPORTED] = "This build or machine can't do that.",
    };
    size_t index = (size_t)status;
    return index < sizeof texts / sizeof *texts ? texts[index] : "Unknown status.";
}

const char *scrawl_error(void)
{
    return sentence;
}

static void cut_on_character(size_t length)
{
    while (length > 0 && ((unsigned char)sentence[length] & 0xC0) == 0x80) length--;
    sentence[length] = 0;
}

scrawl_status fail(scrawl_status status, ...)
{
    size_t length = 0;
    va_list parts;
    va_start(parts, status);
    for (const char *part; (part = va_arg(parts, const char *));) {
        size_t part_length = strlen(part), room = SENTENCE_SIZE - 1 - length;
        size_t taken = min_size(part_length, room);
        memmove(sentence + length, part, taken);
        length += taken;
        if (taken < part_length) {
            sentence[length] = part[taken];
            cut_on_character(length);
            length = strlen(sentence);
            break;
        }
    }
    va_end(parts);
    sentence[length] = 0;
    return status;
}

scrawl_status fail_out_of_memory(void)
{
    return fail(SCRAWL_OUT_OF_MEMORY, scrawl_status_text(SCRAWL_OUT_OF_MEMORY), NULL);
}

void scrawl_free(void *memory)
{
    free(memory);
}
