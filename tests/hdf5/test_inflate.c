/* Tests src/hdf5/inflate.c: what zlib deflates in each of its ways comes back, and what is damaged is refused. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "hdf5/inflate.h"

enum { SIZE = 70000, DEFLATED = 2 * SIZE };

/* Bytes of that many kinds, which repeat now and then. */
static void fill(uint8_t *bytes, size_t size, unsigned kinds)
{
    uint32_t state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = i % 300 > 200 ? bytes[i - 200] : (uint8_t)(state >> 16) % kinds;
    }
}

/* As zlib does it; window_bits: negative without its header. */
static size_t deflate_all(const uint8_t *bytes, size_t size, int level, int strategy, int window_bits,
                          uint8_t *deflated)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)size, .next_out = deflated, .avail_out = DEFLATED};
    CHECK_EQUAL(deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, strategy), Z_OK);
    CHECK_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

static void check_round_trip(size_t size, int level, int strategy, unsigned kinds)
{
    static uint8_t bytes[SIZE], inflated[SIZE + 1], deflated[DEFLATED];
    fill(bytes, size, kinds);
    size_t length = deflate_all(bytes, size, level, strategy, -15, deflated);
    CHECK(inflate_exactly(deflated, length, inflated, size));
    CHECK(memcmp(bytes, inflated, size) == 0);
    CHECK(!inflate_exactly(deflated, length, inflated, size + 1));
    if (size > 0) CHECK(!inflate_exactly(deflated, length, inflated, size - 1));
    length = deflate_all(bytes, size, level, strategy, 15, deflated);
    memset(inflated, 0, size);
    CHECK(inflate_zlib_exactly(deflated, length, inflated, size));
    CHECK(memcmp(bytes, inflated, size) == 0);
}

TEST(inflate_undoes_deflate)
{
    static const size_t sizes[] = {0, 1, 2, 258, 1000, SIZE};
    static const unsigned kinds[] = {1, 3, 40, 256};
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++)
            for (size_t k = 0; k < sizeof strategies / sizeof *strategies; k++)
                for (int level = 0; level <= 9; level += 3) check_round_trip(sizes[i], level, strategies[k], kinds[j]);
}

/* Cut off anywhere, and with any bit changed, it ends; with a checksum it is refused, unless the bit says nothing. */
TEST(inflate_refuses_what_is_damaged)
{
    enum { SMALL = 600, HEADER = 2 };
    uint8_t bytes[SMALL], inflated[SMALL];
    static uint8_t deflated[DEFLATED];
    fill(bytes, SMALL, 40);
    for (int strategy = Z_DEFAULT_STRATEGY; strategy <= Z_FIXED; strategy += Z_FIXED) {
        const size_t length = deflate_all(bytes, SMALL, 9, strategy, 15, deflated);
        for (size_t cut = 0; cut < length; cut++) {
            uint8_t *exact = malloc(cut ? cut : 1);
            memcpy(exact, deflated, cut);
            CHECK(!inflate_zlib_exactly(exact, cut, inflated, SMALL));
            free(exact);
        }
        for (size_t bit = 8 * HEADER; bit < 8 * length; bit++) {
            deflated[bit / 8] ^= (uint8_t)(1 << bit % 8);
            const bool whole = inflate_zlib_exactly(deflated, length, inflated, SMALL);
            CHECK(!whole || memcmp(bytes, inflated, SMALL) == 0);
            deflated[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

TEST(inflate_refuses_codes_that_cant_be)
{
    static const struct {
        const char *what, *bytes;
        size_t size;
    } bad[] = {
        {"no block", "", 0},
        {"a kind that there isn't", "\x07", 1},
        {"a stored size that its complement contradicts", "\x01\x01\x00\x00\x00\x41", 6},
        {"a distance before the beginning", "\x4b\x04\x43\x00", 4},
        {"286 and 287 as lengths", "\x1b\x03\x00", 3},
    };
    uint8_t inflated[16];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (size_t size = 0; size <= sizeof inflated; size++)
            test_check(!inflate_exactly((const uint8_t *)bad[i].bytes, bad[i].size, inflated, size), __FILE__, __LINE__,
                       "%s is taken", bad[i].what);
    static const uint8_t wrong_sum[] = {0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x63};
    CHECK(!inflate_zlib_exactly(wrong_sum, sizeof wrong_sum, inflated, 1));
    static const uint8_t right_sum[] = {0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62};
    CHECK(inflate_zlib_exactly(right_sum, sizeof right_sum, inflated, 1));
    CHECK_EQUAL(inflated[0], 'a');
}
