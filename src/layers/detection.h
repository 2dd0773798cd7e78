/* What the cells of a detector say, what they should say, and the loss between both: a focal loss for centres (Lin et
 * al. 2017, as Law & Deng, "CornerNet", 2018 weight it; Zhou et al., "Objects as points", 2019), the overlap of boxes
 * (Yu et al., "UnitBox", 2016) and the cross-entropy of classes. Knows no page, and no network. */
#ifndef DETECTION_H
#define DETECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A cell's values, [DETECTION_CLASSES + classes]: the logit of a digit's centre, its sides, the classes' logits. */
enum {
    DETECTION_CELL = 4, /* rows and columns of the input to a cell */
    DETECTION_CENTRE = 0,
    DETECTION_SIDES = 1,
    DETECTION_SIDE_COUNT = 4, /* left, top, right, bottom */
    DETECTION_CLASSES = DETECTION_SIDES + DETECTION_SIDE_COUNT,
};

/* Where the centre's logit begins: a probability of 0.03, about as rare as digits' centres are. */
static const float DETECTION_FIRST_CENTRE = -3.5f;

/* ---- Decoding ---- */

/* The probability that a digit's centre is in the cell. */
float detection_centre(const float *values);

/* Pixels from the cell's middle to the digit's four sides, all above 0: 10 exp(value), of a value from -3 to 2.2. */
void detection_sides(const float *values, float sides[DETECTION_SIDE_COUNT]);

/* probabilities[classes] */
void detection_classes(size_t classes, const float *values, float *probabilities);

/* ---- Targets ---- */

struct cell_target {
    float centre;        /* 0 .. 1: 1 in the cell of a digit's centre, less beside it; 0 on empty paper */
    float centre_weight; /* 0 .. 1: 0 where it is open whether a digit's centre is here */
    float digit_weight;  /* 0 .. 1, of sides and class: 0 where there is no digit's centre, or none near */
    float sides[DETECTION_SIDE_COUNT]; /* pixels from the cell's middle to that digit's sides, above 0 */
    uint8_t class_index;               /* that digit's */
};

/* What a batch's losses are divided by: how much its centres, and the cells with a box and a class weigh. */
struct detection_weights {
    float centres, digits;
};

/* Adds those of cells. */
void detection_add_weights(size_t cells, const struct cell_target *targets, struct detection_weights *weights);

/* ---- Loss ---- */

struct detection_loss {
    double centre, box, class_index; /* sums over cells, not yet divided */
};

/* Adds the losses of values[cells][DETECTION_CLASSES + classes]. Writes the gradient of all three together with respect
 * to the values, divided by the batch's weights; gradient NULL: not wanted. */
void detection_loss(size_t cells, size_t classes, const float *values, const struct cell_target *targets,
                    const struct detection_weights *weights, struct detection_loss *loss, float *gradient);

/* All three together, divided by the weights. */
double detection_total(const struct detection_loss *loss, const struct detection_weights *weights);

/* Counts the digits whose centre is in cells [rows][columns] and weighs at least a half, and of these the ones that are
 * found: a cell at their centre or next to it is sure enough of a centre, and the surest of them has the right class.
 */
void detection_count(size_t rows, size_t columns, size_t classes, const float *values,
                     const struct cell_target *targets, size_t *digits, size_t *found);

#endif
