/* Implements negatives.h. Must not know who looks at them. */
#include "negatives.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/ink_levels.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    KNOTS = 6, /* stretches of a border */
};

static const float middle = (SIDE - 1) / 2.0f;

/* All numbers of the silhouettes, besides KNOTS. Lengths are pixels, ink is 0 .. 1. A deviation is the standard one of
 * a normal distribution with the mean 0, and a {low, high} has a uniform one. Shares are of the images. */
static const struct {
    struct {
        float bar_share;
        struct range half_height, half_width;
        float bar_half_height;
        struct range bar_half_width;
        float lying_share, shift, lean;
    } body;
    struct {
        float steps_share, roughness, symmetric_share;
    } border;
    struct {
        float share;
        struct range half_width, top;
        float open_share, height;
    } gap;
    struct {
        struct range level;
        float noise, slope;
        float striped_share, stripes, across_share;
        struct range stripe_length;
        float outlined_share, outline, outline_width, outline_fading;
        float sharp_share, sharp_softness;
        struct range softness;
    } texture;
} settings = {
    .body.bar_share = 0.25f, /* narrow, as sleeves, legs and edges are */
    .body.half_height = {4, 10.5f},
    .body.half_width = {3, 11}, /* the most; roughness takes of it */
    .body.bar_half_height = 10,
    .body.bar_half_width = {1.7f, 4}, /* the most */
    .body.lying_share = 0.35f,        /* has rows and columns swapped */
    .body.shift = 1,                  /* deviation, across */
    .body.lean = 0.08f,               /* deviation, columns a row */

    .border.steps_share = 0.25f,     /* of the borders; the rest go straight from knot to knot */
    .border.roughness = 1,           /* most of a border's, uniform from 0; a knot loses that times two uniform ones */
    .border.symmetric_share = 0.65f, /* has two equal borders */

    /* Between trouser legs, or a hole. */
    .gap.share = 0.25f,
    .gap.half_width = {0.5f, 2.5f},
    .gap.top = {-6, 4},     /* from the image's middle, downwards */
    .gap.open_share = 0.6f, /* of the gaps: goes on to the bottom */
    .gap.height = 5,        /* of the others */

    .texture.level = {0.35f, 1.1f}, /* mean ink; cut off at 1 */
    .texture.noise = 0.25f,         /* highest deviation of a pixel; a product of two uniform from 0 */
    .texture.slope = 0.02f,         /* deviation, ink a row */
    .texture.striped_share = 0.3f,
    .texture.stripes = 0.5f,         /* highest amplitude of a triangle wave; uniform from 0 */
    .texture.across_share = 0.5f,    /* of the stripes: run across */
    .texture.stripe_length = {2, 8}, /* period */
    .texture.outlined_share = 0.2f,  /* has a darker border */
    .texture.outline = 1,            /* highest part by which the inside is lighter; uniform from 0 */
    .texture.outline_width = 1,      /* of the border as dark as it was */
    .texture.outline_fading = 2,     /* from there to the lighter inside */
    .texture.sharp_share = 0.5f,
    .texture.sharp_softness = 1, /* that the ink fades over at its border, where it is sharp */
    .texture.softness = {1, 5},  /* and where it is not */
};

/* How far a border is from the middle, for each line of the shape: straight between its knots, or in steps. */
struct border {
    float knots[KNOTS + 1];
    bool steps;
};

static struct border random_border(struct random *random, float size)
{
    struct border border = {.steps = random_uniform(random) < settings.border.steps_share};
    const float roughness = settings.border.roughness * random_uniform(random);
    for (int i = 0; i <= KNOTS; i++)
        border.knots[i] = size * (1 - roughness * random_uniform(random) * random_uniform(random));
    return border;
}

static float border_at(const struct border *border, float part)
{
    const float place = fminf(fmaxf(part, 0), 0.999f) * KNOTS, rest = place - floorf(place);
    const int knot = (int)place;
    if (border->steps) return border->knots[knot];
    return border->knots[knot] + rest * (border->knots[knot + 1] - border->knots[knot]);
}

struct texture {
    float level, noise, slope;            /* of the ink, 0 .. 1 */
    float stripes, stripe_length, across; /* their strength, pixels, 1 when they run across */
    float outline;                        /* how much darker the border is than the inside */
    float softness;                       /* pixels that the border fades over */
};

