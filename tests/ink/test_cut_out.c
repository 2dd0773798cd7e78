/* Tests of cut_out.c, against each run's surroundings looked at one by one. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "ink/cut_out.h"

enum { WIDTH = 45, HEIGHT = 40, THRESHOLD = 130 };

/* Strokes and soft ink at random. */
static void random_ink(uint32_t state, uint8_t *values)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        state = state * 1664525u + 1013904223u;
        uint8_t level = (uint8_t)(state >> 24);
        values[i] = level > 225 ? level : level / 3;
    }
}

/* What cut_out.h says, pixel by pixel. */
static void expected_cut(const struct ink *ink, const struct components *components, uint32_t member,
                         const struct box *area, int margin, uint8_t *cut)
{
    for (uint32_t i = components->components[member].first_run; i != NO_RUN; i = components->runs[i].next) {
        const struct run *run = &components->runs[i];
        for (int y = area->top; y < area->bottom; y++) {
            for (int x = area->left; x < area->right; x++) {
                uint8_t value = ink->values[y * WIDTH + x];
                bool near = abs(y - run->row) <= margin && x >= run->start - margin && x < run->end + margin;
                bool stroke = y == run->row && x >= run->start && x < run->end;
                if (stroke || (near && value < ink->threshold))
                    cut[(y - area->top) * box_width(area) + x - area->left] = value;
            }
        }
    }
}

TEST(cut_out_is_strokes_and_the_soft_ink_around)
{
    uint8_t values[WIDTH * HEIGHT], expected[WIDTH * HEIGHT], cut[WIDTH * (HEIGHT + 1)];
    for (int margin = 0; margin < 12; margin += 3) {
        random_ink((uint32_t)margin + 1, values);
        struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = values, .soft = 10, .threshold = THRESHOLD};
        struct components components = {0};
        struct box area = {3, 2, WIDTH - 1, HEIGHT - 4};
        CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
        if (!CHECK(components.count > 20)) return;
        uint32_t members[] = {3, (uint32_t)components.count / 2, (uint32_t)components.count - 1};
        memset(expected, 0, sizeof expected);
        for (int i = 0; i < 3; i++) expected_cut(&ink, &components, members[i], &area, margin, expected);
        CHECK(cut_out_size(&area) <= sizeof cut);
        cut_out(&ink, &components, members, 3, &area, margin, cut);
        CHECK_EQUAL(memcmp(cut, expected, (size_t)box_width(&area) * (size_t)box_height(&area)), 0);
        components_free(&components);
    }
}
