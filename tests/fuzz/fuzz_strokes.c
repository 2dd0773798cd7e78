/* Fuzz target: bytes as pen strokes. What is taken gives boxes around the strokes and inputs. Built by make fuzz;
 * replay.c runs it over kept files. */
#include <stdlib.h>
#include <string.h>

#include "read/group_strokes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_STROKES = 64 };

/* The first byte says how many strokes there are, the next ones how many points each has at most; all that follows is
 * floats. */
static size_t read_strokes(const uint8_t *bytes, size_t size, scrawl_point *points, scrawl_stroke *strokes)
{
    const size_t count = size > 0 ? bytes[0] % MOST_STROKES : 0;
    if (size < 1 + count) return 0;
    size_t rest = (size - 1 - count) / sizeof *points;
    memcpy(points, bytes + 1 + count, rest * sizeof *points);
    for (size_t i = 0; i < count; i++) {
        const size_t wanted = bytes[1 + i], taken = wanted < rest ? wanted : rest;
        strokes[i] = (scrawl_stroke){points, taken};
        points += taken;
        rest -= taken;
    }
    return count;
}

static void check(const struct found_digits *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct found_digit *digit = &found->digits[i];
        int ink = 0;
        for (int j = 0; j < SCRAWL_IMAGE_PIXELS; j++) ink += digit->input[j];
        if (digit->width < 1 || digit->height < 1 || digit->line < 0 || ink == 0) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_point *points = malloc(size + sizeof *points);
    scrawl_stroke strokes[MOST_STROKES];
    const size_t count = read_strokes(bytes, size, points, strokes);
    for (int single = 0; single <= 1; single++) {
        struct found_digits found = {0};
        int width, height;
        if (group_strokes(strokes, count, single, &found, &width, &height) == SCRAWL_OK) check(&found);
        if (single && found.count > 1) abort();
        found_digits_free(&found);
    }
    free(points);
    return 0;
}
