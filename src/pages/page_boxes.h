/* Training images that are boxes of made pages, as a detector's boxes are of photographs: a digit among all that stands
 * around it, or a box that holds no digit. Knows no training. */
#ifndef PAGE_BOXES_H
#define PAGE_BOXES_H

#include "base/status.h"

struct page_source;

/* The last page of each thread. */
struct page_boxes;

/* Fails with OUT_OF_MEMORY only. */
scrawl_status page_boxes_create(int threads, struct page_boxes **boxes);
/* NULL does nothing. */
void page_boxes_free(struct page_boxes *boxes);

/* Writes a box as grey_input shows it, and returns its digit's label or NO_CLASS: a function of the source, seed and
 * index, whatever was made before. Some indices in a row have the same page. No two calls with the same thread, which
 * is below `threads`, at once. */
uint8_t page_boxes_make(struct page_boxes *boxes, int thread, const struct page_source *source, uint64_t seed,
                        uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
