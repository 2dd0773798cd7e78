/* Implements group_strokes.h. Must not know pictures. */
#include "group_strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/minmax.h"
#include "find/reading_order.h"
#include "stroke_geometry.h"

/* Sizes in parts of the typical height of the drawing's digits. */
static const float small_part = 0.55f; /* a stroke below this height may be a part of another's digit */
static const float part_width = 1.5f;  /* and is not wider than this */
static const float loose_gap = 0.18f;  /* how far from its digit such a part may be */
static const float touching = 0.06f;   /* strokes nearer than this touch */
static const float pair_height = 1.5f; /* of the larger of two strokes that a digit of both has at most */
/* Parts of the narrower or lower of two boxes. */
static const float inside = 0.5f;    /* strokes that overlap this much, both ways, are one digit */
static const float crossing = 0.25f; /* or this much from side to side when they touch as well */

/* Marks: points, commas, colons, apostrophes. In parts of the height of the digits around them. */
static const float dot_size = 0.16f;   /* what is smaller is a dot, however it is drawn */
static const float mark_size = 0.42f;  /* a short straight stroke below this is a comma; anything else may be a digit */
static const float mark_bend = 1.3f;   /* length of such a stroke by the way from end to end, at most */
static const float row_size = 0.6f;    /* of the larger of two digits beside each other, at least */
static const float row_gap = 0.8f;     /* between them, and */
static const float row_overlap = 0.5f; /* how much they are on one level, in parts of the smaller one */
static const float comma_size = 0.38f; /* of a bent one */
static const float foot_part = 0.4f;   /* from a digit's lower end up: where a bent comma begins */
static const float mark_reach = 0.8f;  /* how far from a digit, in its height, its marks are */

static const float line_aspect = 5;       /* width by height of a line, at least */
static const float dash_aspect = 2;       /* of a straight one, and of one that is low as a dot */
static const float line_height = 0.25f;   /* of the typical height, at most */
static const float foot_width = 0.8f;     /* of its 1's height, at most */
static const float met_part = 0.25f;      /* of a line, from its left end: where the base of a 2 meets the rest */
static const float enclosed_part = 0.35f; /* of a circle's height that a digit in it has */
static const float slash_lean = 0.5f;     /* of a slash's height that it goes sideways, at least */
static const float slash_bend = 1.1f;     /* its length by the way from end to end, at most */
static const float narrow_aspect = 0.85f; /* width by height of a 0, at most */

/* Half the width of a line, in pixels of the input: MNIST's at middle pressure. */
static const float least_radius = 0.8f, most_radius = 1.7f;

/* A stroke of the drawing, and the group that it belongs to: the least number of its strokes. */
struct member {
    struct pen_stroke stroke;
    struct bounds bounds;
    int group;
    bool enclosure; /* is drawn around others */
};

/* A digit to be. */
struct group {
    struct bounds bounds;
    int line;
    bool may_be_mark;
    size_t first, count; /* of the strokes, once they are in order */
};

/* ---- Which strokes belong together ------------------------------------------------------------------------------- */

struct drawing {
    struct pen_point *points;
    struct member *members;
    struct group *groups;       /* [2 * count] */
    struct reading_item *items; /* [count] */
    int *scratch;               /* [count] */
    int count;                  /* of members */
    float height;               /* typical of digits */
};

/* The median of the strokes' larger sides, each counted as often as its square says. sizes[count] is scratch. */
static float typical_height(const struct drawing *drawing, float *sizes)
{
    double total = 0, seen = 0;
    for (int i = 0; i < drawing->count; i++) {
        const struct bounds *bounds = &drawing->members[i].bounds;
        sizes[i] = size_of(bounds);
        total += (double)sizes[i] * sizes[i];
    }
    qsort(sizes, (size_t)drawing->count, sizeof *sizes, compare_floats);
    for (int i = 0; i < drawing->count; i++)
        if ((seen += (double)sizes[i] * sizes[i]) >= total / 2) return sizes[i];
    return 0;
}

static bool is_straight(const struct member *member, float bend)
{
    return stroke_length(&member->stroke) <= bend * hypotf(width_of(&member->bounds), height_of(&member->bounds));
}

