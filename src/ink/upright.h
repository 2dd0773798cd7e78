/* Ink of a rotated page made upright. Knows no page. */
#ifndef UPRIGHT_H
#define UPRIGHT_H

#include "base/box.h"
#include "base/status.h"

/* The sides of a picture of width x height when it is rotated by an angle in radians. */
void upright_size(int width, int height, double rotation, int *upright_width, int *upright_height);

/* values[height][width], rotated clockwise by `rotation` radians, to upright[upright_height][upright_width] around the
 * same middle, interpolated linearly; 0 beyond the edges. */
void upright_rotate(const uint8_t *values, int width, int height, double rotation, uint8_t *upright);

#endif
