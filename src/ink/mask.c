/* Implements mask.h: eight bytes in a 64-bit word are compared at a time (Warren, "Hacker's Delight", 2012, sections
 * 2-18 and 7-3). Must not know what is a stroke. */
#include "mask.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = 8, HALF = 128 };

static const uint64_t every_byte = 0x0101010101010101;

/* values[8], the first one as the lowest byte. */
static inline uint64_t load_bytes(const uint8_t *values)
{
    uint64_t word;
    memcpy(&word, values, sizeof word);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(word) : word;
}

/* Each byte's highest bit, as 8 bits. */
static inline uint64_t highest_bits(uint64_t bytes)
{
    return ((bytes >> 7 & every_byte) * 0x0102040810204080) >> 56;
}

/* Which of 64 values are at least the threshold, 1..255. A byte's lower seven bits plus `rest` reach its highest bit
 * when they are at least the threshold's; both have that bit or either is enough, as the threshold has it or not. */
static inline uint64_t compare_values(const uint8_t *values, int threshold)
{
    const bool high = threshold > HALF;
    const uint64_t rest = every_byte * (uint64_t)((high ? 2 * HALF : HALF) - threshold);
    const uint64_t low_bits = every_byte * (HALF - 1);
    uint64_t word = 0;
    for (int i = 0; i < MASK_WORD; i += BYTES) {
        uint64_t bytes = load_bytes(values + i), sum = (bytes & low_bits) + rest;
        word |= highest_bits(high ? sum & bytes : sum | bytes) << i;
    }
    return word;
}

void mask_threshold_row(const uint8_t *values, int width, int threshold, uint64_t *row)
{
    if (threshold <= 0 || threshold > UINT8_MAX) {
        memset(row, 0, mask_words(width) * sizeof *row);
        for (int x = 0; threshold <= 0 && x < width; x++) row[x / MASK_WORD] |= 1ull << (x % MASK_WORD);
        return;
    }
    int x = 0;
    for (; x + MASK_WORD <= width; x += MASK_WORD) row[x / MASK_WORD] = compare_values(values + x, threshold);
    if (x == width) return;
    uint8_t rest[MASK_WORD] = {0};
    memcpy(rest, values + x, (size_t)(width - x));
    row[x / MASK_WORD] = compare_values(rest, threshold);
}

static scrawl_status allocate(int width, int height, struct mask *mask)
{
    struct mask result = {width, height, mask_words(width), NULL};
    result.bits = malloc((size_t)height * result.words * sizeof *result.bits);
    if (!result.bits) return fail_out_of_memory();
    *mask = result;
    return SCRAWL_OK;
}

scrawl_status mask_create(const uint8_t *values, int width, int height, int threshold, struct mask *mask)
{
    scrawl_status status = allocate(width, height, mask);
    if (status != SCRAWL_OK) return status;
    for (int y = 0; y < height; y++) {
        mask_threshold_row(values + (size_t)y * (size_t)width, width, threshold, mask_row_to_write(mask, y));
    }
    return SCRAWL_OK;
}

scrawl_status mask_copy(const struct mask *mask, struct mask *copy)
{
    scrawl_status status = allocate(mask->width, mask->height, copy);
    if (status == SCRAWL_OK) memcpy(copy->bits, mask->bits, (size_t)mask->height * mask->words * sizeof *mask->bits);
    return status;
}

/* Exchanges rows and columns of 64 words: halves of the square change sides, then halves of the halves, and so on. */
static void transpose_square(uint64_t square[MASK_WORD])
{
    uint64_t keep = UINT32_MAX;
    for (int half = MASK_WORD / 2; half > 0; half /= 2, keep ^= keep << half) {
        for (int row = 0; row < MASK_WORD; row = ((row | half) + 1) & ~half) {
            uint64_t exchange = (square[row] >> half ^ square[row + half]) & keep;
            square[row] ^= exchange << half;
            square[row + half] ^= exchange;
        }
    }
}

scrawl_status mask_transpose(const struct mask *mask, struct mask *transposed)
{
    scrawl_status status = allocate(mask->height, mask->width, transposed);
    if (status != SCRAWL_OK) return status;
    for (int top = 0; top < mask->height; top += MASK_WORD) {
        for (int left = 0; left < mask->width; left += MASK_WORD) {
            uint64_t square[MASK_WORD] = {0}, ink = 0;
            for (int y = top; y < mask->height && y < top + MASK_WORD; y++)
                ink |= square[y - top] = mask_row(mask, y)[left / MASK_WORD];
            if (ink) transpose_square(square);
            for (int x = left; x < mask->width && x < left + MASK_WORD; x++)
                mask_row_to_write(transposed, x)[top / MASK_WORD] = square[x - left];
        }
    }
    return SCRAWL_OK;
}

void mask_free(struct mask *mask)
{
    free(mask->bits);
    *mask = (struct mask){0};
}

void mask_clear(uint64_t *row, int start, int end)
{
    for (int x = start; x < end;) {
        int bit = x % MASK_WORD, count = end - x < MASK_WORD - bit ? end - x : MASK_WORD - bit;
        row[x / MASK_WORD] &= ~(UINT64_MAX >> (MASK_WORD - count) << bit);
        x += count;
    }
}

size_t mask_count_runs(const uint64_t *row, int width)
{
    size_t count = 0;
    uint64_t before = 0; /* the last pixel of the word before */
    for (size_t word = 0; word < mask_words(width); word++) {
        count += (size_t)__builtin_popcountll(row[word] & ~(row[word] << 1 | before));
        before = row[word] >> (MASK_WORD - 1);
    }
    return count;
}