/* A dot, or short, straight and more upright than level. */
static bool is_like_mark(const struct member *member, float height)
{
    const struct bounds *bounds = &member->bounds;
    if (longer_side(bounds) < dot_size * height) return true;
    return longer_side(bounds) < mark_size * height && height_of(bounds) > width_of(bounds) &&
           is_straight(member, mark_bend);
}

/* Of two that are as high, the narrower one's. */
static float width_of_lower(const struct bounds *a, const struct bounds *b)
{
    if (height_of(a) == height_of(b)) return fminf(width_of(a), width_of(b));
    return width_of(height_of(a) < height_of(b) ? a : b);
}

static bool is_flat(const struct bounds *bounds)
{
    return width_of(bounds) > line_aspect * height_of(bounds);
}

/* As the base of a 2 and the bar of an open 4 are. */
static bool is_met_at_left(const struct bounds *line, const struct pen_stroke *stroke, float distance)
{
    const float y = (line->top + line->bottom) / 2;
    struct pen_point ends[] = {{line->left, y, 0}, {line->left + met_part * width_of(line), y, 0}};
    return strokes_touch(&(struct pen_stroke){ends, 2}, stroke, distance);
}

/* What a digit stands on: longer than a 1's foot. */
static bool is_underline(const struct bounds *line, const struct member *digit, float typical)
{
    const struct bounds *bounds = &digit->bounds;
    return is_flat(line) && line->top >= bounds->bottom && line->left < bounds->left && line->right > bounds->right &&
           width_of(line) > foot_width * height_of(bounds) && !is_met_at_left(line, &digit->stroke, touching * typical);
}

/* all: the typical height of the drawing, which says nothing of digits that are much smaller. */
static bool belong_together(const struct member *a, const struct member *b, float all)
{
    const float typical = fminf(all, pair_height * fmaxf(size_of(&a->bounds), size_of(&b->bounds)));
    const float columns = shared_width(&a->bounds, &b->bounds), rows = shared_height(&a->bounds, &b->bounds);
    const float narrower = fminf(width_of(&a->bounds), width_of(&b->bounds));
    const float lower = fminf(height_of(&a->bounds), height_of(&b->bounds));
    if (columns < -touching * typical || rows < -loose_gap * typical) return false;
    if (is_underline(&a->bounds, b, typical) || is_underline(&b->bounds, a, typical)) return false;
    if (is_like_mark(a, typical) || is_like_mark(b, typical))
        return stroke_surrounds(&a->stroke, &a->bounds, &b->bounds) ||
               stroke_surrounds(&b->stroke, &b->bounds, &a->bounds) ||
               strokes_touch(&a->stroke, &b->stroke, touching * typical);
    const bool over_each_other = columns >= crossing * narrower;
    const bool small = lower < small_part * typical && width_of_lower(&a->bounds, &b->bounds) < part_width * typical;
    if (columns > 0 && rows > 0 && columns >= inside * narrower && rows >= inside * lower) return true;
    if (over_each_other && columns >= inside * narrower && small) return true;
    return (over_each_other || small) && strokes_touch(&a->stroke, &b->stroke, touching * typical);
}

/* The group that a member is in, with shorter ways for the next time. */
static int group_of(struct member *members, int index)
{
    while (members[index].group != index) {
        members[index].group = members[members[index].group].group;
        index = members[index].group;
    }
    return index;
}

/* ---- Circles around digits --------------------------------------------------------------------------------------- */

/* Straight, and leaning more than a 1 does. */
static bool is_slash(const struct member *member)
{
    return width_of(&member->bounds) > slash_lean * height_of(&member->bounds) && is_straight(member, slash_bend);
}

/* Whether a circle or box is drawn around others, and not a 0 with a dot or a slash. */
static bool encloses(const struct drawing *drawing, const struct member *outer)
{
    const bool narrow = width_of(&outer->bounds) < narrow_aspect * height_of(&outer->bounds);
    float highest = 0;
    for (int i = 0, within = 0; i < drawing->count; i++) {
        const struct member *inner = &drawing->members[i];
        if (inner == outer || !stroke_surrounds(&outer->stroke, &outer->bounds, &inner->bounds)) continue;
        highest = fmaxf(highest, height_of(&inner->bounds));
        within++;
        if (highest >= enclosed_part * height_of(&outer->bounds) && (within > 1 || !(narrow || is_slash(inner))))
            return true;
    }
    return false;
}

