/* Fuzz target: the bytes of a picture file, decoded and searched for digits. Built by make fuzz; replay.c runs it
 * over kept files. */
#include <stdlib.h>

#include "find/find_digits.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Each window's box lies in the picture, and its input can be made. */
static void check(const struct picture *picture, const struct finding *finding)
{
    for (size_t i = 0; i < finding->window_count; i++) {
        uint8_t input[SCRAWL_IMAGE_PIXELS];
        struct box box = finding_box(finding, &finding->windows[i]);
        bool inside = box.left >= 0 && box.top >= 0 && box.left < box.right && box.top < box.bottom &&
                      box.right <= picture->width && box.bottom <= picture->height;
        if (!inside) abort();
        if (finding_input(finding, &finding->windows[i], input) != SCRAWL_OK) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct picture picture = {0};
    if (picture_decode(bytes, size, &picture) != SCRAWL_OK) return 0;
    for (int single = 0; single <= 1; single++) {
        struct finding finding = {0};
        if (find_digits(&picture, single, &finding) == SCRAWL_OK) check(&picture, &finding);
        finding_free(&finding);
    }
    picture_free(&picture);
    return 0;
}
