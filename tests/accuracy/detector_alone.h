/* A picture as its detector alone would read it, for measuring what the search adds. */
#ifndef DETECTOR_ALONE_H
#define DETECTOR_ALONE_H

#include "scrawl.h"

/* Boxes with such a score at least, by the detector's own classes. The model gives nothing but the names of classes. */
scrawl_status read_by_detector(const scrawl_model *model, const scrawl_model *detector, const void *bytes, size_t size,
                               float least_score, scrawl_reading **reading);

#endif
