/* Fuzz target: bytes as a data set in CSV. Built by make fuzz; replay.c runs it over kept files. */
#include "visit_dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CLASSES = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_dataset *dataset;
    if (scrawl_dataset_from_csv(bytes, size, CLASSES, &dataset) != SCRAWL_OK) return 0;
    visit_dataset(dataset, CLASSES);
    scrawl_dataset_free(dataset);
    return 0;
}
