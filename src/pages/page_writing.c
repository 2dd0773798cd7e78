/* Implements the writing of page_sheet.h: signs, letters and words beside digits, in their pen and hand. Must not know
 * paper and light. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"
#include "layers/loss.h"
#include "synthesize.h"
#include "templates.h"

/* All numbers of the writing. Lengths are parts of the hand's digit height where nothing else is said. A deviation is
 * the standard one of a normal distribution with mean 0; a {low, high} has a uniform one. Chances are of pages, which a
 * calm or busy page multiplies; shares are of what is drawn. */
static const struct {
    struct {
        struct range beside, size;
        float overlap, table_share, shake, rise;
        float other_size, other_rise;
    } sign;
    float between_share, outside_share, narrow, point_share, sum_share, word_share;
    struct {
        float chance;
        int most;
        struct range size, spacing;
    } filler;
    struct {
        float known_share, joined_share, foreign_share, capitals_share;
        int most_letters;
        struct range size, spacing, joined_spacing, join_level;
    } spelling;
    struct {
        float chance;
        int most_words;
        struct range size, small, width;
        float own_pen_share, small_share;
    } word;
    struct {
        float chance, each, sign_share;
        struct range size;
    } cell;
    struct {
        float chance;
        int most;
        struct range size;
    } large;
} settings = {
    .sign.beside = {0, 0.3f}, /* from a number */
    .sign.size = {0.75f, 1.25f},
    .sign.overlap = 0.1f,     /* of boxes, at most */
    .sign.table_share = 0.6f, /* the rest are the synthesiser's signs: */
    .sign.other_size = 1,
    .sign.other_rise = 0.47f, /* their middle, above the line */
    .sign.shake = 0.04f,      /* deviation of the rise */

    .between_share = 0.9f,  /* of the gaps in numbers */
    .outside_share = 0.42f, /* of the rows' ends */
    .narrow = 0.45f,        /* a gap that takes only points and commas */
    .point_share = 0.15f,   /* of the other gaps */
    .sum_share = 0.95f,     /* of the gaps in sums */
    .word_share = 0.85f,    /* of the gaps for words */

    .filler.chance = 0.1f,
    .filler.most = 6,
    .filler.size = {0.3f, 0.8f},
    .filler.spacing = {0.9f, 1.4f}, /* of a sign's size */

    .spelling.known_share = 0.65f,  /* the rest have random letters */
    .spelling.foreign_share = 0.2f, /* of short words and lone letters: signs and letters of any alphabet */
    .spelling.capitals_share = 0.3f,
    .spelling.most_letters = 5,
    .spelling.size = {0.8f, 1.2f},       /* of capitals */
    .spelling.spacing = {-0.02f, 0.22f}, /* from ink to ink, of the size */
    .spelling.joined_share = 0.35f,
    .spelling.joined_spacing = {0.06f, 0.25f},
    .spelling.join_level = {0.05f, 0.35f}, /* of the size, above the line */

    .word.chance = 0.28f,
    .word.most_words = 4,
    .word.size = {0.5f, 1.3f},
    .word.small_share = 0.25f,
    .word.small = {6, 30},        /* pixels */
    .word.width = {0.05f, 0.16f}, /* of the pen where it is another one; of the size */
    .word.own_pen_share = 0.75f,

    .cell.chance = 0.5f,
    .cell.each = 0.5f, /* of the empty cells */
    .cell.sign_share = 0.3f,
    .cell.size = {0.8f, 1.1f},

    .large.chance = 0.17f,
    .large.most = 3,
    .large.size = {0.8f, 1.35f},
};

const struct page_letter_size page_letter_sizes[LETTER_KINDS] = {
    [CAPITAL] = {1, 0}, [SMALL] = {0.62f, 0}, [TALL] = {1, 0}, [DEEP] = {0.92f, 0.3f}};

