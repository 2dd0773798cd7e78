/* Implements json.h: a strict pull reader of RFC 8259. The caller drives it, so nothing in the text can make it
 * recurse. Knows no document. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool fail_here(struct json *json)
{
    json->failed = true;
    return false;
}

static void skip_space(struct json *json)
{
    while (json->next < json->end &&
           (*json->next == ' ' || *json->next == '\t' || *json->next == '\n' || *json->next == '\r')) {
        json->next++;
    }
}

bool json_at(struct json *json, char expected)
{
    skip_space(json);
    return !json->failed && json->next < json->end && *json->next == expected;
}

bool json_take(struct json *json, char character)
{
    if (!json_at(json, character)) return false;
    json->next++;
    return true;
}

bool json_expect(struct json *json, char expected)
{
    return json_take(json, expected) || fail_here(json);
}

bool json_at_end(struct json *json)
{
    skip_space(json);
    return !json->failed && json->next == json->end;
}

bool json_more(struct json *json, char close)
{
    if (json_take(json, ',')) return true;
    json_expect(json, close);
    return false;
}

/* ---- Strings ---- */

static bool read_hexadecimal(struct json *json, uint32_t *value)
{
    enum { ESCAPE_DIGITS = 4 };
    if (json->end - json->next < ESCAPE_DIGITS) return fail_here(json);
    *value = 0;
    for (int i = 0; i < ESCAPE_DIGITS; i++) {
        char character = *json->next++;
        uint32_t digit;
        if (character >= '0' && character <= '9')
            digit = (uint32_t)(character - '0');
        else if (character >= 'a' && character <= 'f')
            digit = (uint32_t)(character - 'a' + 10);
        else if (character >= 'A' && character <= 'F')
            digit = (uint32_t)(character - 'A' + 10);
        else
            return fail_here(json);
        *value = *value * 16 + digit;
    }
    return true;
}

