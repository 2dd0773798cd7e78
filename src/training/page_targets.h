/* What a detector's cells should say of a made page. Knows no network and no trainer. */
#ifndef PAGE_TARGETS_H
#define PAGE_TARGETS_H

#include "layers/detection.h"
#include "pages/page.h"

/* targets[height / 4][width / 4] of a page whose sides are multiples of 4. */
void page_targets_make(const struct page *page, struct cell_target *targets);

#endif
