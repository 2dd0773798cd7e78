/* Implements filled_boxes.h: solid regions are sought in a reduced picture, judged and inverted in the full one. Must
 * not know the width of strokes, or digits. */
#include "filled_boxes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/box.h"
#include "base/histogram.h"
#include "ink/components.h"
#include "picture/scale.h"

enum {
    LEAST_SIDE = 48,     /* pixels; in smaller pictures boxes can't be told from strokes */
    MOST_CELLS = 65536,  /* of the reduced picture */
    LEAST_CELLS = 5,     /* that a box is high and wide there, */
    LEAST_EXTENT = 14,   /* and pixels of the picture */
    LEAST_CONTRAST = 40, /* levels between a box and its paper */
    EDGE = 2,            /* pixels of a box's soft edge, and */
    EDGE_PART = 40,      /* this part of its shorter side */
};

static const double solid_part = 0.5;     /* of a box that is filled */
static const double ellipse_part = 0.75;  /* of its bounds, at least: an ellipse has pi / 4 */
static const double least_writing = 0.01; /* of a box */
static const double least_light = 0.5;    /* contrast of its writing, in that of the box and its paper */
/* Openings in a digit's own broad strokes have no openings and bays themselves: a row or column of them is hardly ever
 * in several stretches. */
static const double least_stretches = 1.4;
static const double rectangle_part = 0.94;              /* of its bounds that a rectangle has, with rounded corners; */
static const double stroke_part = 0.65;                 /* of its bounds that a stroke has, at most; */
static const double least_strokes = 0.3;                /* of what is in a rectangle */
static const double bar_width = 0.25, bar_height = 0.4; /* of the box: a 1 in one */

/* A box with some paper around it. */
struct region {
    struct box area;   /* in the picture */
    uint8_t *darkness; /* [height][width] of the area, as seen from the paper: the pen's side is 255 */
    int *first, *end;  /* [height]: the box's columns; first >= end where there are none */
    struct box bounds; /* of the box, in the area */
    double bulge;      /* part of its bounds that it fills */
    int edge;          /* pixels */
    int threshold;     /* darkness from which on a pixel is filled */
    int fill, paper;   /* typical darkness */
};

static void region_free(struct region *region)
{
    free(region->darkness);
    free(region->first);
}

/* area: within the picture. */
static scrawl_status region_create(const struct picture *picture, uint8_t flip, const struct box *area, int threshold,
                                   struct region *region)
{
    size_t width = (size_t)box_width(area), height = (size_t)box_height(area);
    *region = (struct region){.area = *area, .threshold = threshold, .darkness = malloc(width * height)};
    region->first = malloc(2 * height * sizeof *region->first);
    if (!region->darkness || !region->first) {
        region_free(region);
        return fail_out_of_memory();
    }
    region->end = region->first + height;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = picture->grey + ((size_t)area->top + y) * (size_t)picture->width + area->left;
        uint8_t *darkness = region->darkness + y * width;
        for (size_t x = 0; x < width; x++) darkness[x] = row[x] ^ flip ^ UINT8_MAX;
    }
    return SCRAWL_OK;
}

/* ---- The box's shape ---- */

static const struct component *largest(const struct components *components)
{
    const struct component *best = components->components;
    for (size_t i = 1; i < components->count; i++) {
        if (components->components[i].pixels > best->pixels) best = &components->components[i];
    }
    return best;
}

/* From a component's first pixel of each row to its last one. */
static void find_columns(const struct components *components, const struct component *component, struct region *region)
{
    int height = box_height(&region->area);
    for (int y = 0; y < height; y++) region->first[y] = box_width(&region->area), region->end[y] = 0;
    for (uint32_t i = component->first_run; i != NO_RUN; i = components->runs[i].next) {
        const struct run *run = &components->runs[i];
        region->first[run->row] = min_int(region->first[run->row], run->start);
        region->end[run->row] = max_int(region->end[run->row], run->end);
    }
    region->bounds = component->box;
    region->bulge = component_bulge(components, component);
    region->edge = EDGE + min_int(box_width(&component->box), box_height(&component->box)) / EDGE_PART;
}

