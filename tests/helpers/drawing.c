/* Implements drawing.h. */
#include "drawing.h"

#include <stdlib.h>
#include <string.h>

struct picture blank_picture(int width, int height, int level)
{
    struct picture picture = {width, height, malloc((size_t)width * (size_t)height)};
    memset(picture.grey, level, (size_t)width * (size_t)height);
    return picture;
}

void fill_box(struct picture *picture, int x, int y, int width, int height, int level)
{
    for (int row = y; row < y + height; row++) memset(picture->grey + row * picture->width + x, level, (size_t)width);
}

void draw_zero(struct picture *picture, int x, int y, int width, int height, int stroke, int level)
{
    fill_box(picture, x, y, width, stroke, level);
    fill_box(picture, x, y + height - stroke, width, stroke, level);
    fill_box(picture, x, y, stroke, height, level);
    fill_box(picture, x + width - stroke, y, stroke, height, level);
}

void fill_disk(struct picture *picture, int center_x, int center_y, int radius, int level)
{
    for (int y = -radius; y <= radius; y++) {
        for (int x = -radius; x <= radius; x++) {
            if (x * x + y * y > radius * radius) continue;
            picture->grey[(center_y + y) * picture->width + center_x + x] = (uint8_t)level;
        }
    }
}
