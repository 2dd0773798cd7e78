/* Tests of shadow_edges.c: drawn edges of shadows go, strokes in and beside them stay. */
#include "test.h"

#include <math.h>

#include "clutter/shadow_edges.h"
#include "drawing.h"

enum { PAPER = 230, PEN = 40, WIDTH = 400, HEIGHT = 300, SPECK = 5 };

/* Half of a page lies in the dark. Lengths in pixels. */
struct shadow {
    double slope, bend; /* columns per row; of its edge, to either side */
    double penumbra;
    double light; /* what is left of it in the dark */
};

static double light_at(const struct shadow *shadow, int x, int y)
{
    double edge = WIDTH / 2.0 + shadow->slope * (y - HEIGHT / 2.0) + shadow->bend * sin(y / 40.0);
    double bright = fmin(fmax(0.5 - (x - edge) / shadow->penumbra, 0), 1);
    return shadow->light + bright * (1 - shadow->light);
}

static void add_shadow(struct picture *picture, const struct shadow *shadow)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        picture->grey[i] = (uint8_t)(picture->grey[i] * light_at(shadow, i % WIDTH, i / WIDTH) + 0.5);
}

/* Takes out what is too small for writing, and for being looked at, and what is a shadow's edge. */
static void keep_writing(struct components *components)
{
    size_t kept = 0;
    for (size_t i = 0; i < components->count; i++) {
        const struct component *component = &components->components[i];
        if (box_extent(&component->box) >= SPECK && component->rule != RULE_SHADOW_EDGE)
            components->components[kept++] = *component;
    }
    components->count = kept;
}

/* The components that are left, without specks. before: how many there were. */
static struct components find(const struct picture *picture, bool keep_something, size_t *before)
{
    struct ink ink = {0};
    struct components components = {0};
    CHECK_EQUAL(ink_measure(picture, 0, &ink), SCRAWL_OK);
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    keep_writing(&components);
    *before = components.count;
    shadow_edges_judge(picture, &ink, keep_something, &components);
    CHECK_EQUAL(components.count, *before);
    keep_writing(&components);
    ink_free(&ink);
    return components;
}

TEST(shadow_edges_of_many_kinds_go)
{
    static const double slopes[] = {0.1, 0.5, -1.2};
    static const double penumbras[] = {1, 4, 10, 20};
    size_t before, seen = 0;
    for (int i = 0; i < 18; i++) { /* straight ones, and the sharper ones bent too */
        struct shadow shadow = {slopes[i % 3], i / 12 * 15.0, penumbras[i / 3 % 4], 0.4};
        struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
        add_shadow(&picture, &shadow);
        struct components components = find(&picture, false, &before);
        CHECK_EQUAL(components.count, 0);
        seen += before;
        components_free(&components);
        picture_free(&picture);
    }
    CHECK(seen > 0);
}

TEST(shadow_edge_goes_and_strokes_beside_it_stay)
{
    const struct shadow shadow = {0.3, 0, 2, 0.45};
    for (int level = PEN; level <= 160; level += 60) {
        size_t before;
        struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
        draw_zero(&picture, 60, 100, 50, 80, 6, level);
        draw_zero(&picture, 130, 100, 40, 80, 6, level);
        draw_zero(&picture, 235, 100, 40, 80, 6, level);
        fill_box(&picture, 320, 100, 6, 80, level);
        add_shadow(&picture, &shadow);
        struct components components = find(&picture, false, &before);
        CHECK(before > 4);
        CHECK_EQUAL(components.count, 4);
        for (size_t i = 0; i < components.count; i++) CHECK_EQUAL(box_height(&components.components[i].box), 80);
        components_free(&components);
        picture_free(&picture);
    }
}

TEST(strokes_at_the_border_are_no_shadow_edges)
{
    size_t before;
    struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
    draw_zero(&picture, 0, 100, 50, 80, 12, PEN);
    draw_zero(&picture, 150, 0, 50, 80, 12, PEN);
    fill_box(&picture, 300, HEIGHT - 80, 12, 80, PEN);
    struct components components = find(&picture, false, &before);
    CHECK_EQUAL(components.count, 3);
    components_free(&components);
    picture_free(&picture);
}

TEST(shadow_edges_alone_are_kept_when_something_must_be)
{
    const struct shadow shadow = {0.5, 0, 2, 0.4};
    size_t before;
    struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
    add_shadow(&picture, &shadow);
    struct components components = find(&picture, true, &before);
    CHECK(before > 0);
    CHECK_EQUAL(components.count, before);
    components_free(&components);
    picture_free(&picture);
}
