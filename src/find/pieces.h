/* The pieces of ink on a page that may be writing: what is none by its place or shape – rules, frames, edges of boxes,
 * cut-off neighbours, faint smudges – is judged by a rule. Must not know which pieces make a digit. */
#ifndef PIECES_H
#define PIECES_H

#include "ink/components.h"

/* More than any page has digits; beyond, the largest are taken. Bounds the pairwise stages. */
enum { MAX_PIECES = 2048 };

/* Parts of the typical height of the picture's digits, or of the piece that others are compared with. */
static const double speck_size = 0.2; /* smaller pieces are dirt, unless they touch a digit's box */
static const double part_size = 0.5;  /* smaller pieces may be a loose part of a digit */

/* A candidate: first one connected piece of ink, in the end all pieces of one digit. */
struct piece {
    struct box box;
    uint32_t component;
    int owner;      /* index of the piece that this one was joined to; itself otherwise */
    enum rule rule; /* that takes it for something other than writing; RULE_NONE: nobody does */
};

struct pieces {
    struct piece *items;
    int count;
    double height;      /* typical for the picture's digits */
    uint32_t rules_off; /* the components' */
};

static inline bool piece_is_writing(const struct piece *piece)
{
    return piece->rule == RULE_NONE;
}

/* Writes down that a rule takes a piece for something other than writing. The first one that does so counts, and one
 * that is switched off doesn't. */
void piece_judge(struct pieces *pieces, int index, enum rule rule);

/* Takes the connected pieces of writing, from the largest to the smallest, into items[MAX_PIECES]. */
void pieces_collect(const struct components *components, const struct ink *ink, struct pieces *pieces);

/* Judges what is no writing, and finds the typical height. scratch[count]. */
void pieces_judge_foreign(struct pieces *pieces, const struct ink *ink, const struct components *components,
                          int *scratch);

#endif
