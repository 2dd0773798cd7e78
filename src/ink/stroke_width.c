/* Implements stroke_width.h by grey dilation and erosion. Must not know where the ink came from. */
#include "stroke_width.h"

#include <math.h>

#include "base/ink_levels.h"
#include "base/minmax.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    PADDED = SIDE + 2, /* with a pixel of paper around it */
    MOST_PASSES = 8,   /* of a pixel on either side, at most */
};

/* Pixels: 98 % of MNIST's training images lie between. */
static const double thinnest = 1.41, broadest = 4.22;
/* As near to it, in pixels, is near enough: further passes would only blur. */
static const double near_enough = 0.1;
/* The length of a slope by its greater and its smaller part: within 4 % of the root of their squares' sum. */
static const float greater_share = 0.96f, smaller_share = 0.398f;

/* Twice the area by the length of the outline. The sum of all slopes is that length however soft the edges are. */
double stroke_width(const uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    static const uint8_t paper[SIDE] = {0};
    float area = 0, outline = 0;
    for (int y = 0; y <= SIDE; y++) {
        const uint8_t *above = y > 0 ? image + (y - 1) * SIDE : paper, *row = y < SIDE ? image + y * SIDE : paper;
        outline += row[0];
        for (int x = 0; x < SIDE; x++) {
            float value = row[x], across = value - (x + 1 < SIDE ? row[x + 1] : 0), down = value - above[x];
            across = across < 0 ? -across : across;
            down = down < 0 ? -down : down;
            area += value;
            outline += greater_share * max_float(across, down) + smaller_share * min_float(across, down);
        }
    }
    return outline > 0 ? 2 * area / outline : 0;
}

/* Along an axis as long as a digit can be, strokes change only inwards: its size stays. */
static struct box changeable(const struct box *bounds)
{
    struct box box = {0, 0, SIDE, SIDE};
    if (box_width(bounds) >= box_height(bounds)) box.left = bounds->left, box.right = bounds->right;
    if (box_height(bounds) >= box_width(bounds)) box.top = bounds->top, box.bottom = bounds->bottom;
    return box;
}

/* Moves each pixel by `change` (-1 .. 1) of its difference towards the darkest, or lightest, of its neighbours. */
static void mix(const struct box *box, float change, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    float values[PADDED][PADDED], sign = change < 0 ? -1 : 1;
    for (int i = 0; i < PADDED * PADDED; i++) values[i / PADDED][i % PADDED] = -FULL_INK;
    for (int y = box->top; y < box->bottom; y++) {
        for (int x = box->left; x < box->right; x++) values[y + 1][x + 1] = sign * image[y * SIDE + x];
    }
    for (int y = box->top; y < box->bottom; y++) {
        for (int x = box->left; x < box->right; x++) {
            float own = values[y + 1][x + 1], beside = max_float(values[y + 1][x], values[y + 1][x + 2]);
            float most = max_float(own, max_float(beside, max_float(values[y][x + 1], values[y + 2][x + 1])));
            image[y * SIDE + x] = (uint8_t)(sign * own + change * (most - own) + 0.5f);
        }
    }
}

void stroke_width_limit(const struct box *bounds, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    struct box box = changeable(bounds);
    double width = stroke_width(image);
    if (width == 0) return;
    double wanted = fmin(fmax(width, thinnest), broadest);
    if (wanted == width) return;
    for (int pass = 0; pass < MOST_PASSES && fabs(wanted - width) > near_enough; pass++) {
        mix(&box, (float)fmin(fmax((wanted - width) / 2, -1), 1), image);
        width = stroke_width(image);
    }
}
