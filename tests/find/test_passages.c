/* Tests of passages.c. */
#include "test.h"

#include <string.h>

#include "find/passages.h"

enum {
    WIDTH = 1200,
    HEIGHT = 40,
    PEN = 200,
    BAR = 10,       /* columns of each, the first from 0 on, */
    BARS_FROM = 30, /* the second from here */
    BRIDGE_ROW = 20,
    BRIDGE = 3, /* rows */
    TOOTH = 4,  /* columns from one of a comb to the next */
    LEVELS = 12 /* rows in which passages are sought */
};

static uint8_t values[WIDTH * HEIGHT]; /* rows of the width that is asked for */

static void fill(int width, struct box box)
{
    for (int y = box.top; y < box.bottom; y++) memset(values + y * width + box.left, PEN, (size_t)box_width(&box));
}

/* Of what is drawn and connected, from the upper left corner on. */
static struct terrain terrain_of(int width, int height)
{
    uint32_t member = 0;
    struct ink ink = {.width = width, .height = height, .values = values, .soft = 1, .threshold = 100};
    struct components components = {0};
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    CHECK_EQUAL(components.count, 1);
    struct group group = {{0, 0, width, height}, 0, 0, 1};
    struct grouping grouping = {.groups = &group, .count = 1, .members = &member, .height = height};
    struct terrain terrain = {0};
    CHECK_EQUAL(terrain_create(&ink, &components, &grouping, &group, &terrain), SCRAWL_OK);
    components_free(&components);
    return terrain;
}

static void check_order(const struct passages *passages)
{
    for (int i = 1; i < passages->count; i++) CHECK(passages->items[i].cost >= passages->items[i - 1].cost);
}

/* Two upright bars with a level one between them: halfway, and where it meets them. */
TEST(passages_cross_the_bridge_between_bars)
{
    static struct passages passages;
    int middle = 0, left = 0, right = 0, width = BARS_FROM + BAR;
    memset(values, 0, sizeof values);
    fill(width, (struct box){0, 0, BAR, HEIGHT});
    fill(width, (struct box){BARS_FROM, 0, width, HEIGHT});
    fill(width, (struct box){BAR, BRIDGE_ROW, BARS_FROM, BRIDGE_ROW + BRIDGE});
    struct terrain terrain = terrain_of(width, HEIGHT);
    int cost = BRIDGE * terrain.ink[BRIDGE_ROW * terrain.width + terrain.width / 2];
    passages_find(&terrain, &passages);
    check_order(&passages);
    for (int i = 0; i < passages.count; i++) {
        const struct passage *passage = &passages.items[i];
        int column = passage->column - terrain.margin;
        middle += column == (BAR + BARS_FROM - 1) / 2 && passage->cost == cost;
        left += column > BAR / 2 && column <= BAR && passage->cost > cost;
        right += column >= BARS_FROM - 1 && column < BARS_FROM + BAR / 2 && passage->cost > cost;
    }
    CHECK(middle >= LEVELS);
    CHECK(left >= LEVELS);
    CHECK(right >= LEVELS);
    terrain_free(&terrain);
}

/* A comb has more gaps than there is room for. */
TEST(passages_are_no_more_than_there_is_room_for)
{
    static struct passages passages;
    memset(values, 0, sizeof values);
    fill(WIDTH, (struct box){0, HEIGHT - 2, WIDTH, HEIGHT});
    for (int x = 0; x < WIDTH; x += TOOTH) fill(WIDTH, (struct box){x, 0, x + 2, HEIGHT});
    struct terrain terrain = terrain_of(WIDTH, HEIGHT);
    passages_find(&terrain, &passages);
    CHECK_EQUAL(passages.count, MAX_PASSAGES);
    check_order(&passages);
    terrain_free(&terrain);
}

TEST(passages_of_a_single_row_stay_in_it)
{
    static struct passages passages;
    memset(values, 0, sizeof values);
    fill(WIDTH, (struct box){0, 0, WIDTH, 1});
    struct terrain terrain = terrain_of(WIDTH, 1);
    passages_find(&terrain, &passages);
    CHECK(passages.count > 0);
    for (int i = 0; i < passages.count; i++) CHECK_EQUAL(passages.items[i].row, 0);
    terrain_free(&terrain);
}

TEST(passage_columns_lie_on_a_straight_line)
{
    const struct passage slanting = {10, 30, 14, 22, 0}, level = {10, 30, 10, 34, 0};
    CHECK_EQUAL(passage_column(&slanting, 10), 30);
    CHECK_EQUAL(passage_column(&slanting, 12), 26);
    CHECK_EQUAL(passage_column(&slanting, 14), 22);
    CHECK_EQUAL(passage_column(&level, 10), 30);
}
