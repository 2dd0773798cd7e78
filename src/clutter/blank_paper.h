/* Whether what was found on paper stands out of the paper's own noise: grain, compression, the weave of cloth. Knows
 * neither digits nor how ink was measured. */
#ifndef BLANK_PAPER_H
#define BLANK_PAPER_H

#include "ink/components.h"
#include "picture/picture.h"

/* Looks at what is still taken for writing. picture: what the ink was measured in. False for pictures of less than 40
 * pixels, which show too little paper. */
bool paper_is_blank(const struct picture *picture, const struct ink *ink, const struct components *components);

#endif
