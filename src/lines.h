/* Reading order: the lines that boxes stand on, from the top, and on each of them from left to right. Knows neither ink
 * nor strokes. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

struct line_item {
    float left, top, right, bottom;
    int line;     /* written: 0, 1, ... from the top */
    size_t index; /* the caller's; breaks ties */
};

/* Sorts items[count] by line, then from left to right. Lines may slant. false: out of memory. */
bool lines_order(struct line_item *items, size_t count);

#endif
