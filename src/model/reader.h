/* A model with the threads and the memory that reading takes, taken once for many looks. Knows no pictures. */
#ifndef READER_H
#define READER_H

#include "model.h"

/* Starts as {0}. */
struct reader {
    const scrawl_model *model;     /* outlives the reader, and stays as it is meanwhile */
    struct reading_memory *memory; /* the model's; its workspace: for the most images that were read together so far */
    bool fits;                     /* the workspace is for this reader */
};

/* threads: as parallel_create, and fails like it, and with INVALID_ARGUMENT for a detector. Takes no memory for images
 * before the first are read. */
scrawl_status reader_create(const scrawl_model *model, int threads, struct reader *reader);

/* images[count][28][28] to probabilities[count][class_count]. Fails with OUT_OF_MEMORY only. */
scrawl_status reader_read(struct reader *reader, const uint8_t *images, size_t count, float *probabilities);

void reader_free(struct reader *reader);

#endif