/* Signs, in the notation of templates.h, with their size and how far their middle is above the base line. */
struct sign {
    const char *text;
    float size, middle;
    bool bare; /* alone in a box, it might be a 1: isn't noted */
};
/* The first ones stand in sums. */
static const struct sign signs[] = {
    {"05. 95., 50. 59.", 0.6f, 0.45f, false},                       /* plus */
    {"05. 95.", 0.5f, 0.45f, false},                                /* minus */
    {"11. 88., 81. 18.", 0.5f, 0.4f, false},                        /* times */
    {"05. 95., 51. 51., 58. 58.", 0.55f, 0.45f, false},             /* divided by */
    {"03. 93., 06. 96.", 0.6f, 0.45f, false},                       /* equals */
    {"03. 93., 06. 96.", 0.7f, 0.45f, false},                       /* wide equals */
    {"42. 42., 47. 47.", 0.8f, 0.35f, false},                       /* colon */
    {"45. 45.", 0.5f, 0.42f, false},                                /* times, as a dot */
    {"05 41. 48., 05. 95.", 0.65f, 0.45f, false},                   /* plus in one go */
    {"00. 99., 90. 09.", 0.75f, 0.42f, false},                      /* large times, x */
    {"80. 19.", 1.25f, 0.45f, true},                                /* slash */
    {"05. 95.", 0.8f, 0.45f, false},                                /* dash */
    {"20 02 24 42 20, 90. 09., 75 57 79 97 75", 0.8f, 0.5f, false}, /* per cent */
    {"20 02 24 42 20, 90. 09., 75 57 79 97 75", 1, 0.5f, false},
    {"82 50 12 24 55 76 68 39 07, 50. 49.", 1.1f, 0.5f, false},     /* dollar */
    {"82 50 22 15 28 59 88, 04. 64., 06. 66.", 0.95f, 0.5f, false}, /* euro */
    {"82 50 31 35 28 09. 89., 14. 64.", 0.95f, 0.5f, false},        /* pound */
    {"30. 29., 70. 69., 03. 93., 06. 96.", 0.9f, 0.45f, false},     /* number */
    {"99 42 31 50 62 35 17 28 59 96", 0.9f, 0.45f, false},          /* and */
    {"65 53 35 47 65 67 86 83 50 22 15 28 69", 0.9f, 0.45f, false}, /* at */
    {"60 32 36 69", 1.2f, 0.45f, true},                             /* opening and closing parentheses */
    {"30 62 66 39", 1.2f, 0.45f, true},
    {"40. 45 49., 13. 87., 83. 17.", 0.5f, 0.5f, false}, /* asterisk */
    {"90. 05. 99.", 0.5f, 0.4f, false},                  /* less */
    {"00. 95. 09.", 0.5f, 0.4f, false},                  /* greater */
    {"09. 23. 59. 69 80. 98.", 1, 0.5f, false},          /* root */
    {"20. 70., 45. 45.", 0.8f, 0.6f, false},             /* degree-like dashes */
    {"40. 42.", 0.7f, 0.75f, true},                      /* apostrophe */
};
/* Those that stand within numbers. */
static const struct sign point_signs[] = {
    {"40. 40.", 0.5f, 0.03f, false},          /* point */
    {"41 40. 37.", 0.35f, -0.02f, true},      /* comma */
    {"52 44 29.", 0.3f, 0, true},             /* long comma */
    {"40. 40.", 0.5f, 0.35f, false},          /* point half-way up */
    {"42. 42., 47. 47.", 0.8f, 0.35f, false}, /* colon */
    {"40. 34.", 0.4f, 0.9f, true},            /* apostrophe */
    {"05. 95.", 0.35f, 0.4f, false},          /* hyphen */
};
enum { SIGNS = sizeof signs / sizeof *signs, POINT_SIGNS = sizeof point_signs / sizeof *point_signs, SUM_SIGNS = 11 };

/* Indices of page_draw_text and page_draw_sign from these on, a range for each kind of writing; fillers and sums have
 * other texts. */
enum {
    OF_SIGNS = 1000,
    OF_SUMS = 2000,
    OF_FILLERS = 2000,
    OF_LINE_WORDS = 10000,
    OF_WORDS = 20000,
    OF_CELLS = 30000,
    OF_LARGE = 31000
};

/* ---- One sign or letter ------------------------------------------------------------------------------------------ */

void page_draw_sign(const struct page_sheet *sheet, struct sheet_layer *layer, const struct page_sign *sign)
{
    struct drawing drawing;
    synthesize_sign(sheet->hand.seed, sign->index, sign->text, &drawing);
    for (size_t i = 0; i < drawing.stroke_count; i++) {
        const struct pen_stroke *stroke = &drawing.strokes[i];
        float line[DRAWING_MOST_POINTS][2];
        int count = 0;
        for (size_t j = 0; j < stroke->count; j++) {
            if (j % 2 == 1 && j + 1 < stroke->count) continue;
            line[count][0] = sign->x + sign->across * (stroke->points[j].x - sheet->hand.slant * stroke->points[j].y);
            line[count++][1] = sign->y + sign->down * stroke->points[j].y;
        }
        layer_curve(layer, (const float(*)[2])line, count, sign->width, sign->value);
    }
}

