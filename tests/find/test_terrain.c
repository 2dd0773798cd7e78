/* Tests of terrain.c: its costs against a search that relaxes until nothing changes. */
#include "test.h"

#include <stdlib.h>

#include "find/terrain.h"

enum {
    WIDTH = 33,
    HEIGHT = 26,
    PEN = 200,
    SIDEWAYS = 6,
    MOST = 1 << 29,
    MAX_MEMBERS = WIDTH * HEIGHT,
};

/* A group of all ink in a drawing of random pixels, every darkness-th of 256 of them ink. */
static struct terrain random_terrain(uint32_t seed, int darkness)
{
    static uint8_t values[WIDTH * HEIGHT];
    static uint32_t members[MAX_MEMBERS];
    uint32_t state = seed;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (int)(state >> 24) < darkness ? PEN : 0;
    }
    values[0] = values[WIDTH * HEIGHT - 1] = PEN;
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = values, .soft = 1, .threshold = 100};
    struct components components = {0};
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    for (uint32_t i = 0; i < components.count; i++) members[i] = i;
    struct group group = {{0, 0, WIDTH, HEIGHT}, 0, 0, (uint32_t)components.count};
    struct grouping grouping = {.groups = &group, .count = 1, .members = members, .height = HEIGHT};
    struct terrain terrain = {0};
    CHECK_EQUAL(terrain_create(&ink, &components, &grouping, &group, &terrain), SCRAWL_OK);
    components_free(&components);
    return terrain;
}

/* What it costs to come to a pixel from its neighbour, whose own cost is known: MOST outside. */
static int cost_from(const struct terrain *terrain, const int *costs, int row, int column, int rows, int columns)
{
    int from_row = row + rows, from = column + columns, ink = terrain->ink[row * terrain->width + column];
    if (from < 0 || from >= terrain->width || from_row < 0 || from_row >= terrain->height) return MOST;
    int diagonal = rows && columns ? (int)(0.4142 * ink) : 0;
    return costs[from_row * terrain->width + from] + (columns ? SIDEWAYS : 0) + diagonal + ink;
}

/* Writes costs[height][width] from the upper edge (toward -1) or the lower one (1). */
static void relax(const struct terrain *terrain, int toward, int *costs)
{
    int edge = toward < 0 ? 0 : terrain->height - 1;
    for (int i = 0; i < terrain->width * terrain->height; i++)
        costs[i] = i / terrain->width == edge ? terrain->ink[i] : MOST;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < terrain->width * terrain->height; i++) {
            int row = i / terrain->width, column = i % terrain->width;
            static const int along[2] = {-1, 1}, over[3] = {-1, 0, 1};
            int least = costs[i];
            for (int k = 0; k < 2; k++) least = min_int(least, cost_from(terrain, costs, row, column, 0, along[k]));
            for (int k = 0; k < 3; k++) least = min_int(least, cost_from(terrain, costs, row, column, toward, over[k]));
            changed |= least < costs[i];
            costs[i] = least;
        }
    }
}

TEST(terrain_costs_are_the_least)
{
    for (uint32_t round = 0; round < 12; round++) {
        struct terrain terrain = random_terrain(round, 30 + 15 * (int)round);
        int *costs = calloc((size_t)(terrain.width * terrain.height), sizeof *costs);
        for (int direction = FROM_ABOVE; costs && direction <= FROM_BELOW; direction++) {
            int different = 0;
            relax(&terrain, direction == FROM_ABOVE ? -1 : 1, costs);
            for (int i = 0; i < terrain.width * terrain.height; i++)
                different += costs[i] != terrain.costs[direction][i];
            CHECK_EQUAL(different, 0);
        }
        free(costs);
        terrain_free(&terrain);
    }
}

/* What is certain to be on the way costs no more than the whole is said to. */
TEST(terrain_ways_cost_what_is_said)
{
    struct terrain terrain = random_terrain(3, 90);
    int columns[HEIGHT], row = HEIGHT / 2;
    for (int column = 0; column < terrain.width; column++) {
        terrain_follow(&terrain, FROM_BELOW, row, column, columns);
        terrain_follow(&terrain, FROM_ABOVE, row, column, columns);
        int least = 0;
        for (int y = 0; y < HEIGHT; y++) {
            CHECK(columns[y] >= 0 && columns[y] < terrain.width);
            least += terrain.ink[y * terrain.width + columns[y]];
            if (y > 0) least += SIDEWAYS * abs(columns[y] - columns[y - 1]);
        }
        CHECK(least <= terrain_cost_through(&terrain, row, column));
    }
    terrain_free(&terrain);
}

TEST(terrain_counts_ink_and_measures_strokes)
{
    struct terrain terrain = random_terrain(1, 256);
    CHECK_EQUAL(terrain.height, HEIGHT);
    CHECK_EQUAL(terrain.width, WIDTH + 2 * terrain.margin);
    int ink = terrain.ink[5 * terrain.width + terrain.margin];
    CHECK(ink >= TERRAIN_FULL - 1);
    CHECK_EQUAL(terrain_ink_left_of(&terrain, 5, terrain.margin), 0);
    CHECK_EQUAL(terrain_ink_left_of(&terrain, 5, terrain.margin + 4), 4 * ink);
    CHECK_EQUAL(terrain_ink_left_of(&terrain, 5, terrain.width), WIDTH * ink);
    CHECK(terrain.stroke > 10);
    terrain_free(&terrain);
    terrain = random_terrain(1, 0);
    CHECK_EQUAL(terrain_cost_through(&terrain, HEIGHT / 2, 0), 0);
    CHECK_NEAR(terrain.stroke, 1, 1e-9);
    terrain_free(&terrain);
}
