/* Implements rulings.h: of all straight lines, those that are long beside the writing. Must not know how lines are
 * found or cleared, or what digits look like. */
#include "rulings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clear_lines.h"
#include "ink/components.h"

enum {
    LEAST_SIDE = 40,       /* pixels; smaller pictures hold no rulings */
    WIDTH_PART = 18,       /* a ruling is at most this part of the shorter side wide, */
    LEAST_WIDTH = 3,       /* or this many pixels, whichever is more */
    ENOUGH_LINES = 4,      /* make a ruled sheet or a table, with */
    ENOUGH_WRITING = 4,    /* pieces of writing in it */
    ENOUGH_RUNGS = 2,      /* are sides of cells */
    TOUCHING_ROOM = 2,     /* pixels beside a ruling in which writing touches it */
    CONTINUATION_ROOM = 2, /* pixels beside a ruling's line in which its continuation lies */
};

static const double faint_part = 0.7;    /* of the strokes' threshold: rulings are often fainter */
static const double remains_part = 0.25; /* of the longer side, and */
static const double remains_ink = 0.08;  /* of their box is ink */
static const double coverage = 0.35;     /* of a line's length that its chains cover */
static const double most_blank = 0.25;   /* of its length */
static const double ruling_aspect = 10;  /* at least this many times as long as wide; */
static const double border_aspect = 5;   /* at the picture's edge */
static const double candidate_part = .2; /* of the picture's shorter side: shorter lines are strokes */
static const double above_digits = 2.2;  /* rulings are this many times as long as writing is high, or */
static const double border_part = 0.2;   /* as far from the picture's edge as this part of its width, and */
static const double spanning_part = 0.8; /* over this part of it; then writing is at least */
static const double border_digit = 0.25; /* this part of its length high */
static const double rung_part = 1.2;     /* times as long as writing is high is the side of a cell, at least */
static const double free_part = 0.5;     /* of the writing doesn't touch a ruling that stands alone */

/* What lines are judged by. */
struct scene {
    struct straight_lines *directions; /* [2]: upright, level */
    struct components rest;            /* without the lines */
    double height;                     /* of typical writing in it */
    int spanning;                      /* lines from side to side, that are longer than writing is high */
    double broadest;                   /* twice their mean width: of one that doesn't span */
    bool table;                        /* many lines, and writing between them */
    bool single;                       /* all the ink is one digit */
};

/* ---- Candidates ---- */

static bool near_border(const struct straight_lines *lines, const struct straight_line *line)
{
    double a = straight_line_first(lines, line)->first_center, b = straight_line_last(lines, line)->last_center;
    double far = border_part * lines->mask.width;
    return fmax(a, b) < far || fmin(a, b) > lines->mask.width - far;
}

static bool is_candidate(const struct straight_lines *lines, const struct straight_line *line)
{
    int length = straight_line_length(lines, line), side = min_int(lines->mask.height, lines->mask.width);
    return length >= candidate_part * side && line->covered >= coverage * length &&
           line->blank <= most_blank * length &&
           length >= (near_border(lines, line) ? border_aspect : ruling_aspect) * straight_line_width(line);
}

static void exchange_lines(struct straight_lines *lines, int a, int b)
{
    struct straight_line line = lines->items[a];
    lines->items[a] = lines->items[b];
    lines->items[b] = line;
}

/* Puts the chosen lines first, and the others aside. */
static void keep_chosen(struct straight_lines *lines)
{
    int kept = 0;
    for (int i = 0; i < lines->count; i++) {
        if (lines->items[i].chosen) exchange_lines(lines, kept++, i);
    }
    lines->other_count += lines->count - kept;
    lines->count = kept;
}

static void keep_candidates(struct straight_lines *lines)
{
    for (int i = 0; i < lines->count; i++) lines->items[i].chosen = is_candidate(lines, &lines->items[i]);
    keep_chosen(lines);
}

/* ---- The writing ---- */

/* Crossing lines that escaped: far larger than digits and mostly empty. */
static bool is_remains_of_lines(const struct component *component, int longest_side)
{
    double area = (double)box_width(&component->box) * box_height(&component->box);
    return box_extent(&component->box) > remains_part * longest_side && (double)component->pixels < remains_ink * area;
}