void page_note(struct page_sheet *sheet, struct page_box box, bool alike)
{
    if (box.right <= 0 || box.bottom <= 0 || box.left >= (float)sheet->width || box.top >= (float)sheet->height) return;
    if (alike && sheet->alike_count < PAGE_MOST_ALIKE) sheet->alike[sheet->alike_count++] = box;
    if (!alike && sheet->other_count < PAGE_MOST_OTHERS) sheet->others[sheet->other_count++] = box;
}

enum side { FROM_LEFT, FROM_RIGHT, FROM_MIDDLE };

/* What is written, and where. */
struct writing {
    const char *text;
    uint64_t index;
    float size;     /* pixels */
    float x, y;     /* where its ink begins, ends or has its middle; the middle of its figures from top to bottom */
    enum side side; /* what x is */
};

/* Writes it unless a digit is there or it lies outside; *box: of its ink. */
static bool write_text(struct page_sheet *sheet, const struct writing *writing, struct page_box *box)
{
    const struct page_tile *tile = &sheet->tile;
    const float below = page_draw_text(sheet, writing->text, writing->index, writing->size);
    const float half = 0.5f * (float)(tile->left + tile->right);
    const float from = writing->side == FROM_LEFT    ? (float)tile->left
                       : writing->side == FROM_RIGHT ? (float)tile->right
                                                     : half;
    const int x = (int)(writing->x - from + PAGE_MOST_SIDE) - PAGE_MOST_SIDE,
              y = (int)(writing->y + below - 0.5f * (float)(tile->top + tile->bottom) + PAGE_MOST_SIDE) -
                  PAGE_MOST_SIDE;
    *box = (struct page_box){(float)(x + tile->left), (float)(y + tile->top), (float)(x + tile->right),
                             (float)(y + tile->bottom)};
    if (box->right <= 0 || box->left >= (float)sheet->width ||
        page_overlaps(sheet, *box, settings.sign.overlap * sheet->hand.height))
        return false;
    page_paste_tile(sheet, &sheet->pen, x, y);
    return true;
}

static void write_sign(struct page_sheet *sheet, const struct sign *sign, uint64_t index, const struct page_gap *gap,
                       struct random *random)
{
    const float size = gap->height * sign->size * random_in(random, settings.sign.size);
    const float rise = gap->height * (sign->middle + settings.sign.shake * random_normal(random));
    const float beside = gap->height * random_in(random, settings.sign.beside);
    struct writing writing = {sign->text, index, size, gap->x + 0.5f * gap->width, gap->base - rise, FROM_MIDDLE};
    if (gap->before) {
        writing.side = gap->first ? FROM_RIGHT : FROM_LEFT;
        writing.x = gap->first ? gap->x + gap->width - beside : gap->x + beside;
    }
    struct page_box box;
    if (write_text(sheet, &writing, &box) && !sign->bare) page_note(sheet, box, false);
}

/* ---- Signs ------------------------------------------------------------------------------------------------------- */

/* In the gaps that the layout left in numbers, and beside them. */
static void add_signs(struct page_sheet *sheet)
{
    if (page_is_off(sheet, PAGE_SIGNS) || page_is_clean(sheet)) return;
    for (size_t i = 0; i < sheet->gap_count; i++) {
        struct random random = page_random(sheet, PAGE_SIGNS, i);
        const struct page_gap *gap = &sheet->gaps[i];
        const bool there = random_uniform(&random) < (gap->before ? settings.outside_share : settings.between_share);
        const bool narrow = !gap->before && gap->width < settings.narrow * gap->height;
        const bool is_point = random_uniform(&random) < (narrow ? 1 : settings.point_share);
        const bool of_table = random_uniform(&random) < settings.sign.table_share;
        const struct sign other = {sign_templates[random_below(&random, sign_template_count)], settings.sign.other_size,
                                   settings.sign.other_rise, false};
        const size_t which = random_below(&random, is_point ? POINT_SIGNS : SIGNS);
        if (!there || gap->kind != GAP_SIGN) continue;
        write_sign(sheet,
                   is_point   ? &point_signs[which]
                   : of_table ? &signs[which]
                              : &other,
                   OF_SIGNS + i, gap, &random);
    }
}

