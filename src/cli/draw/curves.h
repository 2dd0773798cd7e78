/* How a training went, as a picture: loss and accuracy of each epoch. Knows no trainer and no file. */
#ifndef CURVES_H
#define CURVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/training_log.h"

/* epochs[count] are those that the training shall have; what isn't known yet, or any more, is NaN. `name` is the model
 * file's, for the title. *png is freed by the caller with free(). False when there is no memory. */
bool draw_curves(const char *name, const struct epoch_figures *epochs, size_t count, uint8_t **png, size_t *size);

#endif
