/* Implements inflate.h: canonical Huffman codes, decoded length by length as in Mark Adler's puff, which is short and
 * reads no table beyond its end. */
#include "inflate.h"

#include <string.h>

enum {
    MOST_CODE_LENGTH = 15,
    LITERALS = 288, /* with the lengths, of which two are never used */
    DISTANCES = 30,
    FIXED_DISTANCES = 32,
    LENGTH_CODES = 29,
    CODE_LENGTH_CODES = 19,
    END_OF_BLOCK = 256,
    FIRST_LENGTH_CODE = 257,
};

struct inflating {
    const uint8_t *next, *end;
    uint32_t bits; /* not used yet, the next one lowest */
    unsigned bit_count;
    uint8_t *output;
    size_t written, output_size;
    bool failed;
};

/* A code: how many symbols have each length, and the symbols in the order of their codes. */
struct code {
    uint16_t counts[MOST_CODE_LENGTH + 1], symbols[LITERALS];
};

/* The next `count` bits, 0 .. 16; 0 after the end, where it fails. */
static unsigned take_bits(struct inflating *in, unsigned count)
{
    while (in->bit_count < count) {
        if (in->next == in->end) in->failed = true;
        in->bits |= (in->failed ? 0u : *in->next++) << in->bit_count;
        in->bit_count += 8;
    }
    const unsigned value = in->bits & ((1u << count) - 1);
    in->bits >>= count;
    in->bit_count -= count;
    return value;
}

/* False when more codes are asked for than there are. An incomplete one is told where a code is met that it lacks. */
static bool make_code(struct code *code, const uint8_t *lengths, size_t count)
{
    uint16_t offsets[MOST_CODE_LENGTH + 1] = {0};
    int left = 1;
    memset(code->counts, 0, sizeof code->counts);
    for (size_t i = 0; i < count; i++) code->counts[lengths[i]]++;
    code->counts[0] = 0;
    for (size_t length = 1; length <= MOST_CODE_LENGTH; length++) {
        left = 2 * left - code->counts[length];
        if (left < 0) return false;
        if (length < MOST_CODE_LENGTH) offsets[length + 1] = (uint16_t)(offsets[length] + code->counts[length]);
    }
    for (size_t i = 0; i < count; i++)
        if (lengths[i]) code->symbols[offsets[lengths[i]]++] = (uint16_t)i;
    return true;
}

