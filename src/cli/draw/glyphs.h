/* The shapes of printable ASCII characters in few pixels. Knows no canvas. */
#ifndef GLYPHS_H
#define GLYPHS_H

#include <stdint.h>

enum {
    GLYPH_WIDTH = 5, /* pixels */
    GLYPH_ROWS = 9,  /* seven above the base line and two below */
    GLYPH_STEP = 6,  /* pixels from one to the next */
};

/* rows[GLYPH_ROWS] from the top; the lowest bits are the pixels, the leftmost one the highest of them. Characters that
 * have no shape are an empty box. */
const uint8_t *glyph_rows(char character);

#endif
