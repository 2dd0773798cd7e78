/* Implements augment.h: geometry first, then the pen, then the paper. Must not know what the image shows. */
#include "augment.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "base/random.h"
#include "ink/strokes.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    PIXELS = SCRAWL_IMAGE_PIXELS,
    BORDER = 2, /* pixels of paper around the image, so that its neighbours can be read everywhere */
    PADDED = SIDE + 2 * BORDER,
    KNOT_SPACING = 7, /* pixels between the random displacements of the elastic distortion */
    KNOTS = SIDE / KNOT_SPACING + 3,
};

/* All numbers of the distortions. Lengths are pixels, ink is 0 .. 1. A deviation is the standard one of a normal
 * distribution with the mean 0, and a {low, high} has a uniform one. Deviations of the geometry and the contrast, and
 * chances, are for strength 1, and proportional to the strength; shares are not. */
static const struct {
    struct {
        float rotation, slant, size, shrinkage, proportion, shift, elasticity;
    } geometry;
    struct {
        float least, offset;
    } width, blur;
    struct {
        float chance, deviation, least_ink;
    } dry;
    struct {
        float chance, corner_share;
        struct range corner_distance;
        float line_distance;
        struct range half_width;
    } cut;
    struct {
        float chance;
        struct range reach;
        float length, slope, upright_share, far_share;
        struct range radius;
    } neighbour;
    struct {
        float gain, gain_deviation, steep_chance;
        struct range steepness;
    } contrast;
    struct {
        float chance, deviation, ink_share;
    } noise;
} settings = {
    .geometry.rotation = 0.1f,    /* deviation of the angle's sine: about +-10 degrees */
    .geometry.slant = 0.16f,      /* deviation, columns a row: about +-20 degrees */
    .geometry.size = 0.09f,       /* deviation of the logarithm: about +-10 % */
    .geometry.shrinkage = 0.02f,  /* by which the logarithm's mean is below 0 */
    .geometry.proportion = 0.07f, /* deviation of the logarithm of width and of 1 / height: about +-10 % */
    .geometry.shift = 0.9f,       /* deviation, across and down */
    .geometry.elasticity = 0.75f, /* highest deviation of a displacement; uniform from 0 */

    /* A change, uniform in +- the strength, that is beyond `least` makes the line thicker or thinner, over all, by the
     * change less `offset`: at strength 1 half of the images, at 0.5 none. */
    .width.least = 0.5f,
    .width.offset = 0.4f,

    /* Ink that ran dry here and there. */
    .dry.chance = 0.15f,
    .dry.deviation = 0.5f, /* highest deviation of the part that is lost; uniform from 0 */
    .dry.least_ink = 0.2f, /* part that is kept everywhere */

    /* A line of paper across the ink, or a corner that is gone. Distances are from the image's middle. */
    .cut.chance = 0.1f,
    .cut.corner_share = 0.3f,
    .cut.corner_distance = {8, 11},
    .cut.line_distance = 5,         /* deviation */
    .cut.half_width = {0.4f, 1.1f}, /* of the line */

    /* A stroke that begins anywhere along an edge. */
    .neighbour.chance = 0.1f,
    .neighbour.reach = {-1, 3},      /* from the edge inwards */
    .neighbour.length = 8,           /* deviation, along the edge */
    .neighbour.slope = 2,            /* deviation of what its other end lies further outside */
    .neighbour.upright_share = 0.5f, /* along the left or right edge, not the upper or lower */
    .neighbour.far_share = 0.5f,     /* along the right or lower edge, not the left or upper */
    .neighbour.radius = {0.4f, 1.6f},

    /* As `width`: the amount, uniform in +- the strength, has to be above `least`, and is less by `offset`. */
    .blur.least = 0.4f,
    .blur.offset = 0.3f,

    .contrast.gain = 0.12f,           /* mean of the logarithm of what ink is multiplied by */
    .contrast.gain_deviation = 0.25f, /* and its deviation */
    .contrast.steep_chance = 0.15f,   /* the border between ink and paper becomes steeper */
    .contrast.steepness = {1.5f, 5},  /* times as steep */

    .noise.chance = 0.15f,
    .noise.deviation = 0.12f, /* highest deviation of a pixel; uniform from 0 */
    .noise.ink_share = 0.6f,  /* leaves the paper as it is */
};

