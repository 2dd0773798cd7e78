/* Implements text.h: growing text, decimal numbers, UTF-8. Decimal arithmetic is done in doubles, in steps that are the
 * same on every machine. Knows no domain, no locale and no stdio. */
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 64,          /* bytes */
    SIGNIFICANT_DIGITS = 9,       /* enough for every float: ceil(1 + 24 log10 2) */
    SMALLEST_FIXED_EXPONENT = -4, /* below it "1e-05", as %g has it */
    EXACT_POWERS = 22,            /* 10^22 is the largest power of ten that a double holds exactly */
    MAX_MANTISSA_DIGITS = 19,     /* always fit into 64 bits */
};

/* Larger decimal exponents are not told apart; no text is long enough to make up for this one. */
static const int64_t max_exponent = 100000000000000000;

/* ---- Growing ---- */

static bool reserve(struct text *text, size_t more)
{
    if (text->failed) return false;
    if (more < text->capacity - text->length) return true;
    size_t needed, capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
    if (__builtin_add_overflow(text->length, more, &needed) || ++needed == 0) return !(text->failed = true);
    while (capacity < needed) capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    char *bytes = realloc(text->bytes, capacity);
    if (!bytes) return !(text->failed = true);
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_append_bytes(struct text *text, const char *bytes, size_t length)
{
    if (length == 0 || !reserve(text, length)) return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = 0;
}

void text_append(struct text *text, const char *string)
{
    text_append_bytes(text, string, strlen(string));
}

char *text_take(struct text *text)
{
    if (text->bytes == NULL && reserve(text, 0)) text->bytes[0] = 0;
    char *bytes = text->bytes;
    if (text->failed) {
        free(bytes);
        bytes = NULL;
    }
    *text = (struct text){0};
    return bytes;
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

/* ---- Writing numbers ---- */

const char *unsigned_text(uint64_t value, char buffer[NUMBER_TEXT_SIZE])
{
    char reversed[NUMBER_TEXT_SIZE];
    size_t length = 0;
    do reversed[length++] = (char)('0' + value % 10);
    while (value /= 10);
    for (size_t i = 0; i < length; i++) buffer[i] = reversed[length - 1 - i];
    buffer[length] = 0;
    return buffer;
}

void text_append_unsigned(struct text *text, uint64_t value)
{
    char buffer[NUMBER_TEXT_SIZE];
    text_append(text, unsigned_text(value, buffer));
}

/* value * 10^exponent, correctly rounded while value and the power are exact, i.e. |exponent| <= EXACT_POWERS. */
static double scale(double value, int64_t exponent)
{
    static const double powers[EXACT_POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    for (; exponent > EXACT_POWERS && value <= 1e300; exponent -= EXACT_POWERS) value *= powers[EXACT_POWERS];
    for (; exponent < -EXACT_POWERS && value > 0; exponent += EXACT_POWERS) value /= powers[EXACT_POWERS];
    if (exponent > EXACT_POWERS) return INFINITY;
    if (exponent < -EXACT_POWERS) return 0;
    return exponent >= 0 ? value * powers[exponent] : value / powers[-exponent];
}

/* digits * 10^exponent: no final zero unless digits is 0. */
struct decimal {
    uint64_t digits;
    int64_t exponent;
};

/* value > 0, rounded to `count` significant digits. */
static struct decimal round_to_digits(double value, int count)
{
    int exponent = (int)floor(log10(value)) - (count - 1);
    struct decimal decimal = {(uint64_t)(scale(value, -exponent) + 0.5), exponent};
    while (decimal.digits > 0 && decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    return decimal;
}

/* The shortest digits that read back as the same float; for a double that is no float, SIGNIFICANT_DIGITS digits. */
static struct decimal shortest_decimal(double value)
{
    for (int count = 1; count < SIGNIFICANT_DIGITS; count++) {
        struct decimal decimal = round_to_digits(value, count);
        double back = scale((double)decimal.digits, decimal.exponent);
        if (back == value || ((double)(float)value == value && (float)back == (float)value)) return decimal;
    }
    return round_to_digits(value, SIGNIFICANT_DIGITS);
}

static void append_zeros(struct text *text, int count)
{
    for (int i = 0; i < count; i++) text_append(text, "0");
}

/* "1200", "12.5", "0.001": point_position digits stand before the point. */
static void append_fixed(struct text *text, const char *digits, int digit_count, int point_position)
{
    if (point_position <= 0) {
        text_append(text, "0.");
        append_zeros(text, -point_position);
        text_append(text, digits);
    } else if (point_position >= digit_count) {
        text_append(text, digits);
        append_zeros(text, point_position - digit_count);
    } else {
        text_append_bytes(text, digits, (size_t)point_position);
        text_append(text, ".");
        text_append(text, digits + point_position);
    }
}

/* "1e-07", "2.5e+20": two digits of exponent at least, as %g has it. */
static void append_scientific(struct text *text, const char *digits, int exponent)
{
    text_append_bytes(text, digits, 1);
    if (digits[1]) text_append(text, ".");
    text_append(text, digits + 1);
    text_append(text, exponent < 0 ? "e-" : "e+");
    if (abs(exponent) < 10) text_append(text, "0");
    text_append_unsigned(text, (uint64_t)abs(exponent));
}

void text_append_number(struct text *text, double value)
{
    if (isnan(value)) {
        text_append(text, "nan");
        return;
    }
    if (signbit(value)) text_append(text, "-");
    value = fabs(value);
    if (value == 0 || isinf(value)) {
        text_append(text, value == 0 ? "0" : "inf");
        return;
    }
    struct decimal decimal = shortest_decimal(value);
    char digits[NUMBER_TEXT_SIZE];
    int digit_count = (int)strlen(unsigned_text(decimal.digits, digits));
    int exponent = (int)decimal.exponent + digit_count - 1; /* of the first digit */
    if (exponent < SMALLEST_FIXED_EXPONENT || exponent >= SIGNIFICANT_DIGITS) {
        append_scientific(text, digits, exponent);
    } else {
        append_fixed(text, digits, digit_count, exponent + 1);
    }
}

/* ---- Reading numbers ---- */

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool parse_unsigned(const char *text, size_t length, uint64_t *value)
{
    uint64_t result = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(result, 10u, &result) ||
            __builtin_add_overflow(result, (uint64_t)(text[i] - '0'), &result)) {
            return false;
        }
    }
    if (length == 0) return false;
    *value = result;
    return true;
}

/* Reads digits at *next into decimal; those beyond MAX_MANTISSA_DIGITS only count for the exponent. Returns how many.
 */
static size_t read_digits(const char **next, const char *end, bool fraction, struct decimal *decimal)
{
    static const uint64_t full = 1000000000000000000u; /* 10^(MAX_MANTISSA_DIGITS - 1) */
    const char *start = *next;
    for (; *next < end && is_digit(**next); ++*next) {
        bool taken = decimal->digits < full;
        if (taken) decimal->digits = decimal->digits * 10 + (uint64_t)(**next - '0');
        if (taken == fraction) decimal->exponent += taken ? -1 : 1;
    }
    return (size_t)(*next - start);
}

/* Reads "e-07" at *next, when there is one. */
static bool read_exponent(const char **next, const char *end, int64_t *exponent)
{
    if (*next == end || (**next != 'e' && **next != 'E')) return true;
    bool negative = ++*next < end && **next == '-';
    if (*next < end && (**next == '-' || **next == '+')) ++*next;
    const char *start = *next;
    int64_t value = 0;
    for (; *next < end && is_digit(**next); ++*next) {
        if (value < max_exponent) value = value * 10 + (**next - '0');
    }
    *exponent += negative ? -value : value;
    return *next > start;
}

bool parse_number(const char *text, size_t length, double *value)
{
    const char *next = text, *end = text + length;
    bool negative = next < end && *next == '-';
    if (next < end && (*next == '-' || *next == '+')) next++;
    struct decimal decimal = {0, 0};
    size_t digits = read_digits(&next, end, false, &decimal);
    if (next < end && *next == '.') {
        next++;
        digits += read_digits(&next, end, true, &decimal);
    }
    if (digits == 0 || !read_exponent(&next, end, &decimal.exponent) || next != end) return false;
    double magnitude = decimal.digits ? scale((double)decimal.digits, decimal.exponent) : 0;
    if (isinf(magnitude)) return false;
    *value = negative ? -magnitude : magnitude;
    return true;
}

/* ---- Characters ---- */

size_t utf8_character_size(const char *bytes, size_t length)
{
    if (length == 0) return 0;
    uint8_t first = (uint8_t)bytes[0];
    if (first < 0x80) return 1;
    size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size > length) return 0;
    for (size_t i = 1; i < size; i++) {
        if (((uint8_t)bytes[i] & 0xC0) != 0x80) return 0;
    }
    uint8_t second = (uint8_t)bytes[1];
    bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool surrogate = first == 0xED && second >= 0xA0;
    bool too_large = first == 0xF4 && second >= 0x90;
    return overlong || surrogate || too_large ? 0 : size;
}

static void append_escape(struct text *text, char character)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", hexadecimal[] = "0123456789abcdef";
    const char *place = strchr(plain, character);
    if (place) {
        char escape[] = {'\\', letters[place - plain]};
        text_append_bytes(text, escape, sizeof escape);
    } else {
        char escape[] = {'\\', 'u', '0', '0', hexadecimal[character >> 4], hexadecimal[character & 15]};
        text_append_bytes(text, escape, sizeof escape);
    }
}

void text_append_json(struct text *text, const char *string)
{
    text_append(text, "\"");
    for (size_t left = strlen(string), size; left > 0; string += size, left -= size) {
        size = utf8_character_size(string, left);
        if (size == 0) {
            text_append(text, "\xEF\xBF\xBD"); /* U+FFFD, the replacement character */
            size = 1;
        } else if (size == 1 && ((uint8_t)*string < ' ' || *string == '"' || *string == '\\')) {
            append_escape(text, *string);
        } else {
            text_append_bytes(text, string, size);
        }
    }
    text_append(text, "\"");
}