static struct texture random_texture(struct random *random)
{
    struct texture texture;
    texture.level = random_in(random, settings.texture.level);
    texture.noise = settings.texture.noise * random_uniform(random);
    texture.noise *= random_uniform(random);
    texture.slope = settings.texture.slope * random_normal(random);
    const bool striped = random_uniform(random) < settings.texture.striped_share;
    texture.stripes = striped ? settings.texture.stripes * random_uniform(random) : 0;
    texture.stripe_length = random_in(random, settings.texture.stripe_length);
    texture.across = random_uniform(random) < settings.texture.across_share;
    const bool outlined = random_uniform(random) < settings.texture.outlined_share;
    texture.outline = outlined ? settings.texture.outline * random_uniform(random) : 0;
    const bool sharp = random_uniform(random) < settings.texture.sharp_share;
    texture.softness = sharp ? settings.texture.sharp_softness : random_in(random, settings.texture.softness);
    return texture;
}

/* The ink at a place `inside` pixels from the border. */
static float texture_at(const struct texture *texture, struct random *random, int row, int column, float inside)
{
    const float place = (texture->across > 0 ? (float)row : (float)column) / texture->stripe_length;
    float ink = texture->level + texture->noise * random_normal(random) + texture->slope * (float)(row - SIDE / 2) +
                texture->stripes * (4 * fabsf(place - floorf(place) - 0.5f) - 1);
    const float fading = fminf(fmaxf(inside - settings.texture.outline_width, 0), settings.texture.outline_fading);
    ink *= 1 - texture->outline * fading / settings.texture.outline_fading;
    return fminf(fmaxf(ink, 0), 1) * fminf(fmaxf(inside / texture->softness + 0.5f, 0), 1);
}

struct body {
    float half_height;
    struct border left, right;
    float middle, lean;             /* column at the image's middle, columns a row */
    bool lying;                     /* rows become columns */
    float gap, gap_top, gap_bottom; /* half its width, negative without one; rows from the image's middle */
};

static struct body random_body(struct random *random, struct texture *texture)
{
    struct body body;
    const bool bar = random_uniform(random) < settings.body.bar_share;
    body.half_height = bar ? settings.body.bar_half_height : random_in(random, settings.body.half_height);
    const float size = random_in(random, bar ? settings.body.bar_half_width : settings.body.half_width);
    body.left = random_border(random, size);
    body.right = random_border(random, size);
    if (random_uniform(random) < settings.border.symmetric_share) body.right = body.left;
    *texture = random_texture(random);
    body.lying = random_uniform(random) < settings.body.lying_share;
    body.middle = middle + settings.body.shift * random_normal(random);
    body.lean = settings.body.lean * random_normal(random);
    const bool gap = random_uniform(random) < settings.gap.share;
    body.gap = gap ? random_in(random, settings.gap.half_width) : -1;
    body.gap_top = random_in(random, settings.gap.top);
    body.gap_bottom = random_uniform(random) < settings.gap.open_share ? SIDE : body.gap_top + settings.gap.height;
    return body;
}

/* How far inside of the border, in pixels; negative outside. */
static float inside_at(const struct body *body, float from, float to, float x, float y)
{
    const float inside = fminf(fminf(x + from, to - x), body->half_height - fabsf(y));
    const bool beside_gap = body->gap > 0 && y > body->gap_top && y < body->gap_bottom;
    return beside_gap ? fminf(inside, fabsf(x) - body->gap) : inside;
}

void negative_silhouette(struct random *random, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    struct texture texture;
    const struct body body = random_body(random, &texture);
    for (int row = 0; row < SIDE; row++) {
        const float y = (float)row - middle, part = (y + body.half_height) / (2 * body.half_height);
        const float from = border_at(&body.left, part), to = border_at(&body.right, part);
        for (int column = 0; column < SIDE; column++) {
            const float x = (float)column - body.middle - body.lean * y;
            const float inside = inside_at(&body, from, to, x, y);
            const float ink = inside > -0.5f * texture.softness ? texture_at(&texture, random, row, column, inside) : 0;
            image[body.lying ? column * SIDE + row : row * SIDE + column] = (uint8_t)(ink * FULL_INK + 0.5f);
        }
    }
}