/* Heights of what isn't in a line: the median by squares, as many specks don't outweigh a digit. Infinite when there is
 * no writing. */
static scrawl_status measure_height(const struct mask *mask, struct scene *scene)
{
    double *squares = calloc((size_t)mask->height + 1, sizeof *squares), total = 0, seen = 0;
    int height = 0;
    if (!squares) return fail_out_of_memory();
    for (size_t i = 0; i < scene->rest.count; i++) {
        int here = box_height(&scene->rest.components[i].box);
        if (is_remains_of_lines(&scene->rest.components[i], max_int(mask->width, mask->height))) continue;
        squares[here] += (double)here * here;
        total += (double)here * here;
    }
    while (height < mask->height && seen < total / 2) seen += squares[++height];
    free(squares);
    scene->height = height > 0 ? height : INFINITY;
    return SCRAWL_OK;
}

static bool touches_line(const struct straight_lines *lines, const struct straight_line *line, const struct box *box)
{
    int left = lines->exchanged ? box->top : box->left, right = lines->exchanged ? box->bottom : box->right;
    int top = lines->exchanged ? box->left : box->top, bottom = lines->exchanged ? box->right : box->bottom;
    double room = straight_line_width(line) / 2 + TOUCHING_ROOM,
           center = straight_line_center_at(lines, line, (top + bottom) / 2.0);
    return bottom >= straight_line_first(lines, line)->first_row - 1 &&
           top <= straight_line_last(lines, line)->last_row + 1 && right + room >= center && left - room <= center;
}

/* only: NULL for all lines. */
static bool touches_any(const struct scene *scene, const struct straight_line *only, const struct box *box)
{
    for (int d = 0; d < 2; d++) {
        const struct straight_lines *lines = &scene->directions[d];
        for (int i = 0; i < lines->count; i++) {
            const struct straight_line *line = &lines->items[i];
            if ((!only || line == only) && touches_line(lines, line, box)) return true;
        }
    }
    return false;
}

/* Writing of at least half its typical height, and how much of it touches none of a set of lines. */
struct writing {
    double pixels, free_pixels;
    int free_count;
};

static struct writing writing_beside(const struct scene *scene, const struct straight_line *only)
{
    struct writing writing = {0};
    for (size_t i = 0; i < scene->rest.count; i++) {
        const struct component *component = &scene->rest.components[i];
        if (box_height(&component->box) < scene->height / 2) continue;
        writing.pixels += (double)component->pixels;
        if (touches_any(scene, only, &component->box)) continue;
        writing.free_pixels += (double)component->pixels;
        writing.free_count++;
    }
    return writing;
}

static bool is_free(struct writing writing)
{
    return writing.free_pixels >= free_part * writing.pixels;
}

/* ---- Which lines are rulings ---- */

static bool spans(const struct straight_lines *lines, const struct straight_line *line)
{
    return straight_line_length(lines, line) >= spanning_part * lines->mask.height;
}

static bool is_border(const struct straight_lines *lines, const struct straight_line *line, double height)
{
    return near_border(lines, line) && spans(lines, line) && height >= border_digit * straight_line_length(lines, line);
}

/* Long lines are rulings when they span the picture, several or apart from the writing, and when they enclose writing
 * without touching most of it. A digit's own strokes do neither. Where there must be a digit, a few lines by themselves
 * are its strokes. */
static bool is_ruling(const struct scene *scene, const struct straight_lines *lines, const struct straight_line *line)
{
    if (scene->single && isinf(scene->height)) return false;
    if (is_border(lines, line, scene->height)) return true;
    if (straight_line_length(lines, line) < above_digits * scene->height) return false;
    if (scene->table) return true;
    if (!spans(lines, line)) return scene->spanning >= ENOUGH_LINES && straight_line_width(line) <= scene->broadest;
    return scene->spanning >= ENOUGH_LINES || is_free(writing_beside(scene, line));
}

static int count_spanning(const struct scene *scene)
{
    int count = 0;
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < scene->directions[d].count; i++)
            count += spans(&scene->directions[d], &scene->directions[d].items[i]);
    return count;
}

