/* Tests of components.c, on drawings of # and . */
#include "test.h"

#include <string.h>

#include "ink/components.h"

static struct components components_of(const char *drawing, int width, int height, uint8_t *values)
{
    for (int i = 0; i < width * height; i++) values[i] = drawing[i] == '#' ? 200 : 0;
    struct ink ink = {.width = width, .height = height, .values = values, .soft = 1, .threshold = 100};
    struct components components = {0};
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    return components;
}

TEST(components_connect_at_corners_and_around)
{
    uint8_t values[8 * 5];
    struct components found = components_of("#..#...."
                                            "#..#.#.#"
                                            "#..#..#."
                                            ".##..#.#"
                                            ".......#",
                                            8, 5, values);
    if (CHECK_EQUAL(found.count, 2)) {
        const struct component *cup = &found.components[0], *cross = &found.components[1];
        CHECK_EQUAL(cup->pixels, 8);
        CHECK_EQUAL(cup->box.right, 4);
        CHECK_EQUAL(cross->pixels, 6);
        CHECK_EQUAL(cross->box.left, 5);
        CHECK_EQUAL(cross->box.top, 1);
        CHECK_EQUAL(cross->box.bottom, 5);
    }
    components_free(&found);
}

/* The pieces of a random drawing, counted again by painting one after the other. */
static void paint(uint8_t *values, int width, int height, int x, int y)
{
    if (x < 0 || y < 0 || x >= width || y >= height || values[y * width + x] != 200) return;
    values[y * width + x] = 0;
    for (int i = 0; i < 9; i++) paint(values, width, height, x + i % 3 - 1, y + i / 3 - 1);
}

TEST(components_agree_with_painting)
{
    enum { WIDTH = 37, HEIGHT = 31 };
    uint32_t state = 7;
    for (int round = 0; round < 50; round++) {
        char drawing[WIDTH * HEIGHT];
        uint8_t values[WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            state = state * 1664525u + 1013904223u;
            drawing[i] = (int)(state >> 24) < 40 + 3 * round ? '#' : '.';
        }
        struct components found = components_of(drawing, WIDTH, HEIGHT, values);
        size_t pixels = 0, in_runs = 0, count = 0;
        for (size_t i = 0; i < found.count; i++) {
            pixels += found.components[i].pixels;
            for (uint32_t run = found.components[i].first_run; run != NO_RUN; run = found.runs[run].next) {
                in_runs += (size_t)(found.runs[run].end - found.runs[run].start);
                CHECK_EQUAL(found.runs[run].component, i);
            }
        }
        CHECK_EQUAL(in_runs, pixels);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            if (values[i] != 200) continue;
            count++;
            paint(values, WIDTH, HEIGHT, i % WIDTH, i / WIDTH);
        }
        CHECK_EQUAL(found.count, count);
        components_free(&found);
    }
}

TEST(components_are_judged_once_and_not_by_rules_that_are_off)
{
    uint8_t values[5];
    struct components found = components_of("#.#.#", 5, 1, values);
    found.rules_off = rule_bit(RULE_FAINT);
    component_judge(&found, 0, RULE_SMALL);
    component_judge(&found, 0, RULE_FRAME);
    component_judge(&found, 1, RULE_FAINT);
    CHECK_EQUAL(found.components[0].rule, RULE_SMALL);
    CHECK(component_is_writing(&found.components[1]) && component_is_writing(&found.components[2]));
    components_free(&found);
}

/* A line through two strokes was cleared but for where they cross it: its three stretches come back after them. */
TEST(components_add_what_was_cleared)
{
    enum { WIDTH = 9, HEIGHT = 3 };
    uint8_t values[WIDTH * HEIGHT], before[WIDTH * HEIGHT];
    struct components with_line = components_of("..#...#..#########..#...#..", WIDTH, HEIGHT, before);
    struct components found = components_of("..#...#....#...#....#...#..", WIDTH, HEIGHT, values);
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = values, .soft = 1, .threshold = 100};
    static const struct box stretches[] = {{0, 1, 2, 2}, {3, 1, 6, 2}, {7, 1, 9, 2}};
    CHECK_EQUAL(with_line.count, 1);
    CHECK_EQUAL(components_add_cleared(&ink, before, RULE_RULING, &found), SCRAWL_OK);
    if (CHECK_EQUAL(found.count, 5)) {
        for (size_t i = 0; i < found.count; i++) {
            const struct component *component = &found.components[i];
            const struct run *run = &found.runs[component->first_run];
            CHECK_EQUAL(component->rule, i < 2 ? RULE_NONE : RULE_RULING);
            CHECK_EQUAL(run->component, i);
            CHECK_EQUAL(run->row, component->box.top);
            CHECK_EQUAL(run->start, component->box.left);
            CHECK_EQUAL(component->mass, component->pixels * 200);
            if (i >= 2) CHECK_EQUAL(component->box.left, stretches[i - 2].left);
            if (i >= 2) CHECK_EQUAL(component->box.right, stretches[i - 2].right);
        }
    }
    components_free(&with_line);
    components_free(&found);
}

/* Of each component, cleared ones too, a walk through a box gives the runs that lie in it, in their order. */
TEST(component_walk_gives_the_runs_in_a_box)
{
    enum { WIDTH = 12, HEIGHT = 5 };
    static const char pixels[] = ".##..#.#.##."
                                 ".#...###.#.."
                                 ".##.##.###.#"
                                 ".......#...#"
                                 "####.###.###";
    uint8_t values[WIDTH * HEIGHT], before[WIDTH * HEIGHT];
    struct components found = components_of(pixels, WIDTH, HEIGHT, values);
    memset(before, 200, sizeof before);
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = values, .soft = 1, .threshold = 100};
    CHECK_EQUAL(components_add_cleared(&ink, before, RULE_RULING, &found), SCRAWL_OK);
    CHECK(found.cleared_run > 0 && found.cleared_run < found.run_count);
    for (uint32_t i = 0; i < found.count; i++)
        for (int left = 0; left < WIDTH; left++)
            for (int right = left + 1; right <= WIDTH; right++)
                for (int top = 0; top < HEIGHT; top++) {
                    const struct box box = {left, top, right, top + 2}, empty = {left, top, left, top + 2};
                    struct run_walk nothing = component_walk(&found, i, &empty);
                    CHECK(run_walk_next(&nothing) == NULL);
                    struct run_walk walk = component_walk(&found, i, &box);
                    for (uint32_t at = found.components[i].first_run; at != NO_RUN; at = found.runs[at].next) {
                        const struct run *run = &found.runs[at];
                        if (run->row < top || run->row >= top + 2 || run->start >= right || run->end <= left) continue;
                        CHECK(run_walk_next(&walk) == run);
                    }
                    CHECK(run_walk_next(&walk) == NULL);
                }
    components_free(&found);
}
