/* Pictures that use few of the levels that their format has, as masks with the values 0 and 1 do. Knows no format. */
#ifndef NARROW_LEVELS_H
#define NARROW_LEVELS_H

#include "base/status.h"

/* Which sample is white where samples go up to maximum, and the highest that occurs is `highest`: the largest number of
 * its bits where a byte would keep fewer than 16 levels of them (8 or 12 bits in a file of 16), else maximum. */
unsigned narrow_levels_white(unsigned highest, unsigned maximum);

/* Stretches a range of grey[height][width] that is too narrow for ink to all levels, in place, where the picture is
 * plainly a mask or drawn: most of it is paper of one level, the furthest level from it is the pen's, and what differs
 * from the paper hangs together. Noise, as of a photograph in the dark, stays as it is. Fails with OUT_OF_MEMORY only.
 */
scrawl_status narrow_levels_stretch(uint8_t *grey, size_t width, size_t height);

#endif
