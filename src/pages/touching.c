/* Implements touching.h: a sheet with both images, a slanted cut, and what lies on one side of it. Must not know what
 * the images show. */
#include "touching.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"
#include "base/random.h"
#include "ink/fit_input.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    MARGIN = 4, /* pixels that the right image may stand higher or lower, all as often */
    HEIGHT = SIDE + 2 * MARGIN,
    WIDTH = 2 * SIDE,
};

/* All numbers of the pieces, besides MARGIN. Shares are of the images, parts of the ink of one of the two. */
static const struct {
    int soft, most_overlap;
    float whole_share, bad_share, left_share;
    float slant;
    float good_own, good_other;
    float bad_distance;
    struct range bad_part;
    int bad_tries, bar_columns;
} settings = {
    .soft = 40,        /* of 255: fainter ink is no part of a shape */
    .most_overlap = 3, /* columns that the two share where they meet; from 0, all as often */

    .whole_share = 0.2f, /* nobody cuts */
    .bad_share = 0.25f,  /* a cut beside the best place; the rest is cut there, and left whole when that is not good */
    .left_share = 0.5f,  /* of cuts that keep what is left of them */
    .slant = 0.25f,      /* standard deviation of a cut's, columns a row; normal */

    .good_own = 0.88f,  /* least part of the image that a good piece shows */
    .good_other = 0.1f, /* most of the other one */

    .bad_distance = 14,        /* columns to either side of the best cut, uniform */
    .bad_part = {0.3f, 0.75f}, /* of one of the two: much, and yet not whole */
    .bad_tries = 4,            /* cuts, before a bad piece is given up */
    .bar_columns = 9,          /* what is narrower is a bar */
};

/* Ink of both images, apart: the pixel of a sheet is the darker one. */
struct sheet {
    uint8_t left[HEIGHT][WIDTH], right[HEIGHT][WIDTH];
};

/* The first or the last column with ink of a row; -1 without. */
static int row_edge(const uint8_t *row, bool last)
{
    for (int i = 0; i < SIDE; i++) {
        const int column = last ? SIDE - 1 - i : i;
        if (row[column] >= settings.soft) return column;
    }
    return -1;
}

/* How far to the right the right image may begin so that the ink meets in some row, where its row r lies on the left
 * one's row r + below; where no row has ink of both, so that nothing of it lies left of the left one's end. */
static int touching_offset(const uint8_t *left, const uint8_t *right, int below)
{
    int offset = -SIDE, last = -1, first = SIDE;
    for (int row = 0; row < SIDE; row++) {
        const int other = row - below, end = row_edge(left + row * SIDE, true);
        last = max_int(last, end);
        if (other < 0 || other >= SIDE) continue;
        const int start = row_edge(right + other * SIDE, false);
        if (start >= 0) first = min_int(first, start);
        if (end >= 0 && start >= 0) offset = max_int(offset, end + 1 - start);
    }
    return offset > -SIDE ? offset : last + 1 - first;
}

static void place(const uint8_t *image, int top, int first, uint8_t plane[HEIGHT][WIDTH])
{
    memset(plane, 0, sizeof(uint8_t[HEIGHT][WIDTH]));
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++)
            if (column + first >= 0 && column + first < WIDTH)
                plane[row + top][column + first] = image[row * SIDE + column];
}

static void lay(const uint8_t *left, const uint8_t *right, struct random *random, struct sheet *sheet)
{
    const int below = (int)random_below(random, 2 * MARGIN + 1) - MARGIN;
    const int overlap = (int)random_below(random, (size_t)settings.most_overlap + 1);
    place(left, MARGIN, 0, sheet->left);
    place(right, MARGIN + below, touching_offset(left, right, below) - overlap, sheet->right);
}

/* ---- Cuts -------------------------------------------------------------------------------------------------------- */

struct cut {
    float middle, slant; /* column at half the height, columns a row */
};

