/* Labels, signs and buttons: boxes filled with about the pen's brightness, on which writing is as bright as paper.
 * Knows neither the writing outside them nor digits. */
#ifndef FILLED_BOXES_H
#define FILLED_BOXES_H

#include "picture/picture.h"

/* flip: 0, or 255 for dark paper. *inverted: the picture with what is in such boxes inverted, so that all writing lies
 * on one kind of paper; picture_free. {0} when there are none. Fails with OUT_OF_MEMORY only. */
scrawl_status filled_boxes_invert(const struct picture *picture, uint8_t flip, struct picture *inverted);

#endif
