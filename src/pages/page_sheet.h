/* The sheet that a made page is drawn on: its layers, the hand that writes on it, and the steps that fill it, each in a
 * file of its own. Only the page maker's files and its tests look in here; page.h is for all others. */
#ifndef PAGE_SHEET_H
#define PAGE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "templates.h"

/* What a page is made of. Each is drawn from a random stream of its own, so that leaving one out changes
 * nothing of the others. Values are part of every page: add at the end, never renumber; at most 64. */
enum page_element {
    /* digits */
    PAGE_PENS,      /* digits with a line of any width; without: as wide as in the source's images */
    PAGE_TEMPLATES, /* digits from the synthesiser's templates; without: all from the source's images */
    PAGE_TOUCHING,  /* neighbours moved together until their ink meets */
    PAGE_LIGATURES, /* strokes from a digit to the next */
    PAGE_HOLLOW,    /* outlined digits */
    PAGE_ROUGH,     /* lines with rough borders */
    PAGE_SIZES,     /* rows of other sizes on the same page */
    PAGE_EXPONENTS, /* small, raised digits */
    /* paper */
    PAGE_LINES,
    PAGE_SQUARES,
    PAGE_DOTS,
    PAGE_SECURITY_PRINT,
    /* around digits */
    PAGE_TABLE,
    PAGE_FEET_LINES, /* just below, through the feet of or through the middle of digits */
    PAGE_FRAMES,
    PAGE_ROW_FRAMES,
    PAGE_CELLS,
    PAGE_UNDERLINES,
    PAGE_RINGS,
    PAGE_ARROWS,
    PAGE_STRIKES,
    PAGE_BRACKETS,
    /* beside digits */
    PAGE_SIGNS, /* of sums, money and numbers */
    PAGE_FILLERS,
    PAGE_WORDS,
    PAGE_PRINT,
    PAGE_SHORT_STROKES,
    PAGE_SCRIBBLES,
    PAGE_SPECKS,
    PAGE_PANELS,
    /* ink and paper */
    PAGE_UNEVEN_INK,
    PAGE_FAINT,
    PAGE_LIGHT,
    PAGE_GRAIN,
    PAGE_FIBRES,
    PAGE_SHOW_THROUGH,
    PAGE_FOLDS,
    /* light and camera */
    PAGE_SHADOWS,
    PAGE_VIGNETTE,
    PAGE_EDGES, /* of the paper, on a table */
    PAGE_CROP,  /* a smaller picture whose border goes on */
    PAGE_BLUR,
    PAGE_MOTION,
    PAGE_RESIZED,
    PAGE_NOISE,
    PAGE_BANDS, /* of a scanner */
    PAGE_SALT,
    PAGE_JPEG,
    PAGE_ONE_BIT,
    PAGE_INVERSE,
    /* beside digits, in their pen and as high as they are */
    PAGE_SUMS,          /* signs between the numbers of a row */
    PAGE_LINE_WORDS,    /* before, between and behind the numbers of a row */
    PAGE_CELL_LETTERS,  /* in a table's empty cells */
    PAGE_LARGE_LETTERS, /* each alone */
    PAGE_HEADINGS,      /* printed ones */
    PAGE_ELEMENTS,
    /* Streams of what every page has. */
    PAGE_BUSYNESS = 64,
    PAGE_HAND,
    PAGE_LAYOUT,
    PAGE_DIGIT,
    PAGE_PAPER,
};

enum {
    PAGE_MOST_SIDE = 16384, /* of a page, pixels */
    PAGE_MOST_DIGITS = 128,
    PAGE_MOST_ALIKE = 128, /* signs and letters that look like digits */
    PAGE_MOST_FOUND = PAGE_MOST_DIGITS + PAGE_MOST_ALIKE,
    PAGE_MOST_HEIGHT = 200, /* of a digit, pixels */
    PAGE_TILE = 320,        /* side of the square that holds any digit's ink, whatever its slant; pixels */
    PAGE_MOST_SIGNS = 64,
    PAGE_MOST_OTHERS = 48, /* letters and signs that are noted */
    PAGE_MOST_ROWS = 64,
    PAGE_NO_DIGIT = -2,
    PAGE_WORD_LETTERS = 16, /* of a word, at most */
};

struct page_digit {
    float left, top, right, bottom; /* of its ink, in pixels of the page; may reach beyond it */
    int class_index;                /* its label; NO_CLASS where nobody can read it */
    bool ignored;                   /* neither a digit that must be found nor paper that must be empty */
};

