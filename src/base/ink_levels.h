/* The levels of ink in an image: 0 is paper. Knows no picture's greys. */
#ifndef INK_LEVELS_H
#define INK_LEVELS_H

enum { FULL_INK = 255 };

#endif