/* The columns of a row that lie `edge` pixels inside the box, or, negative, outside it; false: none. The box bulges. */
static bool columns_within(const struct region *region, int y, int edge, int *first, int *end)
{
    int height = box_height(&region->area), reach = abs(edge);
    bool any = false;
    for (int other = y - reach; other <= y + reach; other++) {
        bool filled = other >= 0 && other < height && region->first[other] < region->end[other];
        if (!filled && edge > 0) return false;
        if (!filled) continue;
        int here_first = region->first[other] + edge, here_end = region->end[other] - edge;
        *first = !any ? here_first : edge > 0 ? max_int(*first, here_first) : min_int(*first, here_first);
        *end = !any ? here_end : edge > 0 ? min_int(*end, here_end) : max_int(*end, here_end);
        any = true;
    }
    *first = max_int(0, *first);
    *end = min_int(box_width(&region->area), *end);
    return any && *first < *end;
}

/* ---- What is in it ---- */

/* How many stretches of a mask there are in a row of its pieces, on the mean: of openings hardly more than 1. */
static double stretches_per_row(const struct mask *mask, const struct components *components, bool exchanged)
{
    double stretches = 0, rows = 0;
    for (int y = 0; y < mask->height; y++) stretches += (double)mask_count_runs(mask_row(mask, y), mask->width);
    for (size_t i = 0; i < components->count; i++) {
        const struct box *box = &components->components[i].box;
        rows += exchanged ? box_width(box) : box_height(box);
    }
    return rows > 0 ? stretches / rows : 0;
}

static bool is_bar(const struct component *component, const struct box *bounds)
{
    const struct box *box = &component->box;
    return box_width(box) <= bar_width * min_int(box_width(bounds), box_height(bounds)) &&
           box_height(box) >= bar_height * box_height(bounds);
}

enum shape { BAR, OPENING, STROKE, OTHER_SHAPE, SHAPES };

/* Openings of frames and of rectangular digits are rectangles, whatever is in them. */
static enum shape shape_of(const struct components *components, const struct component *component,
                           const struct box *bounds)
{
    const struct box *box = &component->box;
    bool filled = (double)component->pixels >= stroke_part * box_width(box) * box_height(box);
    bool rectangular = component_bulge(components, component) >= rectangle_part;
    if (is_bar(component, bounds)) return BAR;
    return filled && rectangular ? OPENING : filled || rectangular ? OTHER_SHAPE : STROKE;
}

/* In a rectangle writing may be bars alone, 1 or 11, and strokes that bend but once. */
static bool are_writing(const struct region *region, const struct components *components, bool branched)
{
    size_t pixels[SHAPES] = {0}, all = 0;
    for (size_t i = 0; i < components->count; i++) {
        const struct component *component = &components->components[i];
        pixels[shape_of(components, component, &region->bounds)] += component->pixels;
        all += component->pixels;
    }
    if (all == 0 || 2 * pixels[OPENING] >= all) return false;
    return branched || (region->bulge >= rectangle_part &&
                        (pixels[BAR] == all || (double)pixels[STROKE] >= least_strokes * (double)all));
}

/* light[height][width]: the writing, as 255. */
static scrawl_status look_for_strokes(const struct region *region, const uint8_t *light, bool *found)
{
    struct mask mask = {0}, transposed = {0};
    struct components components = {0};
    scrawl_status status = mask_create(light, box_width(&region->area), box_height(&region->area), UINT8_MAX, &mask);
    if (status == SCRAWL_OK) status = mask_transpose(&mask, &transposed);
    if (status == SCRAWL_OK) status = components_of_mask(&mask, NULL, &components);
    if (status == SCRAWL_OK) {
        double stretches =
            fmax(stretches_per_row(&mask, &components, false), stretches_per_row(&transposed, &components, true));
        *found = are_writing(region, &components, stretches >= least_stretches);
    }
    components_free(&components);
    mask_free(&transposed);
    mask_free(&mask);
    return status;
}

