/* The digits of a picture of which one is doubtful, for a person to read. Knows no file system. */
#ifndef DOUBT_CROP_H
#define DOUBT_CROP_H

#include <stdbool.h>

#include "scrawl.h"

/* The box with a margin around it, each doubtful digit underlined, as the bytes of a PNG file, *png to be freed by the
 * caller with free(). The reading has its explanation. False when there is no memory. */
bool draw_doubt_crop(const scrawl_reading *reading, scrawl_box box, uint8_t **png, size_t *size);

#endif
