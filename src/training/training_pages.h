/* The pages that a detector is trained and validated on: made by number, on all threads, with what the detector should
 * say of them, and the loss of what it says. Knows no model and no step. */
#ifndef TRAINING_PAGES_H
#define TRAINING_PAGES_H

#include "base/parallel.h"
#include "base/status.h"
#include "layers/batch_share.h"

/* False in WebAssembly, where no pages are made. */
bool training_pages_built_in(void);

/* The images that the digits of pages are taken from: images[count][28][28], labels[count] from 0 to 9. */
struct page_images {
    const uint8_t *images, *labels;
    size_t count;
};

/* What was made of a batch of pages, and how it was read. */
struct page_figures {
    double loss;          /* of the whole batch */
    size_t digits, found; /* see detection_count */
};

struct training_pages {
    struct page_images training, validation;
    uint64_t seed;
    size_t side; /* pixels */
    int threads;
    struct page *pages;          /* [threads] */
    uint32_t *scratch;           /* [threads][side][LOCAL_CONTRAST_SCRATCH] */
    struct cell_target *targets; /* [most][cells] of the batch that was made last */
    struct page_result *results; /* [most] */
};

/* Of pages of side x side pixels, up to `most` together. Borrows the images. Fails with OUT_OF_MEMORY; may be
 * freed all the same. */
scrawl_status training_pages_create(const struct page_images *training, const struct page_images *validation,
                                    uint64_t seed, size_t side, size_t most, int threads, struct training_pages *pages);
void training_pages_free(struct training_pages *pages);

/* Of a batch of pages, of which the first has this number, makes these with those digits, their targets, and
 * input[own.end - own.first][side][side][2]. */
void training_pages_make(struct training_pages *pages, const struct page_images *source, uint64_t first,
                         struct portion own, struct parallel *parallel, float *input);

/* How the pages of a batch are read, of which each rank has made its images and has their values[images][cells][5 +
 * classes], and gets the gradient of these; gradient NULL: not wanted. */
struct page_figures training_pages_judge(struct training_pages *pages, const struct batch_share *share, size_t classes,
                                         const float *values, struct parallel *parallel, float *gradient);

#endif