/* Which part of a plane's ink lies to the left of a cut; half of none, so that no cut parts it. */
static float part_before(const uint8_t plane[HEIGHT][WIDTH], const struct cut *cut)
{
    int before = 0, all = 0;
    for (int row = 0; row < HEIGHT; row++) {
        const float end = cut->middle + cut->slant * (float)(row - HEIGHT / 2);
        for (int column = 0; column < WIDTH; column++) {
            all += plane[row][column];
            before += (float)column < end ? plane[row][column] : 0;
        }
    }
    return all ? (float)before / (float)all : 0.5f;
}

/* What a piece has of the image that it shows, or may show, and of the other. */
struct parts {
    float own, other;
};

static struct parts parts_of(const struct sheet *sheet, const struct cut *cut, bool left)
{
    const float before = part_before(sheet->left, cut), of_right = part_before(sheet->right, cut);
    return left ? (struct parts){before, of_right} : (struct parts){1 - of_right, 1 - before};
}

/* The cut of its slant that takes the two apart best. */
static struct cut best_cut(const struct sheet *sheet, float slant)
{
    struct cut best = {0, slant};
    float most = -1;
    for (int column = 1; column < WIDTH; column++) {
        const struct cut cut = {(float)column, slant};
        const struct parts parts = parts_of(sheet, &cut, true);
        if (parts.own - parts.other <= most) continue;
        most = parts.own - parts.other;
        best = cut;
    }
    return best;
}

/* One side of the cut as an input. */
static void fit_piece(const struct sheet *sheet, const struct cut *cut, bool left, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    uint8_t values[HEIGHT][WIDTH];
    for (int row = 0; row < HEIGHT; row++) {
        const float end = cut->middle + cut->slant * (float)(row - HEIGHT / 2);
        for (int column = 0; column < WIDTH; column++) {
            const uint8_t a = sheet->left[row][column], b = sheet->right[row][column];
            values[row][column] = ((float)column < end) == left ? (a > b ? a : b) : 0;
        }
    }
    fit_input(&values[0][0], WIDTH, HEIGHT, settings.soft, image);
}

/* A bar may be a whole 1 or l: no network shall doubt these. */
static bool is_bar(const uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    int first = SIDE, last = -1;
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        if (image[i] < settings.soft) continue;
        first = min_int(first, i % SIDE);
        last = max_int(last, i % SIDE);
    }
    return last - first < settings.bar_columns;
}

static bool is_bad_part(float part)
{
    return part > settings.bad_part.low && part < settings.bad_part.high;
}

/* Cuts beside the best place, until a piece is surely neither; false when none was found. */
static bool make_bad_piece(const struct sheet *sheet, const struct cut *best, bool of_left, struct random *random,
                           uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    for (int i = 0; i < settings.bad_tries; i++) {
        const float distance = random_between(random, -settings.bad_distance, settings.bad_distance);
        const struct cut cut = {best->middle + distance, best->slant};
        const struct parts parts = parts_of(sheet, &cut, of_left);
        const bool little = is_bad_part(parts.own), much = is_bad_part(parts.other);
        if (!little && !much) continue;
        fit_piece(sheet, &cut, of_left, image);
        if (much || !is_bar(image)) return true;
    }
    return false;
}

enum touching_piece touching_make(const uint8_t *left, const uint8_t *right, uint64_t seed, uint64_t index,
                                  uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    struct random random = random_stream(seed, RANDOM_TOUCHING, index, 0);
    struct sheet sheet;
    lay(left, right, &random, &sheet);
    const float kind = random_uniform(&random);
    const bool whole = kind < settings.whole_share, good = kind >= settings.whole_share + settings.bad_share;
    const bool of_left = random_uniform(&random) < settings.left_share;
    const struct cut best = best_cut(&sheet, settings.slant * random_normal(&random)), none = {WIDTH + HEIGHT, 0};
    if (!whole && !good && make_bad_piece(&sheet, &best, of_left, &random, image)) return TOUCHING_NEITHER;
    const struct parts parts = parts_of(&sheet, &best, of_left);
    if (good && parts.own >= settings.good_own && parts.other <= settings.good_other) {
        fit_piece(&sheet, &best, of_left, image);
        return of_left ? TOUCHING_LEFT : TOUCHING_RIGHT;
    }
    fit_piece(&sheet, &none, true, image);
    return TOUCHING_NEITHER;
}
