/* Tests src/base/text.c: growing, numbers there and back, UTF-8. */
#include "test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"

TEST(text_grows)
{
    enum { PIECES = 5000 };
    struct text text = {0};
    for (size_t i = 0; i < PIECES; i++) text_append(&text, "abc");
    text_append(&text, "");
    text_append_bytes(&text, "xyz", 2);
    CHECK_EQUAL(text.length, 3 * PIECES + 2);
    CHECK_EQUAL(strlen(text.bytes), text.length);
    CHECK_TEXT(text.bytes + 3 * PIECES, "xy");
    CHECK(memcmp(text.bytes, "abcabc", 6) == 0);
    text_free(&text);
    CHECK(text.bytes == NULL && text.length == 0);
}

TEST(text_take_hands_over)
{
    struct text text = {0};
    char *empty = text_take(&text);
    CHECK_TEXT(empty, "");
    free(empty);
    text_append(&text, "one");
    char *one = text_take(&text);
    CHECK_TEXT(one, "one");
    CHECK(text.bytes == NULL && text.length == 0 && text.capacity == 0);
    free(one);
}

TEST(text_remembers_failure)
{
    struct text text = {0};
    volatile size_t impossible = SIZE_MAX;
    text_append(&text, "x");
    text_append_bytes(&text, "x", impossible);
    CHECK(text.failed);
    text_append(&text, "y");
    CHECK_TEXT(text.bytes, "x");
    CHECK(text_take(&text) == NULL);
    CHECK(!text.failed);
}

static void check_number(double value, const char *expected)
{
    struct text text = {0};
    text_append_number(&text, value);
    CHECK_TEXT(text.bytes, expected);
    text_free(&text);
}

TEST(text_writes_numbers)
{
    check_number(0, "0");
    check_number(-0.0, "-0");
    check_number(1, "1");
    check_number(-1.5, "-1.5");
    check_number(10, "10");
    check_number(1200, "1200");
    check_number(0.001, "0.001");
    check_number(0.001f, "0.001");
    check_number(0.0001, "0.0001");
    check_number(0.00001, "1e-05");
    check_number(1e-7, "1e-07");
    check_number(1e-7f, "1e-07");
    check_number(123456789, "123456789");
    check_number(1e9, "1e+09");
    check_number(2.5e20, "2.5e+20");
    check_number(0.1 + 0.2, "0.3");
    check_number(2.0 / 3, "0.666666667");
    check_number((double)(2.0f / 3), "0.6666667");
    check_number(999999999.96, "1e+09");
    check_number(16777217, "16777217");
    check_number((double)FLT_MAX, "3.4028235e+38");
    check_number((double)FLT_TRUE_MIN, "1e-45");
    check_number(DBL_MAX, "1.79769313e+308");
    check_number(5e-324, "5e-324");
    check_number((double)NAN, "nan");
    check_number((double)INFINITY, "inf");
    check_number(-(double)INFINITY, "-inf");
}

static size_t significant_digits(const char *number)
{
    size_t count = 0, zeros = 0;
    for (; *number && *number != 'e'; number++) {
        if (*number < '0' || *number > '9' || (*number == '0' && count == 0)) continue;
        count++;
        zeros = *number == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

/* The fewest digits that the C library needs for the same. */
static size_t fewest_digits(float value)
{
    for (int digits = 1; digits < 9; digits++) {
        char buffer[64];
        snprintf(buffer, sizeof buffer, "%.*g", digits, (double)value);
        if (strtof(buffer, NULL) == value) return (size_t)digits;
    }
    return 9;
}

static bool check_float(float value)
{
    struct text text = {0};
    double back = 0;
    text_append_number(&text, (double)value);
    bool ok = CHECK(parse_number(text.bytes, text.length, &back)) && CHECK((float)back == value) &&
              CHECK(strtof(text.bytes, NULL) == value) && CHECK(significant_digits(text.bytes) <= fewest_digits(value));
    if (!ok) test_check(false, __FILE__, __LINE__, "for %.9g, written as %s", (double)value, text.bytes);
    text_free(&text);
    return ok;
}

TEST(text_floats_survive_there_and_back)
{
    enum { DRAWS = 50000 };
    struct random random = random_stream(1, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        uint32_t bits = (uint32_t)random_bits(&random);
        float value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value) && value != 0 && !check_float(value)) return;
        if (!check_float(random_uniform(&random) + FLT_MIN)) return;
    }
}

