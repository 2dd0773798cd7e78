/* Implements training_pages.h. */
#include "training_pages.h"

#include <stdlib.h>
#include <string.h>

#include "page_targets.h"
#include "picture/local_contrast.h"

bool training_pages_built_in(void)
{
    return PAGE_BUILT_IN;
}

/* How one page was read, and how much that counts. */
struct page_result {
    struct detection_weights weights;
    struct detection_loss loss;
    size_t digits, found;
};

static size_t cells_along(const struct training_pages *pages)
{
    return pages->side / DETECTION_CELL;
}

static size_t cell_count(const struct training_pages *pages)
{
    return cells_along(pages) * cells_along(pages);
}

scrawl_status training_pages_create(const struct page_images *training, const struct page_images *validation,
                                    uint64_t seed, size_t side, size_t most, int threads, struct training_pages *pages)
{
    *pages = (struct training_pages){
        .training = *training, .validation = *validation, .seed = seed, .side = side, .threads = threads};
    pages->pages = calloc((size_t)threads, sizeof *pages->pages);
    pages->scratch = malloc((size_t)threads * side * LOCAL_CONTRAST_SCRATCH * sizeof *pages->scratch);
    pages->targets = malloc(most * cell_count(pages) * sizeof *pages->targets);
    pages->results = malloc(most * sizeof *pages->results);
    if (!pages->pages || !pages->scratch || !pages->targets || !pages->results) return fail_out_of_memory();
    scrawl_status status = SCRAWL_OK;
    for (int i = 0; i < threads && status == SCRAWL_OK; i++) status = page_create(side, side, &pages->pages[i]);
    return status;
}

void training_pages_free(struct training_pages *pages)
{
    for (int i = 0; pages->pages && i < pages->threads; i++) page_free(&pages->pages[i]);
    free(pages->pages);
    free(pages->scratch);
    free(pages->targets);
    free(pages->results);
    *pages = (struct training_pages){0};
}

/* ---- Making ------------------------------------------------------------------------------------------------------ */

struct making {
    struct training_pages *pages;
    struct page_source source;
    uint64_t first;     /* number of the batch's first page */
    struct portion own; /* of the batch */
    float *input;
};

static void make_page(void *context, size_t index, int thread)
{
    const struct making *making = context;
    struct training_pages *pages = making->pages;
    struct page *page = &pages->pages[thread];
    const size_t side = pages->side, place = making->own.first + index;
    page_make(&making->source, pages->seed, making->first + place, page);
    page_targets_make(page, pages->targets + place * cell_count(pages));
    local_contrast(page->grey, side, side, pages->scratch + (size_t)thread * side * LOCAL_CONTRAST_SCRATCH,
                   making->input + index * side * side * LOCAL_CONTRAST_PLANES);
}

void training_pages_make(struct training_pages *pages, const struct page_images *source, uint64_t first,
                         struct portion own, struct parallel *parallel, float *input)
{
    struct making making = {pages, {source->images, source->labels, source->count}, first, own, input};
    parallel_run(parallel, own.end - own.first, make_page, &making);
}

/* ---- Judging ----------------------------------------------------------------------------------------------------- */

struct judging {
    struct training_pages *pages;
    struct portion own;
    size_t classes;
    const float *values;
    struct detection_weights weights;
    float *gradient;
};

static void judge_page(void *context, size_t index, int thread)
{
    (void)thread;
    const struct judging *judging = context;
    struct training_pages *pages = judging->pages;
    struct page_result *result = &pages->results[judging->own.first + index];
    const size_t cells = cell_count(pages), start = index * cells * (DETECTION_CLASSES + judging->classes);
    const struct cell_target *targets = pages->targets + (judging->own.first + index) * cells;
    detection_loss(cells, judging->classes, judging->values + start, targets, &judging->weights, &result->loss,
                   judging->gradient ? judging->gradient + start : NULL);
    detection_count(cells_along(pages), cells_along(pages), judging->classes, judging->values + start, targets,
                    &result->digits, &result->found);
}

/* What the losses of the whole batch are divided by. */
static struct detection_weights weigh(struct training_pages *pages, const struct batch_share *share)
{
    const struct portion own = share_own_images(share);
    struct detection_weights sum = {0};
    for (size_t i = own.first; i < own.end; i++) {
        pages->results[i] = (struct page_result){0};
        detection_add_weights(cell_count(pages), pages->targets + i * cell_count(pages), &pages->results[i].weights);
    }
    share_gather_images(share, sizeof *pages->results, pages->results);
    for (size_t i = 0; i < share->images; i++) {
        sum.centres += pages->results[i].weights.centres;
        sum.digits += pages->results[i].weights.digits;
    }
    return sum;
}

static struct page_figures add_up(const struct training_pages *pages, size_t count,
                                  const struct detection_weights *weights)
{
    struct page_figures figures = {0};
    struct detection_loss sum = {0};
    for (size_t i = 0; i < count; i++) {
        const struct page_result *result = &pages->results[i];
        sum.centre += result->loss.centre;
        sum.box += result->loss.box;
        sum.class_index += result->loss.class_index;
        figures.digits += result->digits;
        figures.found += result->found;
    }
    figures.loss = detection_total(&sum, weights);
    return figures;
}

struct page_figures training_pages_judge(struct training_pages *pages, const struct batch_share *share, size_t classes,
                                         const float *values, struct parallel *parallel, float *gradient)
{
    struct judging judging = {pages, share_own_images(share), classes, values, weigh(pages, share), gradient};
    parallel_run(parallel, judging.own.end - judging.own.first, judge_page, &judging);
    share_gather_images(share, sizeof *pages->results, pages->results);
    return add_up(pages, share->images, &judging.weights);
}
