/* The misread images of a data set as a picture. Knows no file. */
#ifndef MISTAKES_H
#define MISTAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrawl.h"

enum { MISTAKES_DRAWN = 200 }; /* at most; of more, the most confident ones */

/* `name` is the model's, for the title; images are numbered from 0. *png is freed by the caller with free(). False when
 * there is no memory. */
bool draw_mistakes(const char *name, const scrawl_model *model, const scrawl_dataset *dataset,
                   const scrawl_evaluation *evaluation, uint8_t **png, size_t *size);

#endif