static void drop_enclosures(struct drawing *drawing)
{
    int kept = 0;
    for (int i = 0; i < drawing->count; i++) drawing->members[i].enclosure = encloses(drawing, &drawing->members[i]);
    for (int i = 0; i < drawing->count; i++) {
        if (!drawing->members[i].enclosure) drawing->members[kept++] = drawing->members[i];
    }
    drawing->count = kept;
}

static void join_members(struct drawing *drawing, bool single)
{
    struct member *members = drawing->members;
    for (int i = 0; i < drawing->count; i++) members[i].group = single ? 0 : i;
    for (int i = 1; i < drawing->count && !single; i++) {
        for (int j = 0; j < i; j++) {
            const int a = group_of(members, j), b = group_of(members, i);
            if (a == b || !belong_together(&members[i], &members[j], drawing->height)) continue;
            members[max_int(a, b)].group = min_int(a, b);
        }
    }
    for (int i = 0; i < drawing->count; i++) members[i].group = group_of(members, i);
}

/* ---- Digits in reading order ------------------------------------------------------------------------------------- */

static int in_order_of_groups(const void *a, const void *b)
{
    const struct member *first = a, *second = b;
    return first->group - second->group;
}

/* Puts the members of each group side by side; returns the number of groups. */
static int gather_groups(struct drawing *drawing)
{
    int groups = 0;
    qsort(drawing->members, (size_t)drawing->count, sizeof *drawing->members, in_order_of_groups);
    for (int i = 0; i < drawing->count; i++) {
        const struct member *member = &drawing->members[i];
        if (i == 0 || member->group != member[-1].group)
            drawing->groups[groups++] = (struct group){.bounds = member->bounds, .first = (size_t)i};
        struct group *group = &drawing->groups[groups - 1];
        group->bounds = united(&group->bounds, &member->bounds);
        group->count++;
    }
    return groups;
}

static bool is_line(const struct drawing *drawing, const struct group *group)
{
    const struct bounds *bounds = &group->bounds;
    const bool straight = group->count == 1 && is_straight(&drawing->members[group->first], slash_bend);
    const float most = (straight || is_flat(bounds) ? line_height : dot_size) * drawing->height;
    return width_of(bounds) > dash_aspect * height_of(bounds) && height_of(bounds) <= most;
}

/* The highest digit that is near enough for this group to be its mark: so small digits beside others of their size stay
 * what they are. NULL when none is near. */
static const struct bounds *highest_around(const struct drawing *drawing, int count, int index)
{
    const struct bounds *own = &drawing->groups[index].bounds, *highest = NULL;
    for (int i = 0; i < count; i++) {
        const struct bounds *other = &drawing->groups[i].bounds;
        const float gap = hypotf(fmaxf(0, -shared_width(own, other)), fmaxf(0, -shared_height(own, other)));
        if (i == index || gap > mark_reach * size_of(other)) continue;
        if (!highest || size_of(other) > size_of(highest)) highest = other;
    }
    return highest;
}

static bool is_straight_stroke(const struct drawing *drawing, const struct group *group)
{
    return group->count == 1 && is_straight(&drawing->members[group->first], mark_bend);
}

/* Whether another group of about its size is beside it, and not both are straight: digits of a number, which may be
 * small beside others. */
static bool is_in_row(const struct drawing *drawing, int count, int index)
{
    const struct group *own = &drawing->groups[index];
    const float size = longer_side(&own->bounds);
    for (int i = 0; i < count; i++) {
        const struct group *other = &drawing->groups[i];
        const float least = fminf(size, longer_side(&other->bounds)), most = fmaxf(size, longer_side(&other->bounds));
        const float gap = -shared_width(&own->bounds, &other->bounds);
        if (i == index || least < row_size * most || gap > row_gap * least) continue;
        if (shared_height(&own->bounds, &other->bounds) < row_overlap * least) continue;
        if (!is_straight_stroke(drawing, own) || !is_straight_stroke(drawing, other)) return true;
    }
    return false;
}