/* Writing of about the paper's brightness, in strokes. */
static scrawl_status holds_writing(struct region *region, bool *found)
{
    int width = box_width(&region->area), height = box_height(&region->area);
    size_t filled[LEVELS] = {0}, writing[LEVELS] = {0}, light_count = 0, count = 0;
    uint8_t *light = calloc((size_t)width, (size_t)height);
    if (!light) return fail_out_of_memory();
    for (int y = 0; y < height; y++) {
        int first, end;
        if (!columns_within(region, y, region->edge, &first, &end)) continue;
        const uint8_t *darkness = region->darkness + (size_t)y * (size_t)width;
        for (int x = first; x < end; x++, count++) {
            bool is_light = darkness[x] < region->threshold;
            ++*(is_light ? &writing[darkness[x]] : &filled[darkness[x]]);
            light[(size_t)y * (size_t)width + (size_t)x] = is_light ? UINT8_MAX : 0;
            light_count += is_light;
        }
    }
    region->fill = histogram_percentile(filled, 0.5);
    int contrast = region->fill - region->paper, written = region->fill - histogram_percentile(writing, 0.5);
    *found = contrast >= LEAST_CONTRAST && written >= least_light * contrast &&
             (double)light_count >= least_writing * (double)count &&
             (double)light_count <= (1 - solid_part) * (double)count;
    scrawl_status status = *found ? look_for_strokes(region, light, found) : SCRAWL_OK;
    free(light);
    return status;
}

/* The darkness of what surrounds the area, which must mostly be paper. */
static bool measure_paper(struct region *region)
{
    int width = box_width(&region->area), height = box_height(&region->area);
    size_t frame[LEVELS] = {0};
    for (int x = 0; x < width; x++) frame[region->darkness[x]]++, frame[region->darkness[(height - 1) * width + x]]++;
    for (int y = 0; y < height; y++)
        frame[region->darkness[y * width]]++, frame[region->darkness[(y + 1) * width - 1]]++;
    region->paper = histogram_percentile(frame, 0.5);
    return region->paper < region->threshold;
}

/* Whether it is a filled box with writing. */
static scrawl_status judge(struct region *region, bool *found)
{
    struct mask mask = {0};
    struct components components = {0};
    *found = false;
    if (!measure_paper(region)) return SCRAWL_OK;
    scrawl_status status =
        mask_create(region->darkness, box_width(&region->area), box_height(&region->area), region->threshold, &mask);
    if (status == SCRAWL_OK) status = components_of_mask(&mask, NULL, &components);
    if (status == SCRAWL_OK && components.count > 0) {
        const struct component *component = largest(&components);
        find_columns(&components, component, region);
        *found = region->bulge >= ellipse_part;
    }
    components_free(&components);
    mask_free(&mask);
    return status == SCRAWL_OK && *found ? holds_writing(region, found) : status;
}

/* ---- Inverting ---- */

/* What is filled becomes paper, and its edge; what was lighter becomes as much darker than paper. */
static void invert_region(const struct region *region, uint8_t flip, struct picture *inverted)
{
    int width = box_width(&region->area), height = box_height(&region->area);
    for (int y = 0; y < height; y++) {
        uint8_t *row = inverted->grey + (size_t)(region->area.top + y) * (size_t)inverted->width + region->area.left;
        const uint8_t *darkness = region->darkness + (size_t)y * (size_t)width;
        int first, end, inner_first, inner_end;
        if (!columns_within(region, y, -region->edge, &first, &end)) continue;
        if (!columns_within(region, y, region->edge, &inner_first, &inner_end)) inner_first = inner_end = end;
        for (int x = first; x < end; x++) {
            bool inside = x >= inner_first && x < inner_end;
            int value = inside ? region->paper + region->fill - darkness[x] : region->paper;
            row[x] = (uint8_t)min_int(UINT8_MAX, max_int(0, value)) ^ flip ^ UINT8_MAX;
        }
    }
}

/* ---- Where boxes may be ---- */

