/* Reads JSON text piece by piece (RFC 8259). Knows no document; keeps no tree. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in JSON text. After any call fails, `failed` is set and every further call fails too: calls can stand in one
 * condition, and the caller, who alone knows whose text is damaged, makes a status of it at its end. */
struct json {
    const char *next, *end;
    bool failed, out_of_memory; /* the second says why, when it isn't the text's fault */
};

/* Consumes `expected` ('{', ',', ...) after white space; json_at only looks. */
bool json_expect(struct json *json, char expected);
bool json_at(struct json *json, char expected);
/* Consumes `character` if it is next after white space, and says so; never fails. */
bool json_take(struct json *json, char character);
/* True when only white space is left. */
bool json_at_end(struct json *json);
/* Reads a string, escapes resolved, into buffer with a final 0; fails when it needs more than capacity bytes, is no
 * UTF-8, or holds a NUL. */
bool json_string(struct json *json, char *buffer, size_t capacity);
/* The same into fresh memory, to be freed by the caller; NULL on failure. */
char *json_string_copy(struct json *json);
/* A whole number without sign, fraction or exponent. */
bool json_unsigned(struct json *json, uint64_t *value);
/* A number of any form. */
bool json_number(struct json *json, double *value);
/* Consumes true, false or null if it is next, and says so; never fails. */
bool json_word(struct json *json, const char *word);
/* Passes a value of any kind, in which values lie up to 64 deep. */
bool json_skip(struct json *json);
/* Where the value of an object's member begins, of the first of that name; `object` stands before its '{'. False where
 * there is none, or no object. */
bool json_find(struct json object, const char *name, struct json *value);
/* After a member or element: true at ',' (consumed), false at `close` (consumed) or on failure. */
bool json_more(struct json *json, char close);

#endif
