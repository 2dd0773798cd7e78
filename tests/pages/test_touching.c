/* Pieces of touching images: a function of seed and number, and named for what they show. */
#include <string.h>

#include "pages/touching.h"
#include "test.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, STROKE = 2 };

/* A box full of crossing strokes: broad ones at the left, narrow ones at the right, so that a piece's proportions tell
 * whose it is. */
static void draw_box(int left, int top, int right, int bottom, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    memset(image, 0, SCRAWL_IMAGE_PIXELS);
    for (int row = top; row < bottom; row++) {
        for (int column = left; column < right; column++) {
            bool ink = (row - top) / STROKE % 2 == 0 || (column - left) / STROKE % 2 == 0;
            image[row * SIDE + column] = ink ? 255 : 0;
        }
    }
}

static int columns_with_ink(const uint8_t *image)
{
    int count = 0;
    for (int column = 0; column < SIDE; column++) {
        bool ink = false;
        for (int row = 0; row < SIDE; row++) ink = ink || image[row * SIDE + column] >= 128;
        count += ink;
    }
    return count;
}

TEST(touching_is_a_function_of_seed_and_number)
{
    uint8_t left[SCRAWL_IMAGE_PIXELS], right[SCRAWL_IMAGE_PIXELS], one[SCRAWL_IMAGE_PIXELS], other[SCRAWL_IMAGE_PIXELS];
    draw_box(6, 4, 22, 24, left);
    draw_box(12, 4, 16, 24, right);
    const enum touching_piece piece = touching_make(left, right, 3, 4, one);
    int different = 0;
    for (uint64_t i = 5; i < 25; i++) {
        touching_make(left, right, 3, i, other);
        different += memcmp(one, other, sizeof one) != 0;
    }
    CHECK(different > 10);
    CHECK_EQUAL(touching_make(left, right, 3, 4, other), piece);
    CHECK(memcmp(one, other, sizeof one) == 0);
}

TEST(touching_pieces_show_what_they_are_called)
{
    enum { PIECES = 600, BROAD = 16, NARROW = 4 };
    uint8_t left[SCRAWL_IMAGE_PIXELS], right[SCRAWL_IMAGE_PIXELS], image[SCRAWL_IMAGE_PIXELS];
    int counts[3] = {0};
    draw_box(6, 4, 6 + BROAD, 24, left);
    draw_box(12, 4, 12 + NARROW, 24, right);
    for (uint64_t i = 0; i < PIECES; i++) {
        const enum touching_piece piece = touching_make(left, right, 1, i, image);
        const int columns = columns_with_ink(image);
        counts[piece]++;
        if (piece == TOUCHING_LEFT) CHECK(columns > NARROW + 6 && columns <= BROAD + 3);
        if (piece == TOUCHING_RIGHT) CHECK(columns >= NARROW - 2 && columns < BROAD - 4);
    }
    for (int i = 0; i < 3; i++) CHECK(counts[i] > PIECES / 20);
    CHECK(counts[TOUCHING_NEITHER] > counts[TOUCHING_LEFT]);
}

/* As a minus and an underline: what is cut off shows ink, whatever it is called. */
TEST(touching_puts_beside_each_other_what_shares_no_row)
{
    uint8_t above[SCRAWL_IMAGE_PIXELS], below[SCRAWL_IMAGE_PIXELS], image[SCRAWL_IMAGE_PIXELS];
    int counts[3] = {0};
    draw_box(4, 0, 24, 4, above);
    draw_box(4, 24, 24, 28, below);
    for (uint64_t i = 0; i < 200; i++) {
        counts[touching_make(above, below, 1, i, image)]++;
        CHECK(columns_with_ink(image) > 0);
    }
    for (int i = 0; i < 3; i++) CHECK(counts[i] > 0);
}

TEST(touching_bears_empty_images)
{
    uint8_t empty[SCRAWL_IMAGE_PIXELS] = {0}, box[SCRAWL_IMAGE_PIXELS], image[SCRAWL_IMAGE_PIXELS];
    draw_box(6, 4, 22, 24, box);
    for (uint64_t i = 0; i < 20; i++) {
        CHECK_EQUAL(touching_make(empty, empty, 1, i, image), TOUCHING_NEITHER);
        CHECK_EQUAL(columns_with_ink(image), 0);
        CHECK_EQUAL(touching_make(box, empty, 1, i, image), TOUCHING_NEITHER);
        CHECK_EQUAL(touching_make(empty, box, 1, i, image), TOUCHING_NEITHER);
    }
}
