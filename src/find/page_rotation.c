/* Implements page_rotation.h: the median direction of the rulings, or one slope fitted to the middles of all lines'
 * groups. Must not know pixels. */
#include "page_rotation.h"

#include <math.h>
#include <stdlib.h>

static const double degree = M_PI / 180;
static const double most_rotation = 15; /* degrees: beyond, lines are no longer told from each other */
static const double ruling_room = 1;    /* degrees by which rulings of one page differ, in perspective too; */
static const double agreeing = 0.6;     /* of their length does not differ more */
static const double ruled = 8;          /* heights of writing that the rulings are long together */

/* Of the writing. Lengths are in parts of its typical height. */
static const double least_size = 0.6, most_size = 1.7; /* of groups that tell where a line is */
static const double off_line = 0.4;                    /* further from its line a group is none of it */
static const double unsteadiness = 0.08;               /* of a hand, at least: a group's distance from its line */
static const double most_error = 2.5;                  /* standard error of the slope, degrees */
static const double line_cost = 5;                     /* of a line or a group on none, in squared deviations */
static const double certain = 2.5;                     /* standard errors */

/* The rotations that the lines are first followed with, in degrees: along wide gaps they are lost at more than half
 * that distance. */
static const double first_rotations[] = {0, -8, 8};

struct reading_item rotated_back(const struct box *box, double rotation)
{
    double x = (box->left + box->right) / 2.0, y = (box->top + box->bottom) / 2.0;
    double middle_x = x * cos(rotation) + y * sin(rotation), middle_y = y * cos(rotation) - x * sin(rotation);
    float width = (float)box_width(box), height = (float)box_height(box);
    float left = (float)middle_x - width / 2, top = (float)middle_y - height / 2;
    return (struct reading_item){left, top, left + width, top + height, 0, 0};
}

/* ---- From rulings ---- */

struct ruling_rotation {
    double rotation, length;
};

static int by_rotation(const void *a, const void *b)
{
    const struct ruling_rotation *first = a, *second = b;
    return (first->rotation > second->rotation) - (first->rotation < second->rotation);
}

/* Level rulings alone or upright ones alone: in perspective the two differ. */
static size_t list_ruling_rotations(const struct rulings *rulings, bool level, struct ruling_rotation *rotations)
{
    size_t count = 0;
    for (size_t i = 0; i < rulings->count; i++) {
        const struct ruling *ruling = &rulings->items[i];
        double x = ruling->to_x - ruling->from_x, y = ruling->to_y - ruling->from_y;
        if ((fabs(x) > fabs(y)) != level) continue;
        rotations[count++] = (struct ruling_rotation){level ? atan2(y, x) : atan2(-x, y), hypot(x, y)};
    }
    return count;
}

/* The median by length; false when they are too short or don't agree. */
static bool agree_on_rotation(struct ruling_rotation *rotations, size_t count, double height, double *rotation)
{
    double total = 0, seen = 0, agree = 0;
    size_t middle = 0;
    for (size_t i = 0; i < count; i++) total += rotations[i].length;
    if (count == 0 || total < ruled * height) return false;
    qsort(rotations, count, sizeof *rotations, by_rotation);
    while ((seen += rotations[middle].length) < total / 2) middle++;
    *rotation = rotations[middle].rotation;
    for (size_t i = 0; i < count; i++)
        if (fabs(rotations[i].rotation - *rotation) <= ruling_room * degree) agree += rotations[i].length;
    return agree >= agreeing * total && fabs(*rotation) <= most_rotation * degree;
}

static bool rotation_of_rulings(const struct rulings *rulings, double height, struct ruling_rotation *rotations,
                                double *rotation)
{
    size_t count = list_ruling_rotations(rulings, true, rotations);
    if (agree_on_rotation(rotations, count, height, rotation)) return true;
    count = list_ruling_rotations(rulings, false, rotations);
    return agree_on_rotation(rotations, count, height, rotation);
}

/* ---- From writing ---- */

/* A line's groups, and the mean of their middles. */
struct line_fit {
    double count, x, y;
};

struct fit {
    double slope, error; /* its standard error */
    double cost;         /* of what it leaves unexplained */
    int used, lines;     /* groups; lines of two of them or more */
};

/* A group's middle, from its line's. */
struct offset {
    double x, y;
};

static struct offset offset_from_line(const struct reading_item *item, const struct line_fit *lines)
{
    const struct line_fit *line = &lines[item->line];
    return (struct offset){(item->left + item->right) / 2.0 - line->x, (item->top + item->bottom) / 2.0 - line->y};
}

/* Which groups lie no further than `room` from where the slope has their lines. */
static void mark_near(const struct reading_item *items, size_t count, double slope, double room,
                      const struct line_fit *lines, bool *used)
{
    for (size_t i = 0; i < count; i++) {
        struct offset offset = offset_from_line(&items[i], lines);
        used[i] = fabs(offset.y - slope * offset.x) <= room;
    }
}