/* ---- Geometry: affine and elastic (Simard, Steinkraus, Platt, "Best practices for convolutional neural networks",
 * ICDAR 2003). Their Gaussian-smoothed displacements are a cubic B-spline over random knots here, which is as smooth
 * and takes no time. ---- */

/* Of a cubic B-spline, at each pixel of one interval between knots. */
static void spline_weights(float weights[KNOT_SPACING][4])
{
    for (int i = 0; i < KNOT_SPACING; i++) {
        const float t = ((float)i + 0.5f) / KNOT_SPACING, rest = 1 - t;
        weights[i][0] = rest * rest * rest / 6;
        weights[i][1] = (3 * t * t * t - 6 * t * t + 4) / 6;
        weights[i][2] = (3 * rest * rest * rest - 6 * rest * rest + 4) / 6;
        weights[i][3] = t * t * t / 6;
    }
}

/* A smooth random field[28][28] with about the given standard deviation. */
static void smooth_field(struct random *random, float deviation, float field[PIXELS])
{
    static const float loss =
        0.48f; /* what interpolation leaves of the knots' deviation: its weights' root mean square */
    float weights[KNOT_SPACING][4], knots[KNOTS][KNOTS], rows[KNOTS][SIDE];
    spline_weights(weights);
    for (int i = 0; i < KNOTS * KNOTS; i++) knots[i / KNOTS][i % KNOTS] = deviation / loss * random_normal(random);
    for (int knot = 0; knot < KNOTS; knot++) {
        for (int column = 0; column < SIDE; column++) {
            const float *values = &knots[knot][column / KNOT_SPACING], *weight = weights[column % KNOT_SPACING];
            rows[knot][column] =
                weight[0] * values[0] + weight[1] * values[1] + weight[2] * values[2] + weight[3] * values[3];
        }
    }
    for (int row = 0; row < SIDE; row++) {
        const int knot = row / KNOT_SPACING;
        const float *weight = weights[row % KNOT_SPACING];
        for (int column = 0; column < SIDE; column++)
            field[row * SIDE + column] = weight[0] * rows[knot][column] + weight[1] * rows[knot + 1][column] +
                                         weight[2] * rows[knot + 2][column] + weight[3] * rows[knot + 3][column];
    }
}

/* Where each pixel of the result comes from, by the image's middle: x' = xx x + xy y + x0. */
struct affine {
    float xx, xy, yx, yy, x0, y0;
};

static struct affine random_affine(struct random *random, float strength)
{
    const float sine = strength * settings.geometry.rotation * random_normal(random), cosine = sqrtf(1 - sine * sine);
    const float slant = strength * settings.geometry.slant * random_normal(random);
    const float size =
        expf(strength * settings.geometry.size * random_normal(random) - strength * settings.geometry.shrinkage);
    const float proportion = expf(strength * settings.geometry.proportion * random_normal(random));
    const float width = 1 / (size * proportion), height = proportion / size;
    const float x0 = strength * settings.geometry.shift * random_normal(random);
    const float y0 = strength * settings.geometry.shift * random_normal(random);
    return (struct affine){
        .xx = cosine * width,
        .xy = (slant * cosine - sine) * width,
        .yx = sine * height,
        .yy = (cosine + slant * sine) * height,
        .x0 = x0,
        .y0 = y0,
    };
}