/* Images that digits are taken from. */
struct page_source {
    const uint8_t *images; /* [count][28][28], 0 paper .. 255 ink */
    const uint8_t *labels; /* [count], 0 .. 9 */
    size_t count;          /* 0: all digits come from templates */
};

/* How much of a pixel something covers: 0 .. 255. */
struct sheet_layer {
    uint8_t *values; /* [height][width] */
    int width, height;
};

/* One digit's ink, before it has a place. */
struct page_tile {
    int width, height;            /* what is used of values */
    int left, top, right, bottom; /* of its ink; right and bottom are just beyond it */
    int ink;                      /* its sum / 255 */
    uint8_t values[PAGE_TILE * PAGE_TILE];
    float squares[PAGE_TILE * PAGE_TILE]; /* of distances, while strokes are drawn */
};

/* What stays the same over a page's digits. */
struct page_hand {
    float height;          /* of a digit, pixels */
    float rotation, slant; /* sine of the angle; columns a row, to the right */
    float width;           /* factor */
    bool pen;              /* draws middle lines with a pen of its own, not the source's lines */
    float radius;          /* of that pen, parts of a digit's height */
    float pressure;        /* part by which the radius changes */
    float boldness;        /* by which the source's line is wider on each side, parts of a digit's height */
    float softness;        /* pixels over which ink fades at its border */
    float template_share;  /* of its digits */
    float hollow;          /* what remains of the line's half width inside an outlined digit; 0: filled */
    float roughness;       /* deviation of the line's border, parts of a digit's height; 0: none */
    uint64_t seed;         /* of the templates' forms */
};

struct page_box {
    float left, top, right, bottom;
};

/* Room for something that is no digit: a sign in a number or beside it, one between the numbers of a sum, a word, a
 * letter in a table's cell. */
enum page_gap_kind { GAP_SIGN, GAP_SUM, GAP_WORD, GAP_CELL };
struct page_gap {
    enum page_gap_kind kind;
    float x, width, base, height; /* its left edge and width, the row's base line, the digits' height: pixels */
    bool before;                  /* stands before a row's first digit or behind its last */
    bool first;                   /* of these, before the first */
};

struct page_sheet {
    int width, height;
    uint64_t seed, number, elements_off; /* a bit of elements_off for each enum page_element */
    struct sheet_layer digits;           /* ink of digits alone */
    struct sheet_layer pen;              /* other ink of the same pen */
    struct sheet_layer marks;            /* ink of other pens, and print */
    struct sheet_layer rulings;
    struct sheet_layer background; /* what is printed faintly below all */
    float *values, *other;         /* [height][width]: brightness, 0 black .. 1 white */
    struct page_hand hand;
    struct page_digit found[PAGE_MOST_FOUND];
    int rows[PAGE_MOST_FOUND]; /* each digit's row, -1 without one, PAGE_NO_DIGIT for a letter that looks like one */
    size_t digit_count;
    struct page_gap gaps[PAGE_MOST_SIGNS];
    size_t gap_count;
    struct page_box others[PAGE_MOST_OTHERS], alike[PAGE_MOST_ALIKE]; /* letters and signs: no digits, and like one */
    size_t other_count, alike_count;
    struct {
        bool there;
        float x, y, width, height; /* of the first cell, pixels */
    } table;
    bool empty;   /* has no digits */
    bool inverse; /* bright ink on dark paper */
    float tilt;   /* of all that is written and printed, rows a column */
    struct page_tile tile;
};

/* ---- page_sheet.c: drawing on layers ------------------------------------------------------------------------------
 * Values 0 .. 1 are of full coverage; what is darker stays. Coordinates are pixels, whose middles are at n + 0.5; all
 * may be outside. */

/* A stream of an element: equal for equal numbers. */
struct random page_random(const struct page_sheet *sheet, enum page_element element, size_t number);
bool page_is_off(const struct page_sheet *sheet, enum page_element element);
/* Whether a page with digits has nothing else drawn. */
bool page_is_clean(const struct page_sheet *sheet);
/* Whether an element is on this page: chance is for a page that is neither calm nor busy. Draws from its stream. */
bool page_has(const struct page_sheet *sheet, enum page_element element, struct random *random, float chance);

