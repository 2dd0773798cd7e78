/* Made pages: digits with everything that stands around them on paper, combined at random, and where the digits are;
 * and boxes of such pages as images. Knows no training. */
#ifndef PAGE_H
#define PAGE_H

#include "base/status.h"
#include "page_sheet.h"

struct page {
    size_t width, height;
    uint8_t *grey; /* [height][width]: as a photograph shows it, 0 black .. 255 white */
    bool inverse;  /* bright ink on dark paper */
    struct page_digit digits[PAGE_MOST_FOUND];
    size_t digit_count;
    struct page_box others[PAGE_MOST_OTHERS]; /* letters and signs that nobody takes for a digit; some may be hidden */
    size_t other_count;
    struct page_sheet *sheet; /* scratch memory, of one thread at a time */
};

/* False in WebAssembly, where its size would be a burden to every visitor: then pages are white. */
#ifdef __wasm__
enum { PAGE_BUILT_IN = false };
#else
enum { PAGE_BUILT_IN = true };
#endif

/* Memory for pages of this size, each 1 .. PAGE_MOST_SIDE pixels; fails with SCRAWL_OUT_OF_MEMORY only. Free with
 * page_free, which takes zeros too. */
scrawl_status page_create(size_t width, size_t height, struct page *page);
void page_free(struct page *page);

/* Fills grey and digits: a function of the source, the size, seed and number. */
void page_make(const struct page_source *source, uint64_t seed, uint64_t number, struct page *page);

/* The same without some elements: elements_off has the bit 1 << element of each. */
void page_make_without(const struct page_source *source, uint64_t seed, uint64_t number, uint64_t elements_off,
                       struct page *page);

/* ---- page_boxes.c: images that are boxes of made pages, as a detector's boxes are of photographs: a digit among all
 * that stands around it, or a box that holds no digit -------------------------------------------------------------- */

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