/* Whether each of its strokes is a dot, as a colon's are, or it is a comma: straight, or at the digit's foot. */
static bool is_mark(const struct drawing *drawing, const struct group *group, const struct bounds *digit, float height)
{
    const bool small = longer_side(&group->bounds) < mark_size * height;
    const bool bent_comma = digit && group->bounds.top > digit->bottom - foot_part * height &&
                            longer_side(&group->bounds) < comma_size * height;
    bool dots = true;
    for (size_t i = 0; i < group->count; i++)
        dots = dots && longer_side(&drawing->members[group->first + i].bounds) < dot_size * height;
    return dots || bent_comma || (small && is_straight_stroke(drawing, group));
}

/* Lines, dashes and marks are no digits where there is anything else. Returns how many groups are left. */
static int drop_lines_and_marks(struct drawing *drawing, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        struct group *group = &drawing->groups[i];
        const struct bounds *digit = highest_around(drawing, count, i);
        const float height = digit ? fmaxf(size_of(digit), size_of(&group->bounds)) : drawing->height;
        const bool row = is_in_row(drawing, count, i);
        drawing->scratch[i] = !is_line(drawing, group) && (row || !is_mark(drawing, group, digit, height));
        group->may_be_mark = !row && longer_side(&group->bounds) < mark_size * height;
        kept += drawing->scratch[i];
    }
    if (kept == 0) return count;
    kept = 0;
    for (int i = 0; i < count; i++)
        if (drawing->scratch[i]) drawing->groups[kept++] = drawing->groups[i];
    return kept;
}

/* Sorts the groups line by line; those in order follow the unsorted ones in the same array. */
static scrawl_status put_in_order(struct drawing *drawing, int count)
{
    struct group *unsorted = drawing->groups, *sorted = unsorted + drawing->count;
    for (int i = 0; i < count; i++) {
        const struct bounds *bounds = &unsorted[i].bounds;
        drawing->items[i] =
            (struct reading_item){bounds->left, bounds->top, bounds->right, bounds->bottom, 0, unsorted[i].first};
        drawing->scratch[unsorted[i].first] = i;
    }
    scrawl_status status = reading_order_sort(drawing->items, (size_t)count);
    if (status != SCRAWL_OK) return status;
    for (int i = 0; i < count; i++) {
        sorted[i] = unsorted[drawing->scratch[drawing->items[i].index]];
        sorted[i].line = drawing->items[i].line;
    }
    memcpy(unsorted, sorted, (size_t)count * sizeof *unsorted);
    return SCRAWL_OK;
}

/* ---- From and to the caller -------------------------------------------------------------------------------------- */

static scrawl_status check_points(const scrawl_stroke *stroke)
{
    static const float most = 1 << 24; /* beyond, a float's steps are longer than 1 */
    for (size_t i = 0; i < stroke->point_count; i++) {
        const scrawl_point *point = &stroke->points[i];
        if (!(fabsf(point->x) <= most && fabsf(point->y) <= most))
            return fail(SCRAWL_INVALID_ARGUMENT,
                        "A point of a stroke lies nowhere: its coordinates must be numbers from ",
                        "-16777216 to 16777216.", NULL);
        if (!isfinite(point->pressure))
            return fail(SCRAWL_INVALID_ARGUMENT, "The pressure of a point must be a number from 0 to 1.", NULL);
    }
    return SCRAWL_OK;
}

/* Counts what is there to be drawn. */
static scrawl_status check_strokes(const scrawl_stroke *strokes, size_t count, size_t *stroke_count,
                                   size_t *point_count)
{
    *stroke_count = *point_count = 0;
    if (count > SCRAWL_MAX_STROKES) return fail(SCRAWL_INVALID_ARGUMENT, "A drawing has at most 2048 strokes.", NULL);
    for (size_t i = 0; i < count; i++) {
        if (strokes[i].point_count > SCRAWL_MAX_STROKE_POINTS - *point_count)
            return fail(SCRAWL_INVALID_ARGUMENT, "A drawing has at most 4194304 points.", NULL);
        scrawl_status status = check_points(&strokes[i]);
        if (status != SCRAWL_OK) return status;
        *point_count += strokes[i].point_count;
        *stroke_count += strokes[i].point_count > 0;
    }
    return SCRAWL_OK;
}

