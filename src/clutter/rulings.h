/* Straight long thin lines that are no writing: lined and squared paper, the borders of tables and cells. Knows neither
 * grey pixels nor digits. */
#ifndef RULINGS_H
#define RULINGS_H

#include "ink/ink.h"

/* From one end to the other along its middle. */
struct ruling {
    int from_x, from_y, to_x, to_y;
};

struct rulings {
    struct ruling *items;
    size_t count;
    uint8_t *ink; /* [height][width]: its values with them; NULL where there are no rulings */
};

/* Sets the rulings' ink to 0, except where strokes cross them, lists them and keeps the ink as it was. Nearly level and
 * nearly upright ones are known; they may slant, curve a little and be interrupted. single: all the ink is one digit;
 * then a few lines without other ink are its strokes. Time and memory in proportion to the pixels. Fails with
 * OUT_OF_MEMORY only. */
scrawl_status rulings_remove(struct ink *ink, bool single, struct rulings *rulings);
void rulings_free(struct rulings *rulings);

#endif
