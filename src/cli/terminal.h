/* What standard output can show, and a 28x28 image drawn there in characters. Knows no command. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stddef.h>
#include <stdint.h>

enum terminal_style {
    TERMINAL_PLAIN,      /* no terminal, or one without colours or UTF-8 */
    TERMINAL_256_COLORS, /* the 6x6x6 cube and grey ramp of xterm */
    TERMINAL_TRUE_COLORS,
};

enum terminal_style terminal_style(void);

/* Prints grey[28][28] (0 paper .. 255 ink) in two characters per pixel when plain, else rgb[28][28][3] in one half
 * block per pixel, so that pixels come out roughly square either way. */
void terminal_draw(enum terminal_style style, const uint8_t *grey, const uint8_t *rgb);

/* Characters per line of the terminal at this file descriptor; 80 when it doesn't say. */
size_t terminal_columns(int descriptor);

#endif