static void add_sums(struct page_sheet *sheet)
{
    if (page_is_off(sheet, PAGE_SUMS) || page_is_clean(sheet)) return;
    for (size_t i = 0; i < sheet->gap_count; i++) {
        struct random random = page_random(sheet, PAGE_SUMS, i);
        const bool there = random_uniform(&random) < settings.sum_share;
        const struct sign *sign = &signs[random_below(&random, SUM_SIGNS)];
        if (there && sheet->gaps[i].kind == GAP_SUM) write_sign(sheet, sign, OF_SUMS + i, &sheet->gaps[i], &random);
    }
}

/* The same sign several times before a row's first digit or behind its last. */
static void add_fillers(struct page_sheet *sheet)
{
    static const char *const texts[] = {
        "40. 45 49., 13. 87., 83. 17.",       "05. 95.", "03. 93., 06. 96.", "11. 88., 81. 18.",
        "30. 29., 70. 69., 03. 93., 06. 96.", "40. 40."};
    struct random random = page_random(sheet, PAGE_FILLERS, 0);
    if (!page_has(sheet, PAGE_FILLERS, &random, settings.filler.chance)) return;
    const char *text = texts[random_below(&random, sizeof texts / sizeof *texts)];
    const float size = sheet->hand.height * random_in(&random, settings.filler.size),
                spacing = size * random_in(&random, settings.filler.spacing);
    for (size_t i = 0; i < sheet->gap_count; i++) {
        struct random own = page_random(sheet, PAGE_FILLERS, 1 + i);
        const struct page_gap *gap = &sheet->gaps[i];
        const size_t count = 1 + random_below(&own, (size_t)settings.filler.most);
        const float step = gap->first ? -spacing : spacing;
        for (size_t j = 0; j < count && gap->before; j++) {
            const float x = gap->x + 0.5f * gap->width + step * (float)j, y = gap->base - 0.4f * gap->height;
            const struct page_box box = {x - 0.5f * size, y - 0.5f * size, x + 0.5f * size, y + 0.5f * size};
            if (page_is_free(sheet, box))
                page_draw_sign(
                    sheet, &sheet->pen,
                    &(struct page_sign){text, OF_FILLERS + i * 16 + j, x, y, size, size, page_pen_width(sheet), 1});
        }
    }
}

/* ---- Words ------------------------------------------------------------------------------------------------------- */

const struct letter_template *page_letter(char letter, uint64_t choice)
{
    const struct letter_template *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < letter_template_count; i++) {
        if (letter_templates[i].letter != letter) continue;
        if (!first) first = &letter_templates[i];
        count++;
    }
    return first + (count ? choice % count : 0);
}

size_t page_random_word(struct random *random, char word[PAGE_WORD_LETTERS])
{
    const bool known = random_uniform(random) < settings.spelling.known_share,
               capitals = random_uniform(random) < settings.spelling.capitals_share;
    const char *text = written_words[random_below(random, written_word_count)];
    size_t count = 1 + random_below(random, (size_t)settings.spelling.most_letters);
    if (known) count = strlen(text);
    for (size_t i = 0; i < count; i++) {
        const char letter = (char)((capitals ? 'A' : 'a') + (int)random_below(random, 26));
        word[i] = known ? text[i] : letter;
    }
    return count;
}

bool page_is_alike(const struct letter_template *const *letters, size_t count, size_t index)
{
    const bool between = index > 0 && index + 1 < count && !letters[index - 1]->alike && !letters[index + 1]->alike;
    return letters[index]->alike && !between;
}

/* From a letter to the next, above the line. */
static void join_letters(struct page_sheet *sheet, struct page_box from, struct page_box to, float level)
{
    const float reach = 0.1f * sheet->hand.height, foot = min_float(from.bottom, to.bottom);
    const float points[3][2] = {{from.right - reach, foot - 0.3f * level},
                                {0.5f * (from.right + to.left), foot - 0.4f * level},
                                {to.left + reach, foot - level}};
    layer_curve(&sheet->pen, points, 3, page_pen_width(sheet), 1);
}

/* How a word is written: from x on to the right, or up to x. */
struct word_place {
    float x, base, size, room; /* pixels; a letter beyond the room isn't written any more */
    bool up_to;
    uint64_t index;
};

/* The letters of a word, its style, and how far it has come. */
struct word {
    const struct letter_template *letters[PAGE_WORD_LETTERS];
    size_t count, strange; /* strange: the first of the negatives that stand in for letters */
    bool joined, foreign;
    float spacing, level, x; /* pixels */
    struct page_box last;
};

