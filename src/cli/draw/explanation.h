/* How a picture was read, as one picture: every stage of the search, and what the network saw. Knows no file system. */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include <stdbool.h>

#include "scrawl.h"

/* The sheet as the bytes of a PNG file, *png to be freed by the caller with free(). name: of the picture. The reading
 * has its explanation, and is the model's. False when there is no memory. */
bool draw_explanation(const char *name, const scrawl_model *model, const scrawl_reading *reading, uint8_t **png,
                      size_t *size);

#endif