/* A line with flat ends. */
void layer_line(struct sheet_layer *layer, struct page_box from_to, float width, float value);
/* A line with round ends through points[count][2]. */
void layer_curve(struct sheet_layer *layer, const float (*points)[2], int count, float width, float value);
void layer_disc(struct sheet_layer *layer, float x, float y, float radius, float value);
void layer_rectangle(struct sheet_layer *layer, struct page_box box, float value);
/* sin(2 pi turns), to a thousandth, the same everywhere. */
float page_sine(float turns);

/* Adds a smooth random field with about this deviation, whose hills are `cell` pixels wide. */
void page_add_field(struct page_sheet *sheet, float *values, float cell, float deviation, struct random *random);

/* ---- page_sheet.c: digits and what is around them -----------------------------------------------------------------*/

struct page_box page_digit_box(const struct page_digit *digit);
/* Of a row's digits; false when there are none. */
bool page_row_box(const struct page_sheet *sheet, int row, struct page_box *box);
struct page_box page_wider(struct page_box box, float margin);
/* Whether no digit is in this box, nor close to it. */
bool page_is_free(const struct page_sheet *sheet, struct page_box box);
/* Whether a digit's box and this one overlap by more than `most` both ways; pixels. */
bool page_overlaps(const struct page_sheet *sheet, struct page_box box, float most);
void page_random_place(const struct page_sheet *sheet, struct random *random, float *x, float *y);
/* Of the digits' pen, where it writes no digits: pixels. */
float page_pen_width(const struct page_sheet *sheet);
/* Nobody can read it. */
void page_ignore_digit(struct page_digit *digit);

/* ---- page_digits.c ------------------------------------------------------------------------------------------------*/

/* The hand of the sheet's page. Where it is rough, fills sheet->other with what page_draw_digit needs until the last
 * digit. */
struct page_hand page_random_hand(struct page_sheet *sheet);
/* Draws the page's digit with this number, `height` pixels high, into sheet->tile. Returns its class. */
int page_draw_digit(struct page_sheet *sheet, const struct page_source *source, size_t index, float height);
/* Draws a template's text into sheet->tile with the digits' pen, as they are drawn: `size` pixels for its figures 0 ..
 * 9 from top to bottom. Equal indices look the same. Returns how far its middle is below the text's, pixels. */
float page_draw_text(struct page_sheet *sheet, const char *text, uint64_t index, float size);
/* The tile's ink to a layer. */
void page_paste_tile(const struct page_sheet *sheet, struct sheet_layer *layer, int x, int y);

/* ---- page_print.c -------------------------------------------------------------------------------------------------*/

/* Everything that a press leaves, and frames that a pen draws. */
void page_add_print(struct page_sheet *sheet);

/* ---- page_writing.c -----------------------------------------------------------------------------------------------*/

/* A template in the page's hand. */
struct page_sign {
    const char *text;   /* as templates.h has it */
    uint64_t index;     /* equal ones look the same on a page */
    float x, y;         /* its middle */
    float across, down; /* its size, pixels; negative: mirrored */
    float width, value; /* of the line */
};
void page_draw_sign(const struct page_sheet *sheet, struct sheet_layer *layer, const struct page_sign *sign);

/* Of a letter's figures 0 .. 9 from top to bottom, and how far they reach below the line; of capitals' size. */
struct page_letter_size {
    float size, below;
};
extern const struct page_letter_size page_letter_sizes[LETTER_KINDS];

/* Notes the box of a sign or letter. */
void page_note(struct page_sheet *sheet, struct page_box box, bool alike);
/* One of the ways to write a letter. */
const struct letter_template *page_letter(char letter, uint64_t choice);
/* Letters of a word, mostly one that stands beside numbers; returns how many. */
size_t page_random_word(struct random *random, char word[PAGE_WORD_LETTERS]);
/* Whether a letter of a word might be taken for a digit: it looks like one, and not both neighbours tell. */
bool page_is_alike(const struct letter_template *const *letters, size_t count, size_t index);
/* Signs, letters and words. Must be drawn last: notes those that look like digits as ignored ones. */
void page_add_writing(struct page_sheet *sheet);

/* ---- page_clutter.c -----------------------------------------------------------------------------------------------*/

/* Everything that a pen draws without writing, and dust. May set digits to be ignored. */
void page_add_clutter(struct page_sheet *sheet);

/* ---- page_surface.c -----------------------------------------------------------------------------------------------*/

/* Layers to sheet->values: ink on paper, light and camera. May set digits to be ignored. */
void page_photograph(struct page_sheet *sheet);

#endif