/* What follows "\u": one UTF-16 unit, or two that make a pair (RFC 8259, section 7). */
static bool read_unicode_escape(struct json *json, uint32_t *code)
{
    if (!read_hexadecimal(json, code)) return false;
    if (*code == 0 || (*code >= 0xDC00 && *code < 0xE000)) return fail_here(json);
    if (*code < 0xD800 || *code >= 0xE000) return true;
    uint32_t low;
    if (json->end - json->next < 2 || json->next[0] != '\\' || json->next[1] != 'u') return fail_here(json);
    json->next += 2;
    if (!read_hexadecimal(json, &low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return fail_here(json);
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static size_t encode_utf8(uint32_t code, char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
    static const uint8_t first_bits[] = {[2] = 0xC0, [3] = 0xE0, [4] = 0xF0};
    bytes[0] = (char)(first_bits[size] | code);
    return size;
}

/* What follows a backslash. Gives its size in UTF-8, 0 on failure. */
static size_t read_escape(struct json *json, char bytes[4])
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char letter = json->next < json->end ? *json->next++ : 0;
    if (letter == 'u') {
        uint32_t code;
        return read_unicode_escape(json, &code) ? encode_utf8(code, bytes) : 0;
    }
    const char *place = letter ? strchr(letters, letter) : NULL;
    if (!place) return fail_here(json);
    bytes[0] = meanings[place - letters];
    return 1;
}

/* The next character of a string in UTF-8. Gives its size, 0 on failure. */
static size_t read_character(struct json *json, char bytes[4])
{
    if (*json->next == '\\') {
        json->next++;
        return read_escape(json, bytes);
    }
    size_t size = utf8_character_size(json->next, (size_t)(json->end - json->next));
    if (size == 0 || (uint8_t)*json->next < ' ') return fail_here(json);
    memcpy(bytes, json->next, size);
    json->next += size;
    return size;
}

bool json_string(struct json *json, char *buffer, size_t capacity)
{
    if (!json_expect(json, '"')) return false;
    size_t length = 0;
    while (json->next < json->end && *json->next != '"') {
        char bytes[4];
        size_t size = read_character(json, bytes);
        if (size == 0) return false;
        if (size >= capacity - length) return fail_here(json);
        memcpy(buffer + length, bytes, size);
        length += size;
    }
    if (json->next == json->end || capacity == 0) return fail_here(json);
    json->next++;
    buffer[length] = 0;
    return true;
}

char *json_string_copy(struct json *json)
{
    if (!json_at(json, '"')) {
        fail_here(json);
        return NULL;
    }
    const char *close = json->next + 1;
    while (close < json->end && *close != '"') close += *close == '\\' ? 2 : 1;
    if (close >= json->end) {
        fail_here(json);
        return NULL;
    }
    size_t capacity = (size_t)(close - json->next); /* escapes are longer than what they stand for */
    char *string = malloc(capacity);
    if (!string) {
        json->out_of_memory = true;
        fail_here(json);
        return NULL;
    }
    if (json_string(json, string, capacity)) return string;
    free(string);
    return NULL;
}

/* ---- Numbers ---- */

bool json_unsigned(struct json *json, uint64_t *value)
{
    skip_space(json);
    const char *start = json->next;
    if (json->failed) return false;
    while (json->next < json->end && *json->next >= '0' && *json->next <= '9') json->next++;
    size_t length = (size_t)(json->next - start);
    bool leading_zero = length > 1 && *start == '0';
    bool goes_on = json->next < json->end && strchr(".eE", *json->next) && *json->next != 0;
    if (leading_zero || goes_on || !parse_unsigned(start, length, value)) return fail_here(json);
    return true;
}

static void skip_digits(struct json *json)
{
    const char *start = json->next;
    while (json->next < json->end && *json->next >= '0' && *json->next <= '9') json->next++;
    if (json->next == start) json->failed = true;
}

static bool skip_one_of(struct json *json, const char *characters)
{
    const bool there = json->next < json->end && *json->next != 0 && strchr(characters, *json->next);
    if (there) json->next++;
    return there;
}

bool json_number(struct json *json, double *value)
{
    skip_space(json);
    const char *start = json->next;
    if (json->failed) return false;
    skip_one_of(json, "-");
    if (!skip_one_of(json, "0")) skip_digits(json);
    if (skip_one_of(json, ".")) skip_digits(json);
    if (skip_one_of(json, "eE")) {
        skip_one_of(json, "+-");
        skip_digits(json);
    }
    return (!json->failed && parse_number(start, (size_t)(json->next - start), value)) || fail_here(json);
}

/* ---- Any value ---- */

bool json_word(struct json *json, const char *word)
{
    const size_t length = strlen(word);
    if (!json_at(json, *word) || (size_t)(json->end - json->next) < length) return false;
    if (memcmp(json->next, word, length) != 0) return false;
    json->next += length;
    return true;
}

/* Passes a string; *same says whether it is `text`, where that is asked. */
static bool skip_string(struct json *json, const char *text, bool *same)
{
    size_t length = 0;
    bool equal = true;
    if (!json_expect(json, '"')) return false;
    while (json->next < json->end && *json->next != '"') {
        char bytes[4];
        const size_t size = read_character(json, bytes);
        if (size == 0) return false;
        equal = equal && text && strncmp(text + length, bytes, size) == 0;
        length += size;
    }
    if (same) *same = equal && text && text[length] == 0;
    return json_expect(json, '"');
}

static bool skip_scalar(struct json *json)
{
    double number;
    if (json_at(json, '"')) return skip_string(json, NULL, NULL);
    return json_word(json, "true") || json_word(json, "false") || json_word(json, "null") || json_number(json, &number);
}

static bool skip_name(struct json *json)
{
    return skip_string(json, NULL, NULL) && json_expect(json, ':');
}

/* What has begun and not ended: a bit each, 1 for an object, the last one lowest. */
struct nesting {
    uint64_t objects;
    unsigned depth;
};

/* Passes a value; true where it is an object or array of which the first value comes next. */
static bool open_value(struct json *json, struct nesting *nesting)
{
    enum { MOST_DEPTH = 64 };
    const bool object = json_take(json, '{');
    if (!object && !json_take(json, '[')) {
        skip_scalar(json);
        return false;
    }
    if (json_take(json, object ? '}' : ']')) return false;
    if (nesting->depth++ == MOST_DEPTH) return fail_here(json);
    nesting->objects = nesting->objects << 1 | object;
    if (object) skip_name(json);
    return true;
}

/* Passes what ends behind a value, up to the next value. */
static void close_values(struct json *json, struct nesting *nesting)
{
    for (; nesting->depth > 0; nesting->depth--, nesting->objects >>= 1) {
        const bool object = nesting->objects & 1;
        const bool more = json_more(json, object ? '}' : ']');
        if (more && object) skip_name(json);
        if (more || json->failed) return;
    }
}

bool json_skip(struct json *json)
{
    struct nesting nesting = {0};
    do {
        if (!open_value(json, &nesting)) close_values(json, &nesting);
    } while (nesting.depth > 0 && !json->failed);
    return !json->failed;
}

bool json_find(struct json object, const char *name, struct json *value)
{
    bool same;
    if (!json_take(&object, '{') || json_take(&object, '}')) return false;
    do {
        if (!skip_string(&object, name, &same) || !json_expect(&object, ':')) return false;
        if (same) {
            *value = object;
            return true;
        }
    } while (json_skip(&object) && json_more(&object, '}'));
    return false;
}
