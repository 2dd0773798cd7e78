/* Implements enclosures.h: looks from each component within another's box to the left, right, up and down. Must not
 * know digits. */
#include "enclosures.h"

#include <stdlib.h>

enum {
    LEAST_EXTENT = 32,  /* pixels of an enclosure: in smaller ones nobody writes */
    ENOUGH_PIECES = 3,  /* that a 0 never has in it */
    PIECE_STROKES = 3,  /* a piece of writing is this many strokes high */
    MOST_OUTLINES = 500 /* components that are looked at, from the top: bounds the time */
};

static const double most_ink = 0.45;       /* of its box */
static const double piece_part = 0.35;     /* of an enclosure's height that a single piece within has */
static const double narrow_aspect = 0.85;  /* width by height: a 0 with a slash, unless it is a */
static const double rectangle_part = 0.94; /* of its box between its first and last pixels of the rows */
static const double around_part = 0.74;    /* of a piece's sides its enclosure faces: all but one */

/* Of each row and column of the component's box, its first pixel and the end of its last one; first >= end: none. */
struct outline {
    const struct box *box;
    int *row_first, *row_end;       /* [height] */
    int *column_first, *column_end; /* [width] */
};

static void trace(const struct components *components, const struct component *component, struct outline *outline)
{
    const struct box *box = outline->box = &component->box;
    for (int y = 0; y < box_height(box); y++) outline->row_first[y] = box->right, outline->row_end[y] = box->left;
    for (int x = 0; x < box_width(box); x++) outline->column_first[x] = box->bottom, outline->column_end[x] = box->top;
    for (uint32_t i = component->first_run; i != NO_RUN; i = components->runs[i].next) {
        const struct run *run = &components->runs[i];
        int y = run->row - box->top;
        outline->row_first[y] = min_int(outline->row_first[y], run->start);
        outline->row_end[y] = max_int(outline->row_end[y], run->end);
        for (int x = run->start - box->left; x < run->end - box->left; x++) {
            outline->column_first[x] = min_int(outline->column_first[x], run->row);
            outline->column_end[x] = run->row + 1;
        }
    }
}

static bool lies_within(const struct box *inner, const struct box *outer)
{
    return inner->left > outer->left && inner->top > outer->top && inner->right < outer->right &&
           inner->bottom < outer->bottom;
}

static bool surrounds(const struct outline *outline, const struct box *piece)
{
    double left = 0, right = 0, above = 0, below = 0, height = box_height(piece), width = box_width(piece);
    for (int y = piece->top - outline->box->top; y < piece->bottom - outline->box->top; y++) {
        left += outline->row_first[y] < piece->left;
        right += outline->row_end[y] > piece->right;
    }
    for (int x = piece->left - outline->box->left; x < piece->right - outline->box->left; x++) {
        above += outline->column_first[x] < piece->top;
        below += outline->column_end[x] > piece->bottom;
    }
    return (left + right) / height + (above + below) / width >= 4 * around_part;
}

static bool may_enclose(const struct component *component)
{
    const struct box *box = &component->box;
    return component_is_writing(component) && min_int(box_width(box), box_height(box)) >= LEAST_EXTENT &&
           (double)component->pixels <= most_ink * box_width(box) * box_height(box);
}

/* As a 0 is, which may have a slash or a dot in it. */
static bool is_narrow(const struct components *components, const struct component *component)
{
    return box_width(&component->box) < narrow_aspect * box_height(&component->box) &&
           component_bulge(components, component) < rectangle_part;
}

static bool encloses(const struct ink *ink, const struct components *components, const struct component *component,
                     const struct outline *outline)
{
    int pieces = 0, highest = 0;
    for (size_t i = 0; i < components->count && pieces < ENOUGH_PIECES; i++) {
        const struct box *box = &components->components[i].box;
        if (!component_is_writing(&components->components[i])) continue;
        if (!lies_within(box, outline->box) || box_height(box) < PIECE_STROKES * ink->stroke) continue;
        if (!surrounds(outline, box)) continue;
        highest = max_int(highest, box_height(box));
        pieces++;
    }
    return pieces >= ENOUGH_PIECES ||
           (highest >= piece_part * box_height(outline->box) && (pieces > 1 || !is_narrow(components, component)));
}

/* An enclosure within another encloses too: all are looked at before any is judged. found[components->count]: all false
 * at first. */
static void judge(const struct ink *ink, struct components *components, struct outline *outline, bool *found)
{
    int outlines = 0;
    for (size_t i = 0; i < components->count && outlines < MOST_OUTLINES; i++) {
        const struct component *component = &components->components[i];
        if (!may_enclose(component)) continue;
        outlines++;
        trace(components, component, outline);
        found[i] = encloses(ink, components, component, outline);
    }
    for (size_t i = 0; i < components->count; i++) {
        if (found[i]) component_judge(components, i, RULE_ENCLOSURE);
    }
}

scrawl_status enclosures_judge(const struct ink *ink, struct components *components)
{
    if (components->count < 2) return SCRAWL_OK;
    const size_t width = (size_t)ink->width, height = (size_t)ink->height;
    int *edges = malloc(2 * (width + height) * sizeof *edges);
    bool *found = calloc(components->count, sizeof *found);
    scrawl_status status = edges && found ? SCRAWL_OK : fail_out_of_memory();
    struct outline outline = {.row_first = edges};
    if (status == SCRAWL_OK) {
        outline.row_end = outline.row_first + height;
        outline.column_first = outline.row_end + height;
        outline.column_end = outline.column_first + width;
        judge(ink, components, &outline, found);
    }
    free(edges);
    free(found);
    return status;
}
