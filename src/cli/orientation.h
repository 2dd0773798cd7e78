/* Turns images upright that lie transposed, rows for columns, as EMNIST's files have them. Knows no files. */
#ifndef ORIENTATION_H
#define ORIENTATION_H

#include "scrawl.h"

/* What the built-in network reads right of `images` images: as they lie, and transposed. */
struct orientation_evidence {
    size_t images, as_they_lie, transposed;
};

/* Lets the built-in network read some images of known digits both ways. All zeros where nothing can be said: there is
 * no such network in this build, or the classes are no digits. */
struct orientation_evidence orientation_look(const scrawl_dataset *dataset, int threads);

/* Whether they lie transposed beyond doubt. Of MNIST 99 in 100 are read right as they lie, 2 in 10
 * transposed. */
bool orientation_is_transposed(const struct orientation_evidence *evidence);

/* Puts the same images, transposed, in the data set's place. Fails with OUT_OF_MEMORY only. */
scrawl_status orientation_transpose(scrawl_dataset **dataset);

#endif
