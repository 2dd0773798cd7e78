/* What the fuzz targets of data sets do with one that was accepted. */
#ifndef VISIT_DATASET_H
#define VISIT_DATASET_H

#include <stdlib.h>

#include "scrawl.h"

/* Every image and label can be reached and is in range. */
static inline void visit_dataset(const scrawl_dataset *dataset, int classes)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < scrawl_dataset_count(dataset); i++) {
        const uint8_t *image = scrawl_dataset_image(dataset, i);
        int label = scrawl_dataset_label(dataset, i);
        if (label < 0 || label >= classes) abort();
        for (size_t j = 0; j < SCRAWL_IMAGE_PIXELS; j++) sum = (uint8_t)(sum + image[j]);
    }
}

#endif
