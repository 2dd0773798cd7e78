/* Fuzz target: the bytes of a picture file, decoded and searched for digits. Build with -fsanitize=fuzzer. */
#include <stdlib.h>

#include "../../src/find_digits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A found digit's box lies in the picture. */
static void check(const struct picture *picture, const struct found_digits *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct found_digit *digit = &found->digits[i];
        bool inside = digit->x >= 0 && digit->y >= 0 && digit->width > 0 && digit->height > 0 &&
                      digit->width <= picture->width - digit->x && digit->height <= picture->height - digit->y;
        if (!inside) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct picture picture = {0};
    if (picture_decode(bytes, size, &picture) != SCRAWL_OK) return 0;
    for (int single = 0; single <= 1; single++) {
        struct found_digits found = {0};
        if (find_digits(&picture, single, &found) == SCRAWL_OK) check(&picture, &found);
        found_digits_free(&found);
    }
    picture_free(&picture);
    return 0;
}