/* Away from the picture's edge, and more filled than not. */
static bool may_be_box(const struct component *component, const struct picture *cells, int factor)
{
    const struct box *box = &component->box;
    int shorter = min_int(box_width(box), box_height(box));
    bool inside = box->left > 0 && box->top > 0 && box->right < cells->width && box->bottom < cells->height;
    return inside && shorter >= LEAST_CELLS && shorter * factor >= LEAST_EXTENT &&
           (double)component->pixels >= solid_part * box_width(box) * box_height(box);
}

/* A box in one that is inverted already is judged as that left it. */
static scrawl_status invert_one(const struct picture *picture, uint8_t flip, const struct box *cells, int factor,
                                int threshold, struct picture *inverted)
{
    int room = factor + EDGE + factor * min_int(box_width(cells), box_height(cells)) / EDGE_PART + 1;
    struct box area = {max_int(0, cells->left * factor - room), max_int(0, cells->top * factor - room),
                       min_int(picture->width, cells->right * factor + room),
                       min_int(picture->height, cells->bottom * factor + room)};
    struct region region;
    bool found;
    scrawl_status status = region_create(inverted->grey ? inverted : picture, flip, &area, threshold, &region);
    if (status != SCRAWL_OK) return status;
    status = judge(&region, &found);
    if (status == SCRAWL_OK && found && !inverted->grey) status = picture_copy(picture, inverted);
    if (status == SCRAWL_OK && found) invert_region(&region, flip, inverted);
    region_free(&region);
    return status;
}

/* cells: the reduced picture's darkness. */
static scrawl_status invert_at(const struct picture *picture, uint8_t flip, const struct picture *cells, int factor,
                               int threshold, struct picture *inverted)
{
    struct mask mask = {0};
    struct components components = {0};
    scrawl_status status = mask_create(cells->grey, cells->width, cells->height, threshold, &mask);
    if (status == SCRAWL_OK) status = components_of_mask(&mask, NULL, &components);
    for (size_t i = 0; status == SCRAWL_OK && i < components.count; i++) {
        const struct component *component = &components.components[i];
        if (may_be_box(component, cells, factor))
            status = invert_one(picture, flip, &component->box, factor, threshold, inverted);
    }
    components_free(&components);
    mask_free(&mask);
    return status;
}

/* What is darker than the mean of dark and light, and, as that may be shadow, what is darker among that. */
static scrawl_status invert_in_cells(const struct picture *picture, uint8_t flip, const struct picture *cells,
                                     int factor, struct picture *inverted)
{
    size_t histogram[LEVELS], pixels = (size_t)cells->width * (size_t)cells->height;
    histogram_count(cells->grey, pixels, pixels + 1, histogram);
    int threshold = otsu_threshold(histogram, NULL);
    if (threshold == 0) return SCRAWL_OK;
    scrawl_status status = invert_at(picture, flip, cells, factor, threshold, inverted);
    memset(histogram, 0, (size_t)threshold * sizeof *histogram);
    int darker = otsu_threshold(histogram, NULL);
    if (status == SCRAWL_OK && darker > threshold) status = invert_at(picture, flip, cells, factor, darker, inverted);
    return status;
}

scrawl_status filled_boxes_invert(const struct picture *picture, uint8_t flip, struct picture *inverted)
{
    struct picture cells = {0}, result = {0};
    if (min_int(picture->width, picture->height) < LEAST_SIDE) return SCRAWL_OK;
    int factor = reduce_factor(picture->width, picture->height, MOST_CELLS);
    scrawl_status status = reduce_picture(picture, factor, &cells);
    if (status != SCRAWL_OK) return status;
    size_t pixels = (size_t)cells.width * (size_t)cells.height;
    for (size_t i = 0; i < pixels; i++) cells.grey[i] ^= flip ^ UINT8_MAX;
    status = invert_in_cells(picture, flip, &cells, factor, &result);
    picture_free(&cells);
    if (status == SCRAWL_OK)
        *inverted = result;
    else
        picture_free(&result);
    return status;
}
