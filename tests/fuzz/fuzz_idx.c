/* Fuzz target: bytes as the two files of a data set, plain or gzipped. The first two bytes say where the second file
 * begins. Built by make fuzz; replay.c runs it over kept files. */
#include "visit_dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { SPLIT_BYTES = 2, CLASSES = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_dataset *dataset;
    if (size < SPLIT_BYTES) return 0;
    size_t split = bytes[0] | (size_t)bytes[1] << 8, rest = size - SPLIT_BYTES;
    split = split < rest ? split : rest;
    const uint8_t *images = bytes + SPLIT_BYTES, *labels = images + split;
    if (scrawl_dataset_from_idx(images, split, labels, rest - split, CLASSES, &dataset) != SCRAWL_OK) return 0;
    visit_dataset(dataset, CLASSES);
    scrawl_dataset_free(dataset);
    return 0;
}