TEST(text_writes_and_reads_unsigned)
{
    char buffer[NUMBER_TEXT_SIZE];
    CHECK_TEXT(unsigned_text(0, buffer), "0");
    CHECK_TEXT(unsigned_text(90210, buffer), "90210");
    CHECK_TEXT(unsigned_text(UINT64_MAX, buffer), "18446744073709551615");
    uint64_t value = 7;
    CHECK(parse_unsigned("18446744073709551615", 20, &value) && value == UINT64_MAX);
    CHECK(parse_unsigned("0042", 4, &value) && value == 42);
    static const char *const bad[] = {
        "", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "99999999999999999999", "one"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        test_check(!parse_unsigned(bad[i], strlen(bad[i]), &value) && value == 42, __FILE__, __LINE__, "\"%s\"",
                   bad[i]);
    }
}

TEST(text_reads_numbers)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"1", 1},
        {"+1", 1},
        {"-1.5", -1.5},
        {".5", 0.5},
        {"5.", 5},
        {"0.25", 0.25},
        {"0.1", 0.1},
        {"1e3", 1000},
        {"1E+3", 1000},
        {"25e-2", 0.25},
        {"0.001", 0.001},
        {"1e-07", 1e-7},
        {"1e22", 1e22},
        {"0e99999999999999999999", 0},
        {"1e-400", 0},
        {"0.0000000000000000000000000000001e31", 1},
        {"00000000000000000000000000000000000012", 12},
        {"12345678901234567890123", 12345678901234567890123.0},
        {"0.30000000000000000000000000000000000001", 0.3},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 99;
        CHECK(parse_number(good[i].text, strlen(good[i].text), &value));
        test_near(value, good[i].value, fabs(good[i].value) * 1e-15, __FILE__, __LINE__, good[i].text);
    }
    static const char *const bad[] = {"",   "-",   ".",   "e1",    "1e",  "1e+", "1.2.3", "1 ",
                                      " 1", "nan", "inf", "0x1p3", "1,5", "--1", "1e400", "1e99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 99;
        test_check(!parse_number(bad[i], strlen(bad[i]), &value) && value == 99, __FILE__, __LINE__, "\"%s\"", bad[i]);
    }
}

TEST(text_reads_only_its_length)
{
    double number;
    uint64_t value;
    CHECK(parse_number("12e5", 2, &number) && number == 12);
    CHECK(!parse_number("12e5", 3, &number));
    CHECK(parse_unsigned("123", 1, &value) && value == 1);
}

static void check_json(const char *string, const char *expected)
{
    struct text text = {0};
    text_append_json(&text, string);
    CHECK_TEXT(text.bytes, expected);
    text_free(&text);
}

TEST(text_writes_json_strings)
{
    check_json("", "\"\"");
    check_json("plain /", "\"plain /\"");
    check_json("a\"b\\c", "\"a\\\"b\\\\c\"");
    check_json("\b\f\n\r\t\x01\x1F\x7F", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
    check_json("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x96\x8B", "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x96\x8B\"");
    check_json("a\xFF\xC3", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(text_knows_utf8)
{
    static const struct {
        const char *bytes;
        size_t length, size;
    } cases[] = {
        {"", 0, 0},
        {"a", 1, 1},
        {"\0", 1, 1},
        {"\xC3\xA9", 2, 2},
        {"\xC3\xA9", 1, 0},
        {"\xC0\x80", 2, 0}, /* overlong */
        {"\xC1\xBF", 2, 0},
        {"\xE0\xA0\x80", 3, 3},
        {"\xE0\x9F\xBF", 3, 0}, /* overlong */
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0}, /* surrogate */
        {"\xEF\xBF\xBF", 3, 3},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
        {"\xF5\x80\x80\x80", 4, 0},
        {"\x80", 1, 0},
        {"\xE2\x28\xA1", 3, 0},
        {"\xE2\x82", 2, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_equal((long long)utf8_character_size(cases[i].bytes, cases[i].length), (long long)cases[i].size, __FILE__,
                   __LINE__, cases[i].bytes);
    }
}
