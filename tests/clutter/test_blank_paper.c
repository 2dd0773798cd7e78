/* Tests of blank_paper.c: noise under uneven light is none, what stands out of it is writing. */
#include "test.h"

#include "clutter/blank_paper.h"
#include "drawing.h"

enum { PAPER = 200, WIDTH = 400, HEIGHT = 300 };

/* Darker to the right, where a half is left of the light, and grained: without a pattern, always the same. */
static void add_light_and_grain(struct picture *picture, int amplitude)
{
    uint32_t state = 1;
    for (int i = 0; i < picture->width * picture->height; i++) {
        int light = picture->grey[i] - picture->grey[i] * (i % picture->width) / (2 * picture->width), grain = 0;
        for (int sum = 0; sum < 4; sum++) {
            state = state * 1664525u + 1013904223u;
            grain += (int)(state >> 16) % (amplitude + 1) - amplitude / 2;
        }
        int value = light + grain;
        picture->grey[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

/* Pieces that connect everything at least `threshold` strong; frees the picture. */
static bool is_blank(struct picture picture, int threshold, size_t *count)
{
    struct ink ink = {0};
    struct components components = {0};
    CHECK_EQUAL(ink_measure(&picture, 0, &ink), SCRAWL_OK);
    ink.threshold = threshold;
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    bool blank = paper_is_blank(&picture, &ink, &components);
    *count = components.count;
    components_free(&components);
    ink_free(&ink);
    picture_free(&picture);
    return blank;
}

TEST(paper_with_grain_is_blank)
{
    for (int amplitude = 4; amplitude <= 16; amplitude += 4) {
        size_t count;
        struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
        add_light_and_grain(&picture, amplitude);
        CHECK(is_blank(picture, 3 * amplitude, &count));
        CHECK(count > 0);
    }
}

TEST(paper_with_faint_writing_in_grain_is_not_blank)
{
    for (int x = 30; x <= 330; x += 150) {
        size_t count;
        struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
        draw_zero(&picture, x, 100, 40, 70, 5, PAPER - 50);
        add_light_and_grain(&picture, 4);
        CHECK(!is_blank(picture, 20, &count));
    }
}

TEST(paper_without_anything_is_blank_but_not_when_small)
{
    size_t count;
    CHECK(is_blank(blank_picture(WIDTH, HEIGHT, PAPER), 10, &count));
    CHECK_EQUAL(count, 0);
    CHECK(!is_blank(blank_picture(28, 28, PAPER), 10, &count));
}