static struct word random_word(const struct page_sheet *sheet, const struct word_place *place, struct random *random)
{
    char text[PAGE_WORD_LETTERS];
    struct word word = {.count = page_random_word(random, text), .x = place->x};
    word.joined = random_uniform(random) < settings.spelling.joined_share;
    word.foreign = random_uniform(random) < settings.spelling.foreign_share && word.count <= 2;
    const struct range spacing = word.joined ? settings.spelling.joined_spacing : settings.spelling.spacing;
    word.spacing = place->size * random_in(random, spacing);
    word.level = place->size * random_in(random, settings.spelling.join_level);
    word.strange = random_below(random, negative_template_count);
    for (size_t i = 0; i < word.count; i++) word.letters[i] = page_letter(text[i], sheet->hand.seed >> (text[i] & 31));
    return word;
}

/* The next letter, the last one first when the word ends at its place; false when there is no room. */
static bool write_next(struct page_sheet *sheet, const struct word_place *place, struct word *word, size_t index)
{
    const size_t at = place->up_to ? word->count - 1 - index : index;
    const struct letter_template *letter = word->letters[at];
    const struct page_letter_size *own = &page_letter_sizes[letter->kind];
    const char *strange = negative_templates[(word->strange + index) % negative_template_count];
    const struct writing writing = {
        .text = word->foreign ? strange : letter->text,
        .index = place->index + index,
        .size = place->size * own->size,
        .x = word->x,
        .y = place->base + place->size * (own->below - 0.5f * own->size),
        .side = place->up_to ? FROM_RIGHT : FROM_LEFT,
    };
    struct page_box box;
    if (!write_text(sheet, &writing, &box)) return false;
    page_note(sheet, box, !word->foreign && page_is_alike(word->letters, word->count, at));
    if (word->joined && index > 0)
        join_letters(sheet, place->up_to ? box : word->last, place->up_to ? word->last : box, word->level);
    word->last = box;
    word->x = place->up_to ? box.left - word->spacing : box.right + word->spacing;
    return fabsf(word->x - place->x) <= place->room;
}

static void write_word(struct page_sheet *sheet, const struct word_place *place, struct random *random)
{
    struct word word = random_word(sheet, place, random);
    for (size_t i = 0; i < word.count && write_next(sheet, place, &word, i); i++) {
    }
}

/* In the gaps that the layout left for words. */
static void add_line_words(struct page_sheet *sheet)
{
    if (page_is_off(sheet, PAGE_LINE_WORDS) || page_is_clean(sheet)) return;
    for (size_t i = 0; i < sheet->gap_count; i++) {
        struct random random = page_random(sheet, PAGE_LINE_WORDS, i);
        const struct page_gap *gap = &sheet->gaps[i];
        const bool there = random_uniform(&random) < settings.word_share;
        const float beside = gap->height * random_in(&random, settings.sign.beside);
        if (!there || gap->kind != GAP_WORD) continue;
        const struct word_place place = {
            .x = gap->first ? gap->x + gap->width - beside : gap->x + beside,
            .base = gap->base,
            .size = gap->height * random_in(&random, settings.spelling.size),
            .room = gap->width - beside - 0.5f * gap->height,
            .up_to = gap->first,
            .index = OF_LINE_WORDS + i * PAGE_WORD_LETTERS,
        };
        write_word(sheet, &place, &random);
    }
}

/* Of another pen, where no digit is. */
static void draw_word(struct page_sheet *sheet, float x, float y, float size, float width, struct random *random)
{
    char word[PAGE_WORD_LETTERS];
    const size_t count = page_random_word(random, word);
    const struct letter_template *letters[PAGE_WORD_LETTERS];
    for (size_t i = 0; i < count; i++) letters[i] = page_letter(word[i], sheet->hand.seed >> (word[i] & 31));
    const float spacing = size * (0.6f + random_in(random, settings.spelling.spacing));
    for (size_t i = 0; i < count; i++, x += spacing) {
        const struct letter_template *letter = letters[i];
        const float own = size * page_letter_sizes[letter->kind].size,
                    middle = y + size * page_letter_sizes[letter->kind].below - 0.5f * own;
        const struct page_box box = {x - 0.4f * own, middle - 0.5f * own, x + 0.4f * own, middle + 0.5f * own};
        const bool outside = box.right < 0 || box.left > (float)sheet->width;
        if (outside || !page_is_free(sheet, box)) continue;
        page_draw_sign(sheet, &sheet->marks,
                       &(struct page_sign){letter->text, OF_WORDS + (uint64_t)word[i], x, middle, own, own, width, 1});
        page_note(sheet, box, page_is_alike(letters, count, i));
    }
}

