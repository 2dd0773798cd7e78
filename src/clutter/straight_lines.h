/* Chains that lie on one straight line, interrupted or not. Knows neither ink nor which lines are strokes. */
#ifndef STRAIGHT_LINES_H
#define STRAIGHT_LINES_H

#include "chains.h"

/* Chains in one line. */
struct straight_line {
    int first, last;     /* chains, by their indexes; chain.next leads from one to the other */
    int covered, pixels; /* of its chains: rows and strokes */
    int blank;           /* rows between them without a stroke */
    int next;            /* while they are searched: of those that end close by */
    bool chosen;         /* for whoever judges them */
};

/* Starts as {0}. Lines run down the mask's rows: nearly upright ones of a picture, or, of the picture with rows and
 * columns exchanged, nearly level ones. */
struct straight_lines {
    struct mask mask;
    bool exchanged;
    int most_width; /* of a line, pixels */
    struct chains chains;
    struct straight_line *items;
    int count;
    int other_count; /* behind them: those that whoever judges them has put aside */
};

/* All lines of `lines->mask`. straight_lines_free, after a failure too. Fails with OUT_OF_MEMORY only. */
scrawl_status straight_lines_find(struct straight_lines *lines);
void straight_lines_free(struct straight_lines *lines);

/* In rows, from its beginning to its end. */
int straight_line_length(const struct straight_lines *lines, const struct straight_line *line);
/* Mean pixels across. */
double straight_line_width(const struct straight_line *line);
/* Where its middle lies in a row, also beyond its ends. */
double straight_line_center_at(const struct straight_lines *lines, const struct straight_line *line, double row);

static inline const struct chain *straight_line_first(const struct straight_lines *lines,
                                                      const struct straight_line *line)
{
    return &lines->chains.items[line->first];
}

static inline const struct chain *straight_line_last(const struct straight_lines *lines,
                                                     const struct straight_line *line)
{
    return &lines->chains.items[line->last];
}

#endif
