/* Pen strokes to digits: which strokes belong together, and in which order the digits are read. Knows no network. */
#ifndef GROUP_STROKES_H
#define GROUP_STROKES_H

#include "find/found_digits.h"

/* Finds the digits of a drawing as find_digits finds those of a picture. single: all strokes are one digit. Strokes
 * without points don't count. *width, *height: from the origin to the drawing's right and lower end, at least 1.
 * Fails as scrawl_predict_strokes. */
scrawl_status group_strokes(const scrawl_stroke *strokes, size_t count, bool single, struct found_digits *found,
                            int *width, int *height);

#endif