static unsigned take_symbol(struct inflating *in, const struct code *code)
{
    unsigned value = 0, first = 0, index = 0;
    for (size_t length = 1; length <= MOST_CODE_LENGTH && !in->failed; length++) {
        const unsigned count = code->counts[length];
        value |= take_bits(in, 1);
        if (value < first + count) return code->symbols[index + value - first];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    in->failed = true;
    return END_OF_BLOCK;
}

/* Copies what lies `distance` bytes back; the two may overlap. */
static void copy_back(struct inflating *in, size_t distance, size_t length)
{
    if (distance > in->written || length > in->output_size - in->written) {
        in->failed = true;
        return;
    }
    for (; length > 0; length--, in->written++) in->output[in->written] = in->output[in->written - distance];
}

static void inflate_repeat(struct inflating *in, unsigned length_code, const struct code *distances)
{
    static const uint16_t lengths[LENGTH_CODES] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint16_t starts[DISTANCES] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                               33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                               1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    const unsigned last = LENGTH_CODES - 1;
    if (length_code > last) {
        in->failed = true;
        return;
    }
    const unsigned length_bits = length_code < 8 || length_code == last ? 0 : length_code / 4 - 1;
    const size_t length = lengths[length_code] + take_bits(in, length_bits);
    const unsigned distance_code = take_symbol(in, distances);
    if (in->failed || distance_code >= DISTANCES) {
        in->failed = true;
        return;
    }
    const unsigned distance_bits = distance_code < 4 ? 0 : distance_code / 2 - 1;
    copy_back(in, starts[distance_code] + take_bits(in, distance_bits), length);
}

static void inflate_codes(struct inflating *in, const struct code *literals, const struct code *distances)
{
    for (unsigned symbol; !in->failed && (symbol = take_symbol(in, literals)) != END_OF_BLOCK;) {
        if (symbol > END_OF_BLOCK)
            inflate_repeat(in, symbol - FIRST_LENGTH_CODE, distances);
        else if (in->written < in->output_size)
            in->output[in->written++] = (uint8_t)symbol;
        else
            in->failed = true;
    }
}

static void inflate_stored(struct inflating *in)
{
    in->bits = in->bit_count = 0; /* at most seven, of a byte that has begun */
    const unsigned size = take_bits(in, 16), complement = take_bits(in, 16);
    const size_t left = (size_t)(in->end - in->next);
    if (in->failed || size != (complement ^ 0xFFFF) || size > left || size > in->output_size - in->written) {
        in->failed = true;
        return;
    }
    if (size > 0) memcpy(in->output + in->written, in->next, size);
    in->next += size;
    in->written += size;
}

static void inflate_fixed(struct inflating *in)
{
    struct code literals, distances;
    uint8_t lengths[LITERALS];
    for (size_t i = 0; i < LITERALS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(&literals, lengths, LITERALS);
    memset(lengths, 5, FIXED_DISTANCES);
    make_code(&distances, lengths, FIXED_DISTANCES);
    inflate_codes(in, &literals, &distances);
}

/* The lengths of both codes, which are themselves coded: RFC 1951, section 3.2.7. */
static void take_lengths(struct inflating *in, const struct code *code, uint8_t *lengths, size_t count)
{
    enum { REPEAT = 16, ZEROS = 17, MANY_ZEROS = 18 };
    for (size_t i = 0; i < count && !in->failed;) {
        const unsigned symbol = take_symbol(in, code);
        size_t times = 1;
        if (symbol == REPEAT) times = 3 + take_bits(in, 2);
        if (symbol == ZEROS) times = 3 + take_bits(in, 3);
        if (symbol == MANY_ZEROS) times = 11 + take_bits(in, 7);
        if (times > count - i || (symbol == REPEAT && i == 0)) {
            in->failed = true;
            return;
        }
        const uint8_t length = symbol < REPEAT ? (uint8_t)symbol : symbol == REPEAT ? lengths[i - 1] : 0;
        for (; times > 0; times--) lengths[i++] = length;
    }
}

static void inflate_dynamic(struct inflating *in)
{
    static const uint8_t order[CODE_LENGTH_CODES] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    struct code literals, distances;
    uint8_t lengths[LITERALS + FIXED_DISTANCES] = {0};
    const size_t literal_count = FIRST_LENGTH_CODE + take_bits(in, 5), distance_count = 1 + take_bits(in, 5);
    const size_t code_count = 4 + take_bits(in, 4);
    for (size_t i = 0; i < code_count; i++) lengths[order[i]] = (uint8_t)take_bits(in, 3);
    if (in->failed || literal_count > LITERALS || !make_code(&literals, lengths, CODE_LENGTH_CODES)) {
        in->failed = true;
        return;
    }
    memset(lengths, 0, sizeof lengths);
    take_lengths(in, &literals, lengths, literal_count + distance_count);
    if (in->failed || !make_code(&literals, lengths, literal_count) ||
        !make_code(&distances, lengths + literal_count, distance_count)) {
        in->failed = true;
        return;
    }
    inflate_codes(in, &literals, &distances);
}

bool inflate_exactly(const uint8_t *bytes, size_t size, uint8_t *output, size_t output_size)
{
    enum { STORED, FIXED, DYNAMIC };
    struct inflating in = {.next = bytes, .end = bytes + size, .output = output, .output_size = output_size};
    for (bool last = false; !last && !in.failed;) {
        last = take_bits(&in, 1);
        const unsigned kind = take_bits(&in, 2);
        if (kind == STORED)
            inflate_stored(&in);
        else if (kind == FIXED)
            inflate_fixed(&in);
        else if (kind == DYNAMIC)
            inflate_dynamic(&in);
        else
            in.failed = true;
    }
    return !in.failed && in.written == output_size;
}

/* RFC 1950, section 8.2. */
static uint32_t adler32(const uint8_t *bytes, size_t size)
{
    enum { BASE = 65521 };
    uint32_t sum = 1, sum_of_sums = 0;
    for (size_t i = 0; i < size; i++) {
        sum = (sum + bytes[i]) % BASE;
        sum_of_sums = (sum_of_sums + sum) % BASE;
    }
    return sum_of_sums << 16 | sum;
}

bool inflate_zlib_exactly(const uint8_t *bytes, size_t size, uint8_t *output, size_t output_size)
{
    enum { HEADER = 2, CHECKSUM = 4, METHOD = 8, DICTIONARY = 0x20, CHECK = 31 };
    if (size < HEADER + CHECKSUM || (bytes[0] & 0xF) != METHOD || (bytes[1] & DICTIONARY)) return false;
    if ((bytes[0] << 8 | bytes[1]) % CHECK != 0) return false;
    if (!inflate_exactly(bytes + HEADER, size - HEADER - CHECKSUM, output, output_size)) return false;
    const uint8_t *sum = bytes + size - CHECKSUM;
    return adler32(output, output_size) == ((uint32_t)sum[0] << 24 | sum[1] << 16 | sum[2] << 8 | sum[3]);
}
