/* Implements negatives.h. Must not know who looks at them. */
#include "negatives.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/shades.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, KNOTS = 6 };

/* How far a border is from the middle, for each line of the shape: straight between its knots, or in steps. */
struct border {
    float knots[KNOTS + 1];
    bool steps;
};

static struct border random_border(struct random *random, float size)
{
    struct border border = {.steps = random_uniform(random) < 0.25f};
    const float roughness = random_uniform(random);
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
    return (struct texture){
        .level = random_between(random, 0.35f, 1.1f),
        .noise = 0.25f * random_uniform(random) * random_uniform(random),
        .slope = 0.02f * random_normal(random),
        .stripes = random_uniform(random) < 0.3f ? 0.5f * random_uniform(random) : 0,
        .stripe_length = random_between(random, 2, 8),
        .across = random_uniform(random) < 0.5f,
        .outline = random_uniform(random) < 0.2f ? random_uniform(random) : 0,
        .softness = random_uniform(random) < 0.5f ? 1 : random_between(random, 1, 5),
    };
}

/* The ink at a place `inside` pixels from the border. */
static float texture_at(const struct texture *texture, struct random *random, int row, int column, float inside)
{
    const float place = (texture->across > 0 ? (float)row : (float)column) / texture->stripe_length;
    float ink = texture->level + texture->noise * random_normal(random) + texture->slope * (float)(row - SIDE / 2) +
                texture->stripes * (4 * fabsf(place - floorf(place) - 0.5f) - 1);
    ink *= 1 - texture->outline * fminf(fmaxf(inside - 1, 0), 2) / 2;
    return fminf(fmaxf(ink, 0), 1) * fminf(fmaxf(inside / texture->softness + 0.5f, 0), 1);
}

void negative_silhouette(struct random *random, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    const bool bar = random_uniform(random) < 0.25f; /* as sleeves, legs and edges are */
    const float half_height = bar ? 10 : random_between(random, 4, 10.5f);
    const float size = bar ? random_between(random, 1.7f, 4) : random_between(random, 3, 11);
    const struct border left = random_border(random, size), other = random_border(random, size);
    const struct border right = random_uniform(random) < 0.65f ? left : other;
    const struct texture texture = random_texture(random);
    const bool lying = random_uniform(random) < 0.35f;
    const float middle = 13.5f + random_normal(random), lean = 0.08f * random_normal(random);
    /* Between trouser legs, or a hole. */
    const float gap = random_uniform(random) < 0.25f ? random_between(random, 0.5f, 2.5f) : -1;
    const float gap_from = random_between(random, -6, 4), gap_to = random_uniform(random) < 0.6f ? SIDE : gap_from + 5;
    for (int row = 0; row < SIDE; row++) {
        const float y = (float)row - 13.5f, part = (y + half_height) / (2 * half_height);
        const float from = border_at(&left, part), to = border_at(&right, part);
        for (int column = 0; column < SIDE; column++) {
            const float x = (float)column - middle - lean * y;
            float inside = fminf(fminf(x + from, to - x), half_height - fabsf(y));
            if (gap > 0 && y > gap_from && y < gap_to) inside = fminf(inside, fabsf(x) - gap);
            const float ink = inside > -0.5f * texture.softness ? texture_at(&texture, random, row, column, inside) : 0;
            image[lying ? column * SIDE + row : row * SIDE + column] = (uint8_t)(ink * FULL + 0.5f);
        }
    }
}
