/* Some components' strokes, and the soft ink around them, out of a picture's ink. Knows no digits. */
#ifndef CUT_OUT_H
#define CUT_OUT_H

#include "components.h"

/* Bytes of scratch and result for an area. */
size_t cut_out_size(const struct box *area);

/* In this order: start; reach for all members; soft_ink; strokes for all members. Then cut[rows][columns of the area]
 * holds the members' strokes, and what of the ink's values below the threshold lies within `margin` pixels (0 to 254)
 * of them in both directions. 0 elsewhere. Takes time in proportion to the area. */
void cut_out_start(const struct box *area, uint8_t *cut);
void cut_out_reach(const struct components *components, uint32_t member, const struct box *area, int margin,
                   uint8_t *cut);
void cut_out_soft_ink(const struct ink *ink, const struct box *area, int margin, uint8_t *cut);
void cut_out_strokes(const struct ink *ink, const struct components *components, uint32_t member,
                     const struct box *area, uint8_t *cut);

#endif
