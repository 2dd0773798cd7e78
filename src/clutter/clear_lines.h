/* Takes straight lines out of a picture and leaves the strokes that cross them. Knows not which lines. */
#ifndef CLEAR_LINES_H
#define CLEAR_LINES_H

#include "ink/ink.h"
#include "straight_lines.h"

/* Sets the lines' pixels to 0 in a picture of the size in which they were found: directions[0] upright, directions[1]
 * level. In ink the soft pixels beside them too. */
void clear_lines_of_mask(const struct straight_lines directions[2], struct mask *mask);
void clear_lines_of_ink(const struct straight_lines directions[2], struct ink *ink);

#endif
