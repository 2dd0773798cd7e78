/* Fuzz target: bytes as a data set in CSV. Build with clang -fsanitize=fuzzer,address,undefined; a main of your own
 * that calls it on files serves to replay. */
#include <stdlib.h>

#include "scrawl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CLASSES = 10 };

/* Every image and label can be reached and is in range. */
static void visit(const scrawl_dataset *dataset)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < scrawl_dataset_count(dataset); i++) {
        const uint8_t *image = scrawl_dataset_image(dataset, i);
        int label = scrawl_dataset_label(dataset, i);
        if (label < 0 || label >= CLASSES) abort();
        for (size_t j = 0; j < SCRAWL_IMAGE_PIXELS; j++) sum = (uint8_t)(sum + image[j]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_dataset *dataset;
    if (scrawl_dataset_from_csv(bytes, size, CLASSES, &dataset) != SCRAWL_OK) return 0;
    visit(dataset);
    scrawl_dataset_free(dataset);
    return 0;
}
