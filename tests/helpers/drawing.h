/* Grey pictures drawn for tests. */
#ifndef DRAWING_H
#define DRAWING_H

#include "picture/picture.h"

/* To be freed by picture_free. */
struct picture blank_picture(int width, int height, int level);

void fill_box(struct picture *picture, int x, int y, int width, int height, int level);

/* Its middle is a pixel. */
void fill_disk(struct picture *picture, int center_x, int center_y, int radius, int level);

/* An upright rectangle of strokes, as a 0. */
void draw_zero(struct picture *picture, int x, int y, int width, int height, int stroke, int level);

#endif
