/* A confusion matrix as a picture. Knows no file. */
#ifndef CONFUSION_H
#define CONFUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrawl.h"

/* `name` is the model's, for the title. *png is freed by the caller with free(). False when there is no memory. */
bool draw_confusion(const char *name, const scrawl_model *model, const scrawl_evaluation *evaluation, uint8_t **png,
                    size_t *size);

#endif
