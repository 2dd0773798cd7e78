/* Implements shadow_edges.h: from some pixels of each component, looks for lighter paper both ways along four lines.
 * Must not know digits. */
#include "shadow_edges.h"

enum {
    LEAST_SIDE = 40,  /* pixels, the longer one; smaller pictures are cut out close to their digit */
    LEAST_EXTENT = 5, /* pixels; smaller components are specks, */
    EXTENT_PART = 60, /* in small pictures below this part of the longer side */
    SAMPLES = 24,     /* pixels of a component that are looked from */
    LEAST_REACH = 3,  /* pixels beyond the ink in which paper is looked for: past the stroke's soft edge */
    NO_PAPER = -1,    /* before the picture's border */
};

/* Level, upright, and both diagonals. */
static const struct direction {
    int x, y;
} lines[] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};

/* Of the ink that a component has against the paper's brightness, this part it must have against both sides. */
static const double stroke_part = 0.4;

struct scene {
    const struct picture *picture;
    const struct ink *ink;
    int reach, least_extent;
};

/* Sums over a component's samples, in grey levels. */
struct contrast {
    double expected, on_both_sides;
};

static int light_at(const struct scene *scene, size_t pixel)
{
    return scene->picture->grey[pixel] ^ scene->ink->paper.flip;
}

/* The lightest pixel within reach beyond the ink; NO_PAPER when the picture ends before there is one. */
static int light_beyond(const struct scene *scene, int x, int y, int step_x, int step_y)
{
    const struct ink *ink = scene->ink;
    int lightest = NO_PAPER, left = scene->reach;
    for (bool inside = true; left > 0; left -= !inside) {
        x += step_x;
        y += step_y;
        if (x < 0 || y < 0 || x >= ink->width || y >= ink->height) break;
        size_t pixel = (size_t)y * (size_t)ink->width + (size_t)x;
        inside = inside && ink->values[pixel] >= ink->threshold;
        if (!inside) lightest = max_int(lightest, light_at(scene, pixel));
    }
    return lightest;
}

static void add_sample(const struct scene *scene, int x, int y, struct contrast *contrast)
{
    const struct paper *paper = &scene->ink->paper;
    const int own = light_at(scene, (size_t)y * (size_t)scene->ink->width + (size_t)x);
    const int expected =
        paper->light[(size_t)(y / paper->cell) * (size_t)paper->columns + (size_t)(x / paper->cell)] - own;
    int most = 0;
    for (size_t i = 0; i < sizeof lines / sizeof *lines && most < expected; i++) {
        int one = light_beyond(scene, x, y, lines[i].x, lines[i].y);
        if (one - own <= most) continue;
        int other = light_beyond(scene, x, y, -lines[i].x, -lines[i].y);
        most = max_int(most, min_int(one, other) - own);
    }
    contrast->on_both_sides += min_int(most, max_int(1, expected));
    contrast->expected += max_int(1, expected);
}

static bool is_edge(const struct scene *scene, const struct components *components, const struct component *component)
{
    struct contrast contrast = {0, 0};
    struct pixel samples[SAMPLES];
    if (box_extent(&component->box) < scene->least_extent) return false;
    const size_t count = component_samples(components, component, SAMPLES, samples);
    for (size_t i = 0; i < count; i++) add_sample(scene, samples[i].x, samples[i].y, &contrast);
    return contrast.on_both_sides < stroke_part * contrast.expected;
}

void shadow_edges_judge(const struct picture *picture, const struct ink *ink, bool keep_something,
                        struct components *components)
{
    const int side = max_int(ink->width, ink->height);
    const struct scene scene = {picture, ink, max_int(LEAST_REACH, (int)(ink->stroke + 0.5)),
                                min_int(LEAST_EXTENT, side / EXTENT_PART)};
    size_t kept = 0;
    if (side < LEAST_SIDE) return;
    for (size_t i = 0; i < components->count; i++) {
        const struct component *component = &components->components[i];
        if (component_is_writing(component) && is_edge(&scene, components, component))
            component_judge(components, i, RULE_SHADOW_EDGE);
        kept += component_is_writing(component);
    }
    for (size_t i = 0; kept == 0 && keep_something && i < components->count; i++) {
        if (components->components[i].rule == RULE_SHADOW_EDGE) components->components[i].rule = RULE_NONE;
    }
}
