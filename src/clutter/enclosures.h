/* Components of ink that are drawn around writing: circles, boxes, rows of cells, whole or with a gap. Knows neither
 * networks nor how ink was measured. */
#ifndef ENCLOSURES_H
#define ENCLOSURES_H

#include "ink/components.h"

/* Judges what is still taken for writing by RULE_ENCLOSURE. A 0 with a speck or a stroke in it stays. Takes time in
 * proportion to the runs, and to the pairs of components one of which lies within the other's box. Fails with
 * OUT_OF_MEMORY only. */
scrawl_status enclosures_judge(const struct ink *ink, struct components *components);

#endif
