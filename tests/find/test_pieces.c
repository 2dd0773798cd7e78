/* Tests of pieces.c, on pages of boxes of ink. */
#include "test.h"

#include <string.h>

#include "find/pieces.h"

enum { WIDTH = 300, HEIGHT = 200, PEN = 200, ROWS = 3, COLUMNS = 8, DIGITS = ROWS * COLUMNS, DIGIT_HEIGHT = 30 };

static struct {
    uint8_t values[WIDTH * HEIGHT];
    struct piece items[MAX_PIECES];
    int scratch[MAX_PIECES];
} page;

static void fill(struct box box, int level)
{
    for (int y = box.top; y < box.bottom; y++)
        memset(page.values + y * WIDTH + box.left, level, (size_t)box_width(&box));
}

/* Boxes as high as digits. */
static void begin_page(void)
{
    memset(page.values, 0, sizeof page.values);
    for (int i = 0; i < DIGITS; i++) {
        int x = 40 + 28 * (i % COLUMNS), y = 40 + 50 * (i / COLUMNS);
        fill((struct box){x, y, x + 20, y + DIGIT_HEIGHT}, PEN);
    }
}

static struct pieces pieces_without(uint32_t rules_off)
{
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = page.values, .soft = 1, .threshold = 50, .stroke = 4};
    struct components components = {0};
    struct pieces pieces = {.items = page.items};
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    components.rules_off = rules_off;
    pieces_collect(&components, &ink, &pieces);
    pieces_judge_foreign(&pieces, &ink, &components, page.scratch);
    components_free(&components);
    return pieces;
}

static struct pieces pieces_of_page(void)
{
    return pieces_without(0);
}

static int kept(const struct pieces *pieces)
{
    int count = 0;
    for (int i = 0; i < pieces->count; i++) count += piece_is_writing(&pieces->items[i]);
    return count;
}

TEST(pieces_keep_writing)
{
    begin_page();
    struct pieces pieces = pieces_of_page();
    CHECK_EQUAL(pieces.count, DIGITS);
    CHECK_EQUAL(kept(&pieces), DIGITS);
    CHECK_NEAR(pieces.height, DIGIT_HEIGHT, 0);
}

/* Each is judged beside writing, by its own rule, and nothing else; with the rule switched off, it isn't. */
TEST(pieces_judge_what_is_no_writing)
{
    static const struct {
        struct box box;
        int level;
        enum rule rule;
    } foreign[] = {
        {{20, 128, 280, 132}, PEN, RULE_FRAME},      /* a rule */
        {{200, 0, 210, 12}, PEN, RULE_CUT_OFF},      /* the foot of a neighbour's stroke */
        {{270, 90, 290, 120}, 60, RULE_FAINT},       /* what shows through */
        {{296, 20, 300, 75}, PEN, RULE_EDGE_OF_BOX}, /* the edge of a box */
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        begin_page();
        fill(foreign[i].box, foreign[i].level);
        struct pieces pieces = pieces_of_page();
        CHECK_EQUAL(pieces.count, DIGITS + 1);
        CHECK_EQUAL(kept(&pieces), DIGITS);
        for (int j = 0; j < pieces.count; j++) {
            const bool is_foreign = memcmp(&pieces.items[j].box, &foreign[i].box, sizeof(struct box)) == 0;
            CHECK_EQUAL(pieces.items[j].rule, is_foreign ? foreign[i].rule : RULE_NONE);
        }
        pieces = pieces_without(rule_bit(foreign[i].rule));
        for (int j = 0; j < pieces.count; j++) CHECK(pieces.items[j].rule != foreign[i].rule);
    }
}

TEST(pieces_keep_a_lone_bar)
{
    memset(page.values, 0, sizeof page.values);
    fill((struct box){148, 0, 152, HEIGHT}, PEN);
    struct pieces pieces = pieces_of_page();
    CHECK_EQUAL(kept(&pieces), 1);
}

/* Beyond the most there can be, the larger ones are taken. */
TEST(pieces_take_the_largest_of_very_many)
{
    memset(page.values, 0, sizeof page.values);
    for (int y = 0; y < HEIGHT; y += 4) {
        for (int x = 0; x < WIDTH; x += 4) fill((struct box){x, y, x + 1 + (x + y) % 8 / 4, y + 1}, PEN);
    }
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = page.values, .soft = 1, .threshold = 50};
    struct components components = {0};
    struct pieces pieces = {.items = page.items};
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    CHECK(components.count > MAX_PIECES);
    pieces_collect(&components, &ink, &pieces);
    CHECK_EQUAL(pieces.count, MAX_PIECES);
    int larger = 0;
    for (int i = 0; i < pieces.count; i++) larger += box_width(&pieces.items[i].box) == 2;
    CHECK_EQUAL(larger, (int)components.count / 2);
    components_free(&components);
}
