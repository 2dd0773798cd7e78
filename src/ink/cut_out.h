/* Some components' strokes, and the soft ink around them, out of a picture's ink. Knows no digits. */
#ifndef CUT_OUT_H
#define CUT_OUT_H

#include "components.h"

/* Bytes of scratch and result for an area. */
size_t cut_out_size(const struct box *area);

/* cut[rows][columns of the area], of cut_out_size: the members' strokes (indexes of components), and what of the ink's
 * values below the threshold lies within `margin` pixels, 0 to 254, of them both along rows and along columns. 0
 * elsewhere. Takes time in proportion to the area, and to the runs in it for each member. */
void cut_out(const struct ink *ink, const struct components *components, const uint32_t *members, size_t member_count,
             const struct box *area, int margin, uint8_t *cut);

#endif
