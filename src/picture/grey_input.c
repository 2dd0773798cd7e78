/* Implements grey_input.h: means over the area that becomes a pixel, then a stretch of the contrast. Must not know
 * where the box came from. */
#include "grey_input.h"

#include <math.h>
#include <stdbool.h>

#include "base/histogram.h"
#include "base/ink_levels.h"
#include "base/minmax.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    BEYOND = -1, /* no grey: not on the page */
};

/* All numbers. Lengths are pixels of the input, shares are of pixels. */
static const struct {
    float digit, least_box;
    double paper_share, stroke_share;
    int least_contrast;
    float outside_weight, outside_fall, outside_free;
} settings = {
    .digit = 20,       /* the box's longer side */
    .least_box = 0.5f, /* of that side, pixels of the page */

    .paper_share = 0.5,     /* of all: the brighter ones are paper */
    .stroke_share = 0.04,   /* of the box's: the darkest, whose grey is the strokes' */
    .least_contrast = 6,    /* grey levels between the two */
    .outside_weight = 0.4f, /* of ink that is outside_free + outside_fall or more beyond the box */
    .outside_free = 1,
    .outside_fall = 3,
};

/* Where the input's pixels lie on the page. */
struct frame {
    const uint8_t *grey;
    int width, height;
    float left, top, step; /* of the input's corner; pixels of the page in one of the input */
};

/* The part of the page's columns or rows that becomes one of the input's: the first and the last one in part. */
struct span {
    int first, last;
    float first_part, last_part;
    float length; /* 0 beyond the page */
};

/* Made as wide as a pixel of the page where the input's are smaller: then the mean interpolates. */
static struct span span_of(float start, float step, int index, int count)
{
    const float half = max_float(step, 1) / 2, middle = start + ((float)index + 0.5f) * step;
    const float from = max_float(middle - half, 0), to = min_float(middle + half, (float)count);
    if (to <= from) return (struct span){0};
    struct span span = {.first = (int)from, .last = (int)ceilf(to) - 1, .length = to - from};
    span.first_part = span.first < span.last ? (float)(span.first + 1) - from : span.length;
    span.last_part = span.first < span.last ? to - (float)span.last : 0;
    return span;
}

static float part_of(const struct span *span, int place)
{
    if (place == span->first) return span->first_part;
    return place == span->last ? span->last_part : 1;
}

/* The sum of a row's pixels in a span. */
static float row_sum(const uint8_t *row, const struct span *span)
{
    int whole = 0;
    for (int x = span->first + 1; x < span->last; x++) whole += row[x];
    return (float)whole + span->first_part * (float)row[span->first] + span->last_part * (float)row[span->last];
}

/* The mean greys of what becomes the input's pixels; BEYOND where that isn't on the page. */
static void take_means(const struct frame *frame, float means[SIDE][SIDE])
{
    struct span columns[SIDE];
    for (int column = 0; column < SIDE; column++)
        columns[column] = span_of(frame->left, frame->step, column, frame->width);
    for (int row = 0; row < SIDE; row++) {
        const struct span rows = span_of(frame->top, frame->step, row, frame->height);
        float sums[SIDE] = {0};
        for (int y = rows.first; y <= rows.last; y++) {
            const uint8_t *grey = frame->grey + (size_t)y * (size_t)frame->width;
            const float part = part_of(&rows, y);
            for (int column = 0; column < SIDE; column++) sums[column] += part * row_sum(grey, &columns[column]);
        }
        for (int column = 0; column < SIDE; column++) {
            const float area = rows.length * columns[column].length;
            means[row][column] = area > 0 ? sums[column] / area : BEYOND;
        }
    }
}

/* The box in the input: half of its sides, around the input's middle. */
struct half_box {
    float width, height;
};

/* How far a pixel of the input is beyond the box. */
static float distance_to(const struct half_box *half, int column, int row)
{
    const float middle = SIDE / 2.0f, x = fabsf((float)column + 0.5f - middle), y = fabsf((float)row + 0.5f - middle);
    return max_float(max_float(x - half->width, y - half->height), 0);
}

static float weight_at(float distance)
{
    const float fallen = clamp_float((distance - settings.outside_free) / settings.outside_fall, 0, 1);
    return 1 - (1 - settings.outside_weight) * fallen;
}

/* How many pixels of the input have each grey, and how many of the box. */
struct levels {
    size_t all[LEVELS], inside[LEVELS];
};

static void count_levels(float means[SIDE][SIDE], const struct half_box *half, struct levels *levels)
{
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            const int grey = (int)(means[row][column] + 0.5f);
            if (means[row][column] < 0) continue;
            levels->all[grey]++;
            levels->inside[grey] += distance_to(half, column, row) <= 0;
        }
    }
}

/* means[28][28] of grey, dark ink on brighter paper, to ink 0 .. 255; none beyond the page. */
static void stretch(float means[SIDE][SIDE], const struct half_box *half, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    struct levels levels = {0};
    count_levels(means, half, &levels);
    const int paper = histogram_percentile(levels.all, settings.paper_share);
    const float contrast = (float)(paper - histogram_percentile(levels.inside, settings.stroke_share));
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            const float mean = means[row][column];
            const bool none = mean < 0 || contrast < (float)settings.least_contrast;
            const float ink = none ? 0 : ((float)paper - mean) / contrast;
            const float weight = weight_at(distance_to(half, column, row));
            input[row * SIDE + column] = (uint8_t)(FULL_INK * clamp_float(ink, 0, 1) * weight + 0.5f);
        }
    }
}

/* What the input's pixels are on the page, and the box in the input. */
static struct frame frame_of(const uint8_t *grey, int width, int height, const struct place *box,
                             struct half_box *half)
{
    const float box_width = max_float(box->right - box->left, settings.least_box);
    const float box_height = max_float(box->bottom - box->top, settings.least_box);
    const float step = max_float(box_width, box_height) / settings.digit;
    *half = (struct half_box){box_width / step / 2, box_height / step / 2};
    return (struct frame){.grey = grey,
                          .width = width,
                          .height = height,
                          .left = (box->left + box->right - SIDE * step) / 2,
                          .top = (box->top + box->bottom - SIDE * step) / 2,
                          .step = step};
}

void grey_input(const uint8_t *grey, int width, int height, uint8_t flip, const struct place *box,
                uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    struct half_box half;
    const struct frame frame = frame_of(grey, width, height, box, &half);
    float means[SIDE][SIDE];
    take_means(&frame, means);
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS && flip; i++) {
        float *mean = &means[i / SIDE][i % SIDE];
        if (*mean >= 0) *mean = UINT8_MAX - *mean;
    }
    stretch(means, &half, input);
}
