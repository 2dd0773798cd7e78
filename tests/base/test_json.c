/* Tests src/base/json.c: what RFC 8259 allows, and nothing else. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static struct json json_of(const char *text)
{
    return (struct json){.next = text, .end = text + strlen(text)};
}

TEST(json_reads_a_document)
{
    struct json json = json_of(" { \"a\" : [ 1 , 20,\t300 ],\r\n\"b\":{}, \"c\":[] } ");
    char name[8];
    uint64_t value = 0, sum = 0;
    CHECK(json_expect(&json, '{') && json_string(&json, name, sizeof name) && json_expect(&json, ':'));
    CHECK_TEXT(name, "a");
    CHECK(json_expect(&json, '['));
    do {
        CHECK(json_unsigned(&json, &value));
        sum += value;
    } while (json_more(&json, ']'));
    CHECK_EQUAL(sum, 321);
    CHECK(json_more(&json, '}') && json_string(&json, name, sizeof name) && json_expect(&json, ':'));
    CHECK(json_expect(&json, '{') && !json_at(&json, ',') && json_take(&json, '}'));
    CHECK(json_more(&json, '}') && json_string(&json, name, sizeof name) && json_expect(&json, ':'));
    CHECK(json_expect(&json, '[') && !json_take(&json, '}') && json_take(&json, ']'));
    CHECK(!json_more(&json, '}') && !json.failed && json_at_end(&json));
}

TEST(json_stays_failed)
{
    struct json json = json_of("[1]");
    uint64_t value = 5;
    char buffer[8];
    CHECK(!json_expect(&json, '{') && json.failed);
    CHECK(!json_expect(&json, '[') && !json_at(&json, '[') && !json_take(&json, '[') && !json_at_end(&json));
    CHECK(!json_unsigned(&json, &value) && value == 5);
    CHECK(!json_string(&json, buffer, sizeof buffer) && !json_string_copy(&json) && !json_more(&json, ']'));
    CHECK(!json.out_of_memory);
}

TEST(json_refuses_loose_commas)
{
    uint64_t value;
    struct json json = json_of("1,]");
    CHECK(json_unsigned(&json, &value) && json_more(&json, ']') && !json_unsigned(&json, &value));
    json = json_of("1 2]");
    CHECK(json_unsigned(&json, &value) && !json_more(&json, ']') && json.failed);
    json = json_of("1");
    CHECK(json_unsigned(&json, &value) && !json_more(&json, ']') && json.failed);
    json = json_of("1}");
    CHECK(json_unsigned(&json, &value) && !json_more(&json, ']') && json.failed);
}

TEST(json_reads_strings)
{
    static const struct {
        const char *text, *string;
    } cases[] = {
        {"\"\"", ""},
        {" \"abc\"", "abc"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20AC\"", "A\xC3\xA9\xE2\x82\xAC"},
        {"\"\\uD83D\\uDD8b\"", "\xF0\x9F\x96\x8B"},
        {"\"\\uDBFF\\uDFFF\\u0001\"", "\xF4\x8F\xBF\xBF\x01"},
        {"\"\xC3\xA9\xF0\x9F\x96\x8B\x7F\"", "\xC3\xA9\xF0\x9F\x96\x8B\x7F"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json json = json_of(cases[i].text), again = json;
        char buffer[32];
        CHECK(json_string(&json, buffer, sizeof buffer) && json_at_end(&json));
        CHECK_TEXT(buffer, cases[i].string);
        char *copy = json_string_copy(&again);
        CHECK_TEXT(copy, cases[i].string);
        CHECK(json_at_end(&again));
        free(copy);
    }
}

TEST(json_refuses_bad_strings)
{
    static const char *const bad[] = {
        "",
        "abc",
        "'abc'",
        "\"abc",
        "\"",
        "\"\\\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12",
        "\"\\u12g4\"",
        "\"\\u0000\"",
        "\"\\uDD8B\"",
        "\"\\uD83D\"",
        "\"\\uD83Dx\"",
        "\"\\uD83D\\n\"",
        "\"\\uD83D\\uD83D\"",
        "\"\\uD83D\\u0041\"",
        "\"\n\"",
        "\"\x1F\"",
        "\"\xFF\"",
        "\"\xC3\"",
        "\"\xC0\x80\"",
        "\"\xED\xA0\x80\"",
        "\"\xE2\x82",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct json json = json_of(bad[i]), again = json;
        char buffer[32];
        bool refused = !json_string(&json, buffer, sizeof buffer) && json.failed;
        bool refused_copy = json_string_copy(&again) == NULL && again.failed;
        test_check(refused && refused_copy, __FILE__, __LINE__, "accepts %s", bad[i]);
    }
    struct json zero = {.next = "\"a\0b\"", .end = zero.next + 5};
    char buffer[8];
    CHECK(!json_string(&zero, buffer, sizeof buffer));
}

TEST(json_string_keeps_to_its_buffer)
{
    char buffer[] = "?????";
    struct json json = json_of("\"abc\"");
    CHECK(json_string(&json, buffer, 4));
    CHECK_TEXT(buffer, "abc");
    CHECK(buffer[4] == '?');
    json = json_of("\"abc\"");
    CHECK(!json_string(&json, buffer, 3) && buffer[4] == '?');
    json = json_of("\"\xE2\x82\xAC\"");
    CHECK(!json_string(&json, buffer, 3));
    json = json_of("\"\"");
    CHECK(json_string(&json, buffer, 1) && buffer[0] == 0);
    json = json_of("\"\"");
    CHECK(!json_string(&json, buffer, 0));
}

TEST(json_reads_unsigned_only)
{
    uint64_t value = 0;
    struct json json = json_of(" 18446744073709551615 ");
    CHECK(json_unsigned(&json, &value) && value == UINT64_MAX && json_at_end(&json));
    json = json_of("0]");
    CHECK(json_unsigned(&json, &value) && value == 0 && json_at(&json, ']'));
    static const char *const bad[] = {"",  "-1",   "+1", "1.0", "1e3", "1E3", "01", "00", "18446744073709551616",
                                      "x", "\"1\""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json = json_of(bad[i]);
        value = 7;
        test_check(!json_unsigned(&json, &value) && json.failed && value == 7, __FILE__, __LINE__, "accepts %s",
                   bad[i]);
    }
}

static bool is_skipped(const char *text)
{
    struct json json = json_of(text);
    return json_skip(&json) && json_at_end(&json);
}

TEST(json_skips_any_value)
{
    static const char *const good[] = {
        "null",
        "true",
        " false ",
        "0",
        "-1.5e+30",
        "\"a\\u00e9\\n\"",
        "[]",
        "{}",
        "[[],{}]",
        "[1,2,3]",
        "{\"a\":[1,{\"b\":null}],\"c\":\"}\"}",
        "[ [ ] , [ { } ] ]",
    };
    static const char *const bad[] = {
        "",        "nul",   "tru",        "01", "1.", "-",   ".5", "1e",      "+1",  "NaN",       "[1,]", "[1 2]",
        "{\"a\"}", "{1:2}", "{\"a\":1,}", "[}", "{]", "\"a", "[",  "{\"a\":", "[1}", "{\"a\":1]", "[]]",  "\"\\x\"",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        test_check(is_skipped(good[i]), __FILE__, __LINE__, "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        test_check(!is_skipped(bad[i]), __FILE__, __LINE__, "%s", bad[i]);
}

TEST(json_skips_no_deeper_than_it_says)
{
    enum { MOST = 64 };
    char text[2 * (MOST + 1) + 2] = "";
    for (size_t depth = MOST; depth <= MOST + 1; depth++) {
        memset(text, '[', depth);
        text[depth] = '1';
        memset(text + depth + 1, ']', depth);
        text[2 * depth + 1] = 0;
        CHECK_EQUAL(is_skipped(text), depth == MOST);
    }
}

TEST(json_finds_members)
{
    const struct json object = json_of("{\"a\":{\"b\":1},\"ab\":[2],\"b\":-2.5,\"b\":3,\"\\u00e9\":true} rest");
    struct json value;
    double number = 0;
    CHECK(json_find(object, "b", &value) && json_number(&value, &number) && number == -2.5);
    CHECK(json_find(object, "\xC3\xA9", &value) && !json_word(&value, "false") && json_word(&value, "true"));
    CHECK(json_find(object, "a", &value) && json_find(value, "b", &value) && json_number(&value, &number));
    CHECK_NEAR(number, 1, 0);
    CHECK(json_find(object, "ab", &value) && !json_find(value, "b", &value));
    CHECK(!json_find(object, "", &value) && !json_find(object, "abc", &value) && !json_find(object, "B", &value));
    CHECK(!json_find(json_of("{}"), "a", &value) && !json_find(json_of("[]"), "a", &value));
    CHECK(!json_find(json_of("{\"a\":[1,\"b\":2}"), "b", &value));
}

TEST(json_numbers_are_whole_tokens)
{
    struct json json = json_of("[ 1.25e2,-0,12]");
    double value = 0;
    CHECK(json_expect(&json, '[') && json_number(&json, &value) && value == 125 && json_more(&json, ']'));
    CHECK(json_number(&json, &value) && value == 0 && json_more(&json, ']'));
    CHECK(json_number(&json, &value) && value == 12 && !json_more(&json, ']') && json_at_end(&json));
    json = json_of("\"1\"");
    CHECK(!json_number(&json, &value) && json.failed);
}
