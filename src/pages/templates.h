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

/* Negatives: signs of sums and money. Those that look like a 1 when they stand alone are left out. */
extern const char *const sign_templates[];
extern const size_t sign_template_count;

/* What of a line a letter's figures 0 .. 9 from top to bottom stand for: all of it, the lower part, all of it again for
 * a small letter with a stroke up, or from the lower part's top to below the line. */
enum letter_kind { CAPITAL, SMALL, TALL, DEEP, LETTER_KINDS };

/* Ways to write letters, to spell words with. */
struct letter_template {
    char letter;
    enum letter_kind kind;
    bool alike; /* alone, many would take it for a digit */
    const char *text;
};
extern const struct letter_template letter_templates[];
extern const size_t letter_template_count;

/* What stands beside numbers: units, currencies, months and other words. */
extern const char *const written_words[];
extern const size_t written_word_count;

#endif
