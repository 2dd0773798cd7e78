/* Templates: how people write digits, and signs that are none, as places that the pen passes. Nothing but tables.
 *
 * A template is strokes separated by commas, a stroke places separated by spaces, a place two figures: 0 .. 9 from left
 * to right, 0 .. 9 from top to bottom, in equal steps. The pen goes round through a place, but turns sharply at one
 * with a dot behind it. "22 40. 49." is a 1 with its upstroke. */
#ifndef TEMPLATES_H
#define TEMPLATES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TEMPLATE_MAX_STROKES = 4,
    TEMPLATE_MAX_PLACES = 16, /* of all strokes */
};

/* One way to write a digit: two forms with the same strokes and places. What lies between them, and a little beyond, is
 * written so too. */
struct digit_template {
    int digit;
    int weight; /* how common it is among this digit's templates */
    const char *forms[2];
};

extern const struct digit_template digit_templates[];
extern const size_t digit_template_count;

/* Negatives: letters and signs that nobody takes for a digit. */
extern const char *const negative_templates[];
extern const size_t negative_template_count;

/* Of sums, money and numbers. */
enum sign {
    SIGN_PLUS,
    SIGN_MINUS,
    SIGN_TIMES,
    SIGN_DIVIDED,
    SIGN_EQUALS,
    SIGN_SLASH,
    SIGN_LEFT_PARENTHESIS,
    SIGN_RIGHT_PARENTHESIS,
    SIGN_DOLLAR,
    SIGN_EURO,
    SIGN_POUND,
    SIGN_PERCENT,
    SIGN_NUMBER, /* # */
    SIGN_AND,    /* & */
    SIGN_AT,
    SIGN_COLON,
    SIGN_POINT,
    SIGN_COMMA,
    SIGNS,
};

struct sign_template {
    enum sign sign;
    bool alone; /* nobody takes it for a digit, not even enlarged to a digit's size */
    const char *places;
};
extern const struct sign_template sign_templates[];
extern const size_t sign_template_count;

#endif
