/* Reading order: the lines that boxes stand on, from the top, and on each of them from left to right; of columns with
 * lines of their own, one column after the other. Knows neither ink nor strokes. */
#ifndef READING_ORDER_H
#define READING_ORDER_H

#include <stdbool.h>
#include <stddef.h>

struct reading_item {
    float left, top, right, bottom;
    int line;     /* written: 0, 1, ... from the top, column by column */
    size_t index; /* the caller's; breaks ties */
};

/* Sorts items[count] by line, then from left to right. Lines may slant. A gutter of 1.5 median heights from top to
 * bottom parts columns, unless their lines are aligned across it, as in a table. false: out of memory. */
bool reading_order_sort(struct reading_item *items, size_t count);

#endif
