/* Grey pixels to boxes and 28x28 inputs: polarity, ink, components, digits, reading order, normalisation as MNIST was
 * made. Knows no network. */
#ifndef FIND_DIGITS_H
#define FIND_DIGITS_H

#include "picture.h"

/* A digit's box in the picture's pixels, its line (0, 1, ... from the top) and its input: 0 paper .. 255 ink. */
struct found_digit {
    int x, y, width, height;
    int line;
    uint8_t input[SCRAWL_IMAGE_PIXELS];
};

/* Starts as {0}. In reading order: line by line, left to right. */
struct found_digits {
    struct found_digit *digits;
    size_t count;
};

/* single: all the ink is one digit. A picture without ink gives count 0. */
scrawl_status find_digits(const struct picture *picture, bool single, struct found_digits *found);
void found_digits_free(struct found_digits *found);

#endif
