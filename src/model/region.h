/* A detector over regions of any size: planes to its cells' values. Knows no picture, and no pyramid. */
#ifndef REGION_H
#define REGION_H

#include "model.h"

/* Starts as {0}. Holds the network and the memory for the size that was read last. */
struct region_reader {
    const scrawl_model *model;     /* outlives the reader, and stays as it is meanwhile */
    struct network network;        /* borrowed, for input.rows and input.columns */
    struct reading_memory *memory; /* the model's */
    bool fits;                     /* its workspace is for this network */
};

/* threads: as parallel_create, and fails like it, and with INVALID_ARGUMENT for a model that is no detector. */
scrawl_status region_reader_create(const scrawl_model *model, int threads, struct region_reader *reader);

/* planes[rows][columns][planes], whose rows begin `stride` floats apart, to *cells, [rows / 4][columns / 4][5 +
 * classes] as layers/detection.h has them, which lie in the reader until it is used again. Rows and columns are
 * multiples of 8 for the built-in finder, and at least
 * 24. Fails with INVALID_ARGUMENT (a size that doesn't fit the detector) and OUT_OF_MEMORY; the reader can be used all
 * the same. */
scrawl_status region_reader_read(struct region_reader *reader, const float *planes, size_t stride, size_t rows,
                                 size_t columns, const float **cells);

void region_reader_free(struct region_reader *reader);

#endif