static void copy_strokes(const scrawl_stroke *strokes, size_t count, struct drawing *drawing)
{
    struct pen_point *next = drawing->points;
    int member = 0;
    for (size_t i = 0; i < count; i++) {
        if (strokes[i].point_count == 0) continue;
        const struct pen_stroke stroke = {next, strokes[i].point_count};
        for (size_t j = 0; j < strokes[i].point_count; j++) {
            const scrawl_point *point = &strokes[i].points[j];
            const float pressure = fminf(fmaxf(point->pressure, 0), 1);
            *next++ = (struct pen_point){point->x, point->y, least_radius + pressure * (most_radius - least_radius)};
        }
        drawing->members[member++] = (struct member){.stroke = stroke, .bounds = stroke_bounds(&stroke)};
    }
}

static scrawl_status allocate(size_t strokes, size_t points, struct drawing *drawing)
{
    *drawing = (struct drawing){
        .points = malloc(points * sizeof *drawing->points),
        .members = malloc(strokes * sizeof *drawing->members),
        .groups = malloc(2 * strokes * sizeof *drawing->groups),
        .items = malloc(strokes * sizeof *drawing->items),
        .scratch = malloc(strokes * sizeof *drawing->scratch),
        .count = (int)strokes,
    };
    bool enough = drawing->points && drawing->members && drawing->groups && drawing->items && drawing->scratch;
    return enough ? SCRAWL_OK : fail_out_of_memory();
}

static void drawing_free(struct drawing *drawing)
{
    free(drawing->points);
    free(drawing->members);
    free(drawing->groups);
    free(drawing->items);
    free(drawing->scratch);
}

static void describe_digit(const struct drawing *drawing, const struct group *group, struct pen_stroke *strokes,
                           struct found_digit *digit)
{
    const struct bounds *bounds = &group->bounds;
    const int left = (int)floorf(bounds->left), top = (int)floorf(bounds->top);
    *digit = (struct found_digit){
        .x = left,
        .y = top,
        .width = max_int(1, (int)ceilf(bounds->right) - left),
        .height = max_int(1, (int)ceilf(bounds->bottom) - top),
        .line = group->line,
        .may_be_mark = group->may_be_mark,
    };
    for (size_t i = 0; i < group->count; i++) strokes[i] = drawing->members[group->first + i].stroke;
    strokes_render(strokes, group->count, digit->input);
}

static scrawl_status describe_digits(const struct drawing *drawing, int groups, struct found_digits *found)
{
    struct pen_stroke *strokes = malloc((size_t)drawing->count * sizeof *strokes);
    struct found_digit *digits = malloc((size_t)groups * sizeof *digits);
    if (!strokes || !digits) {
        free(strokes);
        free(digits);
        return fail_out_of_memory();
    }
    for (int i = 0; i < groups; i++) describe_digit(drawing, &drawing->groups[i], strokes, &digits[i]);
    free(strokes);
    found->digits = digits;
    found->count = (size_t)groups;
    return SCRAWL_OK;
}

static void measure_extent(const struct drawing *drawing, int *width, int *height)
{
    for (int i = 0; i < drawing->count; i++) {
        *width = (int)fmaxf((float)*width, ceilf(drawing->members[i].bounds.right));
        *height = (int)fmaxf((float)*height, ceilf(drawing->members[i].bounds.bottom));
    }
}

scrawl_status group_strokes(const scrawl_stroke *strokes, size_t count, bool single, struct found_digits *found,
                            int *width, int *height)
{
    struct drawing drawing;
    size_t stroke_count, point_count;
    scrawl_status status = check_strokes(strokes, count, &stroke_count, &point_count);
    if (status != SCRAWL_OK) return status;
    *width = *height = 1;
    if (stroke_count == 0) return SCRAWL_OK;
    status = allocate(stroke_count, point_count, &drawing);
    if (status == SCRAWL_OK) {
        copy_strokes(strokes, count, &drawing);
        measure_extent(&drawing, width, height);
        if (!single) drop_enclosures(&drawing);
        drawing.height = typical_height(&drawing, (float *)drawing.scratch);
        join_members(&drawing, single);
        const int groups = single ? gather_groups(&drawing) : drop_lines_and_marks(&drawing, gather_groups(&drawing));
        status = put_in_order(&drawing, groups);
        if (status == SCRAWL_OK) status = describe_digits(&drawing, groups, found);
    }
    drawing_free(&drawing);
    return status;
}
