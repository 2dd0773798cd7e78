/* Text that grows, and numbers to and from text without locale or stdio. Knows no domain. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts as {0}. After an allocation fails, `failed` is set and everything appended is dropped. */
struct text {
    char *bytes; /* length bytes, then a 0; NULL while empty */
    size_t length, capacity;
    bool failed;
};

void text_append(struct text *text, const char *string);
void text_append_bytes(struct text *text, const char *bytes, size_t length);
void text_append_unsigned(struct text *text, uint64_t value);
/* Nine significant digits at most, so that a float survives the way there and back: "0.001", "1e-07", "nan", "inf". */
void text_append_number(struct text *text, double value);
/* As a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void text_append_json(struct text *text, const char *string);
/* The bytes, to be freed by the caller, or NULL when anything failed; the text is empty afterwards. */
char *text_take(struct text *text);
void text_free(struct text *text);

enum { NUMBER_TEXT_SIZE = 32 };
/* Writes value in decimal into buffer and returns it. */
const char *unsigned_text(uint64_t value, char buffer[NUMBER_TEXT_SIZE]);

/* Reads a whole text: digits only; false when it is something else or out of range, *value untouched then. */
bool parse_unsigned(const char *text, size_t length, uint64_t *value);
/* Digits with an optional sign, fraction and exponent. Exact below 2^53 with up to 22 places, else within a few units
 * of the last place. */
bool parse_number(const char *text, size_t length, double *value);

/* The size of the UTF-8 character (RFC 3629) that these bytes start with: 1 .. 4, or 0 when they start with none. */
size_t utf8_character_size(const char *bytes, size_t length);

#endif
