/* Components of ink that are the edge of a shadow, or of anything broad: paper that is lighter than they are lies on
 * one side of them only, while a stroke has it on both. Knows neither digits nor how ink was measured. */
#ifndef SHADOW_EDGES_H
#define SHADOW_EDGES_H

#include "ink/components.h"
#include "picture/picture.h"

/* Judges what is still taken for writing by RULE_SHADOW_EDGE. picture: what the ink was measured in. keep_something:
 * all of it stays when nothing would. Pictures of less than 40 pixels stay as they are: their strokes reach the border.
 */
void shadow_edges_judge(const struct picture *picture, const struct ink *ink, bool keep_something,
                        struct components *components);

#endif
