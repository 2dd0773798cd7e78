/* Implements terminal.h. Must not know where the image comes from. */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scrawl.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    USUAL_COLUMNS = 80,
    CHANNELS = 3,
    CUBE_FIRST = 16, /* xterm's color numbers */
    CUBE_SIDE = 6,
    RAMP_FIRST = 232,
    RAMP_STEPS = 24,
};

#define UPPER_HALF_BLOCK "\xe2\x96\x80"

size_t terminal_columns(int descriptor)
{
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
}

static bool speaks_utf8(void)
{
    setlocale(LC_CTYPE, ""); /* of no other category: numbers keep their point */
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* As https://no-color.org asks; the other two variables are what terminals set. */
enum terminal_style terminal_style(void)
{
    const char *no_color = getenv("NO_COLOR"), *color_term = getenv("COLORTERM"), *term = getenv("TERM");
    if (!isatty(STDOUT_FILENO) || (no_color && no_color[0]) || !speaks_utf8()) return TERMINAL_PLAIN;
    if (color_term && (strcmp(color_term, "truecolor") == 0 || strcmp(color_term, "24bit") == 0))
        return TERMINAL_TRUE_COLORS;
    return term && strstr(term, "256color") ? TERMINAL_256_COLORS : TERMINAL_PLAIN;
}

static int cube_step(uint8_t value)
{
    return (value * (CUBE_SIDE - 1) + UINT8_MAX / 2) / UINT8_MAX;
}

/* The ramp for greys, the cube for everything else and for black and white. */
static int nearest_256_color(const uint8_t color[CHANNELS])
{
    bool grey = color[0] == color[1] && color[1] == color[2];
    int ramp_step = color[0] * (RAMP_STEPS + 2) / (UINT8_MAX + 1) - 1;
    if (grey && ramp_step >= 0 && ramp_step < RAMP_STEPS) return RAMP_FIRST + ramp_step;
    return CUBE_FIRST + CUBE_SIDE * (CUBE_SIDE * cube_step(color[0]) + cube_step(color[1])) + cube_step(color[2]);
}

static void set_color(enum terminal_style style, bool background, const uint8_t color[CHANNELS])
{
    int code = background ? 48 : 38; /* ISO 8613-6 */
    if (style == TERMINAL_TRUE_COLORS)
        printf("\x1b[%d;2;%d;%d;%dm", code, color[0], color[1], color[2]);
    else
        printf("\x1b[%d;5;%dm", code, nearest_256_color(color));
}

static void draw_plain(const uint8_t *grey)
{
    static const char shades[] = " .:-=+*#%@";
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            char shade = shades[grey[row * SIDE + column] * (sizeof shades - 1) / (UINT8_MAX + 1)];
            putchar(shade);
            putchar(shade);
        }
        putchar('\n');
    }
}

void terminal_draw(enum terminal_style style, const uint8_t *grey, const uint8_t *rgb)
{
    if (style == TERMINAL_PLAIN) {
        draw_plain(grey);
        return;
    }
    for (int row = 0; row < SIDE; row += 2) {
        for (int column = 0; column < SIDE; column++) {
            const uint8_t *upper = rgb + (row * SIDE + column) * CHANNELS;
            set_color(style, false, upper);
            set_color(style, true, upper + SIDE * CHANNELS);
            fputs(UPPER_HALF_BLOCK, stdout);
        }
        puts("\x1b[0m");
    }
}