/* The image at a place between its pixels, whose middles are at whole numbers: linear. padded: see BORDER. */
static float sample(const float padded[PADDED][PADDED], float x, float y)
{
    x = clamp_float(x, -BORDER, SIDE + BORDER - 1.01f) + BORDER;
    y = clamp_float(y, -BORDER, SIDE + BORDER - 1.01f) + BORDER;
    const int column = (int)x, row = (int)y;
    const float right = x - (float)column, below = y - (float)row;
    const float *here = &padded[row][column], *next = &padded[row + 1][column];
    return (1 - below) * (here[0] + right * (here[1] - here[0])) + below * (next[0] + right * (next[1] - next[0]));
}

static void warp(struct random *random, float strength, const uint8_t *image, float canvas[PIXELS])
{
    const struct affine affine = random_affine(random, strength);
    const float elasticity = strength * settings.geometry.elasticity * random_uniform(random);
    const float middle = (SIDE - 1) / 2.0f;
    float padded[PADDED][PADDED] = {{0}}, field_x[PIXELS], field_y[PIXELS];
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++)
            padded[row + BORDER][column + BORDER] = (float)image[row * SIDE + column] / FULL_INK;
    smooth_field(random, elasticity, field_x);
    smooth_field(random, elasticity, field_y);
    for (int i = 0; i < PIXELS; i++) {
        const float x = (float)(i % SIDE) - middle, y = (float)(i / SIDE) - middle;
        canvas[i] = sample(padded, affine.xx * x + affine.xy * y + affine.x0 + middle + field_x[i],
                           affine.yx * x + affine.yy * y + affine.y0 + middle + field_y[i]);
    }
}

/* ---- Pen --------------------------------------------------------------------------------------------------------- */

/* Runs `mix(pixel, its four neighbours)` over the image. */
static void mix_neighbours(float canvas[PIXELS], float amount,
                           float (*mix)(float amount, float own, float left, float right, float above, float below))
{
    float rows[PADDED][PADDED] = {{0}};
    for (int row = 0; row < SIDE; row++) memcpy(&rows[row + 1][1], canvas + row * SIDE, SIDE * sizeof *canvas);
    for (int row = 0; row < SIDE; row++) {
        const float *above = rows[row], *own = rows[row + 1], *below = rows[row + 2];
        for (int column = 0; column < SIDE; column++)
            canvas[row * SIDE + column] =
                mix(amount, own[column + 1], own[column], own[column + 2], above[column + 1], below[column + 1]);
    }
}

static float mix_thicker(float amount, float own, float left, float right, float above, float below)
{
    return own + amount * (max_float(own, max_float(max_float(left, right), max_float(above, below))) - own);
}

static float mix_thinner(float amount, float own, float left, float right, float above, float below)
{
    return own + amount * (min_float(own, min_float(min_float(left, right), min_float(above, below))) - own);
}

static float mix_blurred(float amount, float own, float left, float right, float above, float below)
{
    return own + amount * ((left + right + above + below) / 4 - own);
}

static void change_width(struct random *random, float strength, float canvas[PIXELS])
{
    const float change = random_between(random, -1, 1) * strength;
    if (change > settings.width.least)
        mix_neighbours(canvas, change - settings.width.offset, mix_thicker);
    else if (change < -settings.width.least)
        mix_neighbours(canvas, -change - settings.width.offset, mix_thinner);
}

/* Ink that ran dry here and there. */
static void change_texture(struct random *random, float strength, float canvas[PIXELS])
{
    if (random_uniform(random) >= settings.dry.chance * strength) return;
    float field[PIXELS];
    smooth_field(random, settings.dry.deviation * random_uniform(random), field);
    for (int i = 0; i < PIXELS; i++) canvas[i] *= clamp_float(1 - field[i], settings.dry.least_ink, 1);
}

/* ---- Paper ------------------------------------------------------------------------------------------------------- */

