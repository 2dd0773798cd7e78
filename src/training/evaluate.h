/* How well a model reads labelled images. Knows no training. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "data/dataset.h"
#include "model/model.h"

/* Sums over the images that a running average has seen; the unknown ones show no class and count for no average. */
struct running_sums {
    uint64_t images, unknown, correct;
    double loss;
};

/* Fails unless the data set holds images, and of as many classes as the model has. */
scrawl_status evaluate_check(const scrawl_model *model, const scrawl_dataset *dataset);

/* Reads the next part, a workspace full at most, of the images first .. first + count - 1, of which sums->images have
 * been read before. confusion[class_count][class_count] is counted up unless it is NULL. */
void evaluate_part(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                   const scrawl_dataset *dataset, size_t first, size_t count, struct running_sums *sums,
                   size_t *confusion);

#endif