static void find_middles(const struct reading_item *items, size_t count, const bool *used, struct line_fit *lines)
{
    for (size_t i = 0; i < count; i++) lines[i] = (struct line_fit){0};
    for (size_t i = 0; i < count; i++) {
        struct line_fit *line = &lines[items[i].line];
        if (!used[i]) continue;
        line->count++;
        line->x += (items[i].left + items[i].right) / 2.0;
        line->y += (items[i].top + items[i].bottom) / 2.0;
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i].count == 0) continue;
        lines[i].x /= lines[i].count;
        lines[i].y /= lines[i].count;
    }
}

/* One slope for the used groups of all lines by least squares, each line with its own height. least: standard deviation
 * of a group from its line, at least. */
static struct fit fit_slope(const struct reading_item *items, size_t count, const bool *used, double least,
                            const struct line_fit *lines)
{
    double squares_x = 0, products = 0, squares_y = 0;
    struct fit fit = {.error = INFINITY};
    for (size_t i = 0; i < count; i++) {
        struct offset offset = offset_from_line(&items[i], lines);
        fit.lines += lines[i].count >= 2;
        if (!used[i] || lines[items[i].line].count < 2) continue;
        squares_x += offset.x * offset.x;
        squares_y += offset.y * offset.y;
        products += offset.x * offset.y;
        fit.used++;
    }
    if (squares_x > 0) fit.slope = products / squares_x;
    double squares = squares_y - fit.slope * products;
    int freedom = fit.used - fit.lines - 1, alone = (int)count - fit.used;
    if (freedom > 0 && squares_x > 0) fit.error = sqrt(fmax(squares / freedom, least * least) / squares_x);
    fit.cost = squares / (least * least) + line_cost * (fit.lines + alone);
    return fit;
}

struct workspace {
    struct reading_item *items;
    struct line_fit *lines;
    struct ruling_rotation *rotations;
    bool *used;
};

/* Groups of a digit's size, rotated back; returns their number. */
static size_t list_items(const struct grouping *grouping, double rotation, struct reading_item *items)
{
    size_t count = 0;
    for (size_t i = 0; i < grouping->count; i++) {
        const struct box *box = &grouping->groups[i].box;
        double size = box_height(box) / grouping->height;
        if (size >= least_size && size <= most_size) items[count++] = rotated_back(box, rotation);
    }
    return count;
}

/* Follows the lines with a rotation and corrects it. false: out of memory. */
static bool correct_rotation(const struct grouping *grouping, const struct workspace *space, double *rotation,
                             struct fit *fit)
{
    enum { ROUNDS = 2 };
    double height = grouping->height, least = unsteadiness * height;
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = list_items(grouping, *rotation, space->items);
        if (!reading_order_sort(space->items, count)) return false;
        for (size_t i = 0; i < count; i++) space->used[i] = true;
        find_middles(space->items, count, space->used, space->lines);
        *fit = fit_slope(space->items, count, space->used, least, space->lines);
        mark_near(space->items, count, fit->slope, off_line * height, space->lines, space->used);
        find_middles(space->items, count, space->used, space->lines);
        *fit = fit_slope(space->items, count, space->used, least, space->lines);
        *rotation += atan(fit->slope);
    }
    return true;
}

/* Of several rotations to begin with, the one that puts the groups on few lines and near to them. false: out of memory.
 */
static bool rotation_of_writing(const struct grouping *grouping, const struct workspace *space, double *rotation)
{
    struct fit best = {.cost = INFINITY};
    for (size_t i = 0; i < sizeof first_rotations / sizeof *first_rotations; i++) {
        double here = first_rotations[i] * degree;
        struct fit fit;
        if (!correct_rotation(grouping, space, &here, &fit)) return false;
        if (fit.cost >= best.cost) continue;
        best = fit;
        *rotation = here;
    }
    bool sure = best.error <= most_error * degree && fabs(*rotation) >= certain * best.error;
    if (!sure || fabs(*rotation) > most_rotation * degree) *rotation = 0;
    return true;
}

scrawl_status page_rotation_estimate(const struct rulings *rulings, const struct grouping *grouping, double *rotation)
{
    *rotation = 0;
    if (grouping->count < 2) return SCRAWL_OK;
    struct workspace space = {
        .items = malloc(grouping->count * sizeof *space.items),
        .lines = malloc(grouping->count * sizeof *space.lines),
        .rotations = malloc((rulings->count + 1) * sizeof *space.rotations),
        .used = malloc(grouping->count * sizeof *space.used),
    };
    bool enough = space.items && space.lines && space.rotations && space.used;
    if (enough && !rotation_of_rulings(rulings, grouping->height, space.rotations, rotation))
        enough = rotation_of_writing(grouping, &space, rotation);
    free(space.items);
    free(space.lines);
    free(space.rotations);
    free(space.used);
    return enough ? SCRAWL_OK : fail_out_of_memory();
}
