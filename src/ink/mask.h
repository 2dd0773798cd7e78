/* Pixels that are strokes, as bits, so that runs are found 64 pixels at a time. Knows neither ink nor shapes. */
#ifndef MASK_H
#define MASK_H

#include "base/status.h"

enum { MASK_WORD = 64 }; /* pixels in a word; the leftmost is the lowest bit */

/* bits[height][words]; those beyond the width are 0. */
struct mask {
    int width, height;
    size_t words; /* of a row */
    uint64_t *bits;
};

static inline size_t mask_words(int width)
{
    return ((size_t)width + MASK_WORD - 1) / MASK_WORD;
}

/* values[width] to row[mask_words(width)]: those from `threshold` on are strokes. */
void mask_threshold_row(const uint8_t *values, int width, int threshold, uint64_t *row);

/* values[height][width] to a mask. Fails with OUT_OF_MEMORY only, as the two after it. */
scrawl_status mask_create(const uint8_t *values, int width, int height, int threshold, struct mask *mask);

scrawl_status mask_copy(const struct mask *mask, struct mask *copy);

/* With rows and columns exchanged. */
scrawl_status mask_transpose(const struct mask *mask, struct mask *transposed);

void mask_free(struct mask *mask);

static inline const uint64_t *mask_row(const struct mask *mask, int y)
{
    return mask->bits + (size_t)y * mask->words;
}

static inline uint64_t *mask_row_to_write(struct mask *mask, int y)
{
    return mask->bits + (size_t)y * mask->words;
}

static inline bool mask_is_set(const uint64_t *row, int x)
{
    return row[x / MASK_WORD] >> (x % MASK_WORD) & 1;
}

/* The first pixel from x on that is set (or is not), at most width. */
static inline int mask_next(const uint64_t *row, int x, int width, bool set)
{
    const uint64_t flip = set ? 0 : UINT64_MAX;
    if (x >= width) return width;
    int word = x / MASK_WORD;
    uint64_t bits = (row[word] ^ flip) & UINT64_MAX << (x % MASK_WORD);
    while (bits == 0) {
        if (++word * MASK_WORD >= width) return width;
        bits = row[word] ^ flip;
    }
    x = word * MASK_WORD + __builtin_ctzll(bits);
    return x < width ? x : width;
}

/* Sets pixels start..end-1 to 0. */
void mask_clear(uint64_t *row, int start, int end);

/* Runs of set pixels in a row. */
size_t mask_count_runs(const uint64_t *row, int width);

#endif
