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

/* How one page was read. */
struct page_result {
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
    uint64_t first;
    float *input;
};

static void make_page(void *context, size_t index, int thread)
{
    const struct making *making = context;
    struct training_pages *pages = making->pages;
    struct page *page = &pages->pages[thread];
    const size_t side = pages->side;
    page_make(&making->source, pages->seed, making->first + index, page);
    page_targets_make(page, pages->targets + index * cell_count(pages));
    local_contrast(page->grey, side, side, pages->scratch + (size_t)thread * side * LOCAL_CONTRAST_SCRATCH,
                   making->input + index * side * side * LOCAL_CONTRAST_PLANES);
}

void training_pages_make(struct training_pages *pages, const struct page_images *source, uint64_t first, size_t count,
                         struct parallel *parallel, float *input)
{
    struct making making = {pages, {source->images, source->labels, source->count}, first, input};
    parallel_run(parallel, count, make_page, &making);
}

/* ---- Judging ----------------------------------------------------------------------------------------------------- */

struct judging {
    struct training_pages *pages;
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
    struct page_result *result = &pages->results[index];
    const size_t cells = cell_count(pages), start = index * cells * (DETECTION_CLASSES + judging->classes);
    const struct cell_target *targets = pages->targets + index * cells;
    *result = (struct page_result){.digits = 0};
    detection_loss(cells, judging->classes, judging->values + start, targets, &judging->weights, &result->loss,
                   judging->gradient ? judging->gradient + start : NULL);
    detection_count(cells_along(pages), cells_along(pages), judging->classes, judging->values + start, targets,
                    &result->digits, &result->found);
}

struct page_figures training_pages_judge(struct training_pages *pages, size_t count, size_t classes,
                                         const float *values, struct parallel *parallel, float *gradient)
{
    struct judging judging = {.pages = pages, .classes = classes, .values = values, .gradient = gradient};
    struct page_figures figures = {0};
    struct detection_loss sum = {0};
    detection_add_weights(count * cell_count(pages), pages->targets, &judging.weights);
    parallel_run(parallel, count, judge_page, &judging);
    for (size_t i = 0; i < count; i++) {
        const struct page_result *result = &pages->results[i];
        sum.centre += result->loss.centre;
        sum.box += result->loss.box;
        sum.class_index += result->loss.class_index;
        figures.digits += result->digits;
        figures.found += result->found;
    }
    figures.loss = detection_total(&sum, &judging.weights);
    return figures;
}
