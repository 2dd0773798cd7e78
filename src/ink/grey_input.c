/* Implements grey_input.h: area averages when shrinking, bilinear interpolation when enlarging. Must not know where the
 * box came from. */
#include "grey_input.h"

#include <math.h>

#include "base/box.h"
#include "base/histogram.h"
#include "base/ink_levels.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    DIGIT = 20,        /* pixels of the input that the box's longer side becomes */
    MOST_SAMPLES = 8,  /* of a side, in the area of one pixel of the input */
    LEAST_CONTRAST = 6 /* grey levels between paper and strokes */
};

static const float least_box = 0.5f;      /* pixels of the page */
static const double stroke_share = 0.04;  /* of the box's area: the darkest, whose grey is the strokes' */
static const double paper_share = 0.5;    /* of all the input's pixels: the brighter ones are paper */
static const float outside_weight = 0.4f; /* of ink that is `outside_fall` pixels of the input or more beyond the box */
static const float outside_fall = 3, outside_free = 1;

/* Where the input's pixels lie on the page. */
struct frame {
    const uint8_t *grey;
    int width, height;
    float left, top, step; /* of the input's corner; pixels of the page in one of the input */
};

static uint8_t pixel_at(const struct frame *frame, int x, int y)
{
    x = max_int(0, min_int(frame->width - 1, x));
    y = max_int(0, min_int(frame->height - 1, y));
    return frame->grey[(size_t)y * (size_t)frame->width + (size_t)x];
}

static float interpolate(const struct frame *frame, float x, float y)
{
    const float left = floorf(x - 0.5f), top = floorf(y - 0.5f), right_part = x - 0.5f - left,
                lower_part = y - 0.5f - top;
    const int column = (int)left, row = (int)top;
    const float upper =
        (float)pixel_at(frame, column, row) * (1 - right_part) + (float)pixel_at(frame, column + 1, row) * right_part;
    const float lower = (float)pixel_at(frame, column, row + 1) * (1 - right_part) +
                        (float)pixel_at(frame, column + 1, row + 1) * right_part;
    return upper * (1 - lower_part) + lower * lower_part;
}

/* The mean grey of what becomes one pixel of the input: samples * samples places in it. */
static float mean_grey(const struct frame *frame, int column, int row, int samples)
{
    const float part = frame->step / (float)samples;
    float sum = 0;
    for (int i = 0; i < samples; i++) {
        const float y = frame->top + (float)row * frame->step + ((float)i + 0.5f) * part;
        for (int j = 0; j < samples; j++)
            sum += interpolate(frame, frame->left + (float)column * frame->step + ((float)j + 0.5f) * part, y);
    }
    return sum / (float)(samples * samples);
}

/* How far a place is beyond an interval. */
static float beyond(float place, float first, float last)
{
    return fmaxf(0, fmaxf(first - place, place - last));
}

/* The box in the input: half of its sides, around the input's centre; pixels of the input. */
struct half_box {
    float width, height;
};

/* How far a pixel of the input is beyond the box. */
static float distance_to(const struct half_box *half, int column, int row)
{
    const float middle = SIDE / 2.0f, x = (float)column + 0.5f - middle, y = (float)row + 0.5f - middle;
    return fmaxf(beyond(x, -half->width, half->width), beyond(y, -half->height, half->height));
}

static float weight_at(float distance)
{
    const float fallen = fminf(fmaxf((distance - outside_free) / outside_fall, 0), 1);
    return 1 - (1 - outside_weight) * fallen;
}

/* means[28][28] of grey, dark ink on brighter paper, to ink 0 .. 255. */
static void stretch(float means[SIDE][SIDE], const struct half_box *half, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    size_t all[LEVELS] = {0}, inside[LEVELS] = {0};
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            const int grey = (int)(means[row][column] + 0.5f);
            all[grey]++;
            inside[grey] += distance_to(half, column, row) <= 0;
        }
    }
    const int paper = histogram_percentile(all, paper_share), stroke = histogram_percentile(inside, stroke_share);
    const float contrast = (float)(paper - stroke);
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            const float ink = contrast < LEAST_CONTRAST ? 0 : ((float)paper - means[row][column]) / contrast;
            const float weight = weight_at(distance_to(half, column, row));
            input[row * SIDE + column] = (uint8_t)(FULL_INK * fminf(fmaxf(ink, 0), 1) * weight + 0.5f);
        }
    }
}

void grey_input(const uint8_t *grey, int width, int height, uint8_t flip, const struct grey_box *box,
                uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    const float box_width = fmaxf(box->right - box->left, least_box);
    const float box_height = fmaxf(box->bottom - box->top, least_box);
    const float step = fmaxf(box_width, box_height) / DIGIT;
    const struct frame frame = {.grey = grey,
                                .width = width,
                                .height = height,
                                .left = (box->left + box->right - SIDE * step) / 2,
                                .top = (box->top + box->bottom - SIDE * step) / 2,
                                .step = step};
    const int samples = max_int(1, min_int(MOST_SAMPLES, (int)ceilf(step)));
    float means[SIDE][SIDE];
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            const float mean = mean_grey(&frame, column, row, samples);
            means[row][column] = flip ? UINT8_MAX - mean : mean;
        }
    stretch(means, &(struct half_box){box_width / step / 2, box_height / step / 2}, input);
}