static void look_around(struct scene *scene)
{
    /* Nothing but lines is an empty sheet, unless they are as few as a digit's strokes. */
    if (isinf(scene->height) && count_spanning(scene) >= ENOUGH_LINES) scene->height = 0;
    int long_ones = 0;
    double widths = 0;
    for (int d = 0; d < 2; d++) {
        const struct straight_lines *lines = &scene->directions[d];
        for (int i = 0; i < lines->count; i++) {
            if (straight_line_length(lines, &lines->items[i]) < above_digits * scene->height) continue;
            long_ones++;
            if (!spans(lines, &lines->items[i])) continue;
            scene->spanning++;
            widths += straight_line_width(&lines->items[i]);
        }
    }
    if (scene->spanning) scene->broadest = 2 * widths / scene->spanning;
    struct writing writing = writing_beside(scene, NULL);
    scene->table = long_ones >= ENOUGH_LINES && writing.free_count >= ENOUGH_WRITING && is_free(writing);
}

/* Whether a line of one direction ends on a chosen one of the other, at a row and column of its own direction. */
static bool ends_on_ruling(const struct straight_lines *others, double row, double column)
{
    for (int i = 0; i < others->count; i++) {
        const struct straight_line *other = &others->items[i];
        double room = straight_line_width(other) / 2 + TOUCHING_ROOM;
        if (other->chosen && fabs(straight_line_center_at(others, other, column) - row) <= room &&
            column >= straight_line_first(others, other)->first_row - room &&
            column <= straight_line_last(others, other)->last_row + room)
            return true;
    }
    return false;
}

/* The side of a cell: from ruling to ruling, which writing is not quite. */
static bool is_rung(const struct scene *scene, const struct straight_lines *lines, const struct straight_line *line)
{
    const struct straight_lines *others = &scene->directions[!lines->exchanged];
    const struct chain *first = straight_line_first(lines, line), *last = straight_line_last(lines, line);
    return straight_line_length(lines, line) >= rung_part * scene->height &&
           straight_line_width(line) <= scene->broadest &&
           ends_on_ruling(others, first->first_row, first->first_center) &&
           ends_on_ruling(others, last->last_row, last->last_center);
}

static void choose_rungs(const struct scene *scene)
{
    for (int d = 0; d < 2; d++) {
        struct straight_lines *lines = &scene->directions[d];
        int rungs = 0;
        for (int i = 0; i < lines->count; i++)
            rungs += !lines->items[i].chosen && is_rung(scene, lines, &lines->items[i]);
        for (int i = 0; i < lines->count && rungs >= ENOUGH_RUNGS; i++) {
            if (is_rung(scene, lines, &lines->items[i])) lines->items[i].chosen = true;
        }
    }
}

static bool is_continuation(const struct straight_lines *lines, const struct straight_line *ruling,
                            const struct straight_line *other)
{
    const struct chain *first = straight_line_first(lines, other), *last = straight_line_last(lines, other);
    double room = straight_line_width(ruling) / 2 + CONTINUATION_ROOM;
    return is_hardly_broader(straight_line_width(other), straight_line_width(ruling)) &&
           fabs(straight_line_center_at(lines, ruling, first->first_row) - first->first_center) <= room &&
           fabs(straight_line_center_at(lines, ruling, last->last_row) - last->last_center) <= room;
}

/* Short stretches that lie on a ruling's line, beyond its ends or beside strokes that broke it. */
static void adopt_continuations(struct straight_lines *lines)
{
    int rulings = lines->count, all = rulings + lines->other_count;
    for (int i = rulings; i < all; i++) {
        bool adopted = false;
        for (int j = 0; j < rulings && !adopted; j++)
            adopted = is_continuation(lines, &lines->items[j], &lines->items[i]);
        if (adopted) exchange_lines(lines, lines->count++, i);
    }
    lines->other_count = all - lines->count;
}