/* Words anywhere, in the page's pen or in another one. */
static void add_words(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_WORDS, 0);
    if (!page_has(sheet, PAGE_WORDS, &random, settings.word.chance)) return;
    const size_t words = 1 + random_below(&random, (size_t)settings.word.most_words);
    const bool own_pen = random_uniform(&random) < settings.word.own_pen_share;
    for (size_t i = 0; i < words; i++) {
        struct random own = page_random(sheet, PAGE_WORDS, 1 + i);
        const bool small = random_uniform(&own) < settings.word.small_share;
        const float part = sheet->hand.height * random_in(&own, settings.word.size),
                    pixels = random_in(&own, settings.word.small);
        const float size = small && !own_pen ? pixels : part;
        const float width = max_float(size * random_in(&own, settings.word.width), 0.7f);
        float x, y;
        page_random_place(sheet, &own, &x, &y);
        x -= size * random_uniform(&own);
        const struct word_place place = {.x = x,
                                         .base = y + 0.5f * size,
                                         .size = size,
                                         .room = (float)sheet->width,
                                         .index = OF_WORDS + i * PAGE_WORD_LETTERS};
        if (own_pen)
            write_word(sheet, &place, &own);
        else
            draw_word(sheet, x, place.base, size, width, &own);
    }
}

/* ---- Letters that stand alone ------------------------------------------------------------------------------------ */

/* One with its middle at a place. */
static void write_letter(struct page_sheet *sheet, float x, float y, float size, uint64_t index, struct random *random)
{
    const struct letter_template *letter = &letter_templates[random_below(random, letter_template_count)];
    const bool foreign = random_uniform(random) < settings.spelling.foreign_share;
    const char *strange = negative_templates[random_below(random, negative_template_count)];
    const struct writing writing = {foreign ? strange : letter->text, index, size, x, y, FROM_MIDDLE};
    struct page_box box;
    if (write_text(sheet, &writing, &box)) page_note(sheet, box, !foreign && letter->alike);
}

/* In a table's empty cells. */
static void add_cell_letters(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_CELL_LETTERS, 0);
    if (!page_has(sheet, PAGE_CELL_LETTERS, &random, settings.cell.chance)) return;
    for (size_t i = 0; i < sheet->gap_count; i++) {
        struct random own = page_random(sheet, PAGE_CELL_LETTERS, 1 + i);
        const struct page_gap *gap = &sheet->gaps[i];
        const bool there = random_uniform(&own) < settings.cell.each,
                   is_sign = random_uniform(&own) < settings.cell.sign_share;
        const float size = gap->height * random_in(&own, settings.cell.size);
        if (!there || gap->kind != GAP_CELL) continue;
        if (is_sign)
            write_sign(sheet, &signs[random_below(&own, SIGNS)], OF_CELLS + i, gap, &own);
        else
            write_letter(sheet, gap->x + 0.5f * gap->width, gap->base - 0.5f * gap->height, size, OF_CELLS + i, &own);
    }
}

static void add_large_letters(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LARGE_LETTERS, 0);
    if (!page_has(sheet, PAGE_LARGE_LETTERS, &random, settings.large.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.large.most);
    for (size_t i = 0; i < count; i++) {
        struct random own = page_random(sheet, PAGE_LARGE_LETTERS, 1 + i);
        const float size = sheet->hand.height * random_in(&own, settings.large.size);
        float x, y;
        page_random_place(sheet, &own, &x, &y);
        write_letter(sheet, x, y, size, OF_LARGE + i, &own);
    }
}

/* Behind the digits; what looks like one must neither be found nor be taken for paper. */
static void ignore_alike(struct page_sheet *sheet)
{
    for (size_t i = 0; i < sheet->alike_count; i++) {
        const struct page_box *box = &sheet->alike[i];
        sheet->rows[sheet->digit_count] = PAGE_NO_DIGIT;
        sheet->found[sheet->digit_count++] =
            (struct page_digit){box->left, box->top, box->right, box->bottom, NO_CLASS, true};
    }
}

void page_add_writing(struct page_sheet *sheet)
{
    add_signs(sheet);
    add_sums(sheet);
    add_fillers(sheet);
    add_line_words(sheet);
    add_words(sheet);
    add_cell_letters(sheet);
    add_large_letters(sheet);
    ignore_alike(sheet);
}
