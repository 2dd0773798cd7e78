/* The digits that were found in a picture or a drawing. Knows neither. */
#ifndef FOUND_DIGITS_H
#define FOUND_DIGITS_H

#include "scrawl.h"

/* A digit's box, its line (0, 1, ... from the top) and its input: 0 paper .. 255 ink. */
struct found_digit {
    int x, y, width, height;
    int line;
    bool doubted;         /* whatever its probabilities */
    bool beside_left_out; /* ink beside it, which may belong to its number, is held for no digit */
    bool may_be_mark;     /* so small beside other strokes that it is a digit only if the network has no doubt */
    uint8_t input[SCRAWL_IMAGE_PIXELS];
};

/* Starts as {0}. In reading order: line by line, left to right. */
struct found_digits {
    struct found_digit *digits;
    size_t count;
};

void found_digits_free(struct found_digits *found);

#endif