static void choose_rulings(struct scene *scene)
{
    look_around(scene);
    for (int d = 0; d < 2; d++) {
        struct straight_lines *lines = &scene->directions[d];
        for (int i = 0; i < lines->count; i++) lines->items[i].chosen = is_ruling(scene, lines, &lines->items[i]);
    }
    choose_rungs(scene);
    for (int d = 0; d < 2; d++) {
        keep_chosen(&scene->directions[d]);
        adopt_continuations(&scene->directions[d]);
    }
}

/* ---- Both directions ---- */

static scrawl_status search(const struct ink *ink, struct straight_lines directions[2])
{
    int threshold = max_int(ink->soft, (int)(faint_part * ink->threshold));
    struct straight_lines *upright = &directions[0], *level = &directions[1];
    upright->most_width = level->most_width = max_int(LEAST_WIDTH, min_int(ink->width, ink->height) / WIDTH_PART);
    level->exchanged = true;
    scrawl_status status = mask_create(ink->values, ink->width, ink->height, threshold, &upright->mask);
    if (status == SCRAWL_OK) status = mask_transpose(&upright->mask, &level->mask);
    if (status == SCRAWL_OK) status = straight_lines_find(upright);
    return status == SCRAWL_OK ? straight_lines_find(level) : status;
}

/* Leaves the rulings only. */
static scrawl_status judge(struct straight_lines directions[2], bool single)
{
    struct scene scene = {.directions = directions, .single = single};
    struct mask rest = {0};
    for (int d = 0; d < 2; d++) keep_candidates(&directions[d]);
    if (directions[0].count + directions[1].count == 0) return SCRAWL_OK;
    scrawl_status status = mask_copy(&directions[0].mask, &rest);
    if (status == SCRAWL_OK) {
        clear_lines_of_mask(directions, &rest);
        status = components_of_mask(&rest, NULL, &scene.rest);
    }
    if (status == SCRAWL_OK) status = measure_height(&rest, &scene);
    if (status == SCRAWL_OK) choose_rulings(&scene);
    components_free(&scene.rest);
    mask_free(&rest);
    return status;
}

static scrawl_status list_rulings(const struct straight_lines directions[2], struct rulings *rulings)
{
    size_t count = (size_t)directions[0].count + (size_t)directions[1].count;
    if (count == 0) return SCRAWL_OK;
    rulings->items = malloc(count * sizeof *rulings->items);
    if (!rulings->items) return fail_out_of_memory();
    for (int d = 0; d < 2; d++) {
        const struct straight_lines *lines = &directions[d];
        for (int i = 0; i < lines->count; i++) {
            const struct chain *first = straight_line_first(lines, &lines->items[i]),
                               *last = straight_line_last(lines, &lines->items[i]);
            int from = (int)first->first_center, to = (int)last->last_center;
            rulings->items[rulings->count++] = lines->exchanged
                                                   ? (struct ruling){first->first_row, from, last->last_row, to}
                                                   : (struct ruling){from, first->first_row, to, last->last_row};
        }
    }
    return SCRAWL_OK;
}

static scrawl_status keep_ink(const struct ink *ink, struct rulings *rulings)
{
    const size_t pixels = (size_t)ink->width * (size_t)ink->height;
    rulings->ink = malloc(pixels);
    if (!rulings->ink) return fail_out_of_memory();
    memcpy(rulings->ink, ink->values, pixels);
    return SCRAWL_OK;
}

scrawl_status rulings_remove(struct ink *ink, bool single, struct rulings *rulings)
{
    struct straight_lines directions[2] = {0};
    *rulings = (struct rulings){0};
    if (min_int(ink->width, ink->height) < LEAST_SIDE || ink->threshold > UINT8_MAX) return SCRAWL_OK;
    scrawl_status status = search(ink, directions);
    if (status == SCRAWL_OK) status = judge(directions, single);
    if (status == SCRAWL_OK) status = list_rulings(directions, rulings);
    if (status == SCRAWL_OK && rulings->count > 0) status = keep_ink(ink, rulings);
    if (status == SCRAWL_OK) clear_lines_of_ink(directions, ink);
    for (int d = 0; d < 2; d++) straight_lines_free(&directions[d]);
    return status;
}

void rulings_free(struct rulings *rulings)
{
    free(rulings->items);
    free(rulings->ink);
    *rulings = (struct rulings){0};
}