/* A line of paper across the ink, as erased rules and broken strokes leave it, or a corner that was cut off. */
static void cut(struct random *random, float strength, float canvas[PIXELS])
{
    if (random_uniform(random) >= settings.cut.chance * strength) return;
    float x, y;
    random_direction(random, &x, &y);
    const bool corner = random_uniform(random) < settings.cut.corner_share;
    const float place =
        corner ? random_in(random, settings.cut.corner_distance) : settings.cut.line_distance * random_normal(random);
    const float half_width = random_in(random, settings.cut.half_width), middle = (SIDE - 1) / 2.0f;
    for (int i = 0; i < PIXELS; i++) {
        const float distance = x * ((float)(i % SIDE) - middle) + y * ((float)(i / SIDE) - middle) - place;
        const float kept = corner ? -distance : fabsf(distance) - half_width;
        canvas[i] *= clamp_float(kept + 0.5f, 0, 1);
    }
}

/* A neighbour's stroke or a rule that reaches into the image from outside. */
static void add_neighbour(struct random *random, float strength, float canvas[PIXELS])
{
    if (random_uniform(random) >= settings.neighbour.chance * strength) return;
    const float along = random_between(random, 0, SIDE), across = random_in(random, settings.neighbour.reach);
    const float length = settings.neighbour.length * random_normal(random);
    const float slope = random_normal(random), radius = random_in(random, settings.neighbour.radius);
    const bool upright = random_uniform(random) < settings.neighbour.upright_share;
    const bool far = random_uniform(random) < settings.neighbour.far_share;
    struct pen_point points[2];
    for (int i = 0; i < 2; i++) {
        const float u = along + (i ? length : 0), v = across - (i ? fabsf(slope) * settings.neighbour.slope : 0),
                    w = far ? SIDE - v : v;
        points[i] = upright ? (struct pen_point){w, u, radius} : (struct pen_point){u, w, radius};
    }
    strokes_draw(&(struct pen_stroke){points, 2}, canvas);
}

static void blur(struct random *random, float strength, float canvas[PIXELS])
{
    const float amount = random_between(random, -1, 1) * strength;
    if (amount > settings.blur.least) mix_neighbours(canvas, amount - settings.blur.offset, mix_blurred);
}

/* Steepness of the border between ink and paper, strength of the ink. */
static void change_contrast(struct random *random, float strength, float canvas[PIXELS])
{
    const float gain =
        expf(strength * (settings.contrast.gain + settings.contrast.gain_deviation * random_normal(random)));
    const bool steep = random_uniform(random) < settings.contrast.steep_chance * strength;
    const float steepness = steep ? random_in(random, settings.contrast.steepness) : 1;
    const float shift = 0.5f * (1 - steepness);
    for (int i = 0; i < PIXELS; i++) canvas[i] = clamp_float(min_float(canvas[i] * gain, 1) * steepness + shift, 0, 1);
}

static void add_noise(struct random *random, float strength, float canvas[PIXELS])
{
    if (random_uniform(random) >= settings.noise.chance * strength) return;
    const float deviation = settings.noise.deviation * random_uniform(random);
    const bool ink_only = random_uniform(random) < settings.noise.ink_share;
    for (int i = 0; i < PIXELS; i++)
        if (!ink_only || canvas[i] > 0) canvas[i] += deviation * random_normal(random);
}

void augment(const uint8_t *image, float strength, uint64_t seed, uint64_t index, uint8_t distorted[PIXELS])
{
    struct random random = random_stream(seed, RANDOM_AUGMENTATION, index, 0);
    float canvas[PIXELS];
    if (strength <= 0) {
        memcpy(distorted, image, PIXELS);
        return;
    }
    warp(&random, strength, image, canvas);
    change_width(&random, strength, canvas);
    change_texture(&random, strength, canvas);
    cut(&random, strength, canvas);
    add_neighbour(&random, strength, canvas);
    blur(&random, strength, canvas);
    change_contrast(&random, strength, canvas);
    add_noise(&random, strength, canvas);
    for (int i = 0; i < PIXELS; i++) distorted[i] = (uint8_t)(clamp_float(canvas[i], 0, 1) * FULL_INK + 0.5f);
}
