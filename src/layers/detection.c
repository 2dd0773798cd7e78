/* Implements detection.h. */
#include "detection.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"
#include "loss.h"

static const float side_unit = 10;                    /* pixels, of a value of 0 */
static const float least_side = -3, most_side = 2.2f; /* of values */
static const float least_weight = 4;                  /* a batch with fewer digits doesn't shout */
static const float sure = 0.4f;                       /* a centre's probability, to count as found */
static const float least_counted = 0.5f;              /* a centre's weight, to be looked for */

/* ---- Decoding ---------------------------------------------------------------------------------------------------- */

float detection_centre(const float *values)
{
    return 1 / (1 + expf(-values[DETECTION_CENTRE]));
}

void detection_sides(const float *values, float sides[DETECTION_SIDE_COUNT])
{
    for (size_t i = 0; i < DETECTION_SIDE_COUNT; i++)
        sides[i] = side_unit * expf(clamp_float(values[DETECTION_SIDES + i], least_side, most_side));
}

void detection_classes(size_t classes, const float *values, float *probabilities)
{
    memcpy(probabilities, values + DETECTION_CLASSES, classes * sizeof *probabilities);
    softmax(1, classes, probabilities);
}

/* ---- Loss -------------------------------------------------------------------------------------------------------- */

static bool is_centre(const struct cell_target *target)
{
    return target->centre >= 1;
}

void detection_add_weights(size_t cells, const struct cell_target *targets, struct detection_weights *weights)
{
    for (size_t i = 0; i < cells; i++) {
        if (is_centre(&targets[i])) weights->centres += targets[i].centre_weight;
        weights->digits += targets[i].digit_weight;
    }
}

/* With p the probability, q = 1 - p: -q^2 log p at a centre, -(1 - target)^4 p^2 log q elsewhere. */
static double centre_loss(float logit, const struct cell_target *target, float *gradient)
{
    const float p = 1 / (1 + expf(-logit)), q = 1 / (1 + expf(logit));
    const float softplus = max_float(logit, 0) + log1pf(expf(-fabsf(logit))); /* -log q; -log p = that - logit */
    if (is_centre(target)) {
        const float log_p = logit - softplus;
        *gradient = target->centre_weight * q * q * (2 * p * log_p - q);
        return -(double)(target->centre_weight * q * q * log_p);
    }
    const float far = 1 - target->centre, weight = target->centre_weight * far * far * far * far;
    *gradient = weight * p * p * (p + 2 * q * softplus);
    return (double)(weight * p * p * softplus);
}

/* What the values' box and the target's have in common. */
struct overlap {
    float sides[DETECTION_SIDE_COUNT];                      /* the values' */
    float width, height, common_width, common_height, both; /* both: the area of the union */
};

static struct overlap find_overlap(const float *values, const float *target)
{
    struct overlap overlap;
    detection_sides(values, overlap.sides);
    const float *sides = overlap.sides;
    overlap.width = sides[0] + sides[2];
    overlap.height = sides[1] + sides[3];
    overlap.common_width = min_float(sides[0], target[0]) + min_float(sides[2], target[2]);
    overlap.common_height = min_float(sides[1], target[1]) + min_float(sides[3], target[3]);
    overlap.both = overlap.width * overlap.height + (target[0] + target[2]) * (target[1] + target[3]) -
                   overlap.common_width * overlap.common_height;
    return overlap;
}

/* -log(intersection / union) */
static double box_loss(const float *values, const struct cell_target *target, float *gradient)
{
    const struct overlap overlap = find_overlap(values, target->sides);
    const float common = overlap.common_width * overlap.common_height;
    for (size_t i = 0; i < DETECTION_SIDE_COUNT; i++) {
        const float value = values[DETECTION_SIDES + i], across = i % 2 ? overlap.width : overlap.height;
        const float common_across = i % 2 ? overlap.common_width : overlap.common_height;
        const float grows = overlap.sides[i] < target->sides[i] ? common_across : 0;
        const float by_side = (across - grows) / overlap.both - grows / common;
        const bool free = value > least_side && value < most_side;
        gradient[i] = free ? target->digit_weight * by_side * overlap.sides[i] : 0;
    }
    return (double)(target->digit_weight * logf(overlap.both / common));
}

static double class_loss(size_t classes, const float *values, const struct cell_target *target, float *gradient)
{
    static const float smallest = 1e-30f;
    detection_classes(classes, values, gradient);
    const double loss = -(double)(target->digit_weight * logf(max_float(gradient[target->class_index], smallest)));
    gradient[target->class_index] -= 1;
    for (size_t i = 0; i < classes; i++) gradient[i] *= target->digit_weight;
    return loss;
}

static void cell_loss(size_t classes, const float *values, const struct cell_target *target,
                      struct detection_loss *loss, float *gradient)
{
    loss->centre += centre_loss(values[DETECTION_CENTRE], target, gradient + DETECTION_CENTRE);
    if (target->digit_weight > 0) {
        loss->box += box_loss(values, target, gradient + DETECTION_SIDES);
        loss->class_index += class_loss(classes, values, target, gradient + DETECTION_CLASSES);
    } else {
        memset(gradient + DETECTION_SIDES, 0, (DETECTION_SIDE_COUNT + classes) * sizeof *gradient);
    }
}

void detection_loss(size_t cells, size_t classes, const float *values, const struct cell_target *targets,
                    const struct detection_weights *weights, struct detection_loss *loss, float *gradient)
{
    const size_t size = DETECTION_CLASSES + classes;
    const float by_centre = 1 / max_float(weights->centres, least_weight),
                by_digit = 1 / max_float(weights->digits, least_weight);
    float unwanted[DETECTION_CLASSES + UINT8_MAX + 1];
    for (size_t cell = 0; cell < cells; cell++, values += size) {
        float *to = gradient ? gradient + cell * size : unwanted;
        cell_loss(classes, values, &targets[cell], loss, to);
        to[DETECTION_CENTRE] *= by_centre;
        for (size_t i = DETECTION_SIDES; i < size; i++) to[i] *= by_digit;
    }
}

double detection_total(const struct detection_loss *loss, const struct detection_weights *weights)
{
    return loss->centre / (double)max_float(weights->centres, least_weight) +
           (loss->box + loss->class_index) / (double)max_float(weights->digits, least_weight);
}

/* ---- What is found ------------------------------------------------------------------------------------------------
 */

/* The values of the surest of a cell and the eight around it. */
static const float *surest_near(size_t rows, size_t columns, size_t size, const float *values, size_t row,
                                size_t column)
{
    const float *best = NULL;
    for (size_t i = row ? row - 1 : 0; i < min_size(row + 2, rows); i++)
        for (size_t j = column ? column - 1 : 0; j < min_size(column + 2, columns); j++) {
            const float *cell = values + (i * columns + j) * size;
            if (!best || cell[DETECTION_CENTRE] > best[DETECTION_CENTRE]) best = cell;
        }
    return best;
}

void detection_count(size_t rows, size_t columns, size_t classes, const float *values,
                     const struct cell_target *targets, size_t *digits, size_t *found)
{
    for (size_t i = 0; i < rows * columns; i++) {
        if (!is_centre(&targets[i]) || targets[i].centre_weight < least_counted) continue;
        const float *best = surest_near(rows, columns, DETECTION_CLASSES + classes, values, i / columns, i % columns);
        const bool right = most_probable(classes, best + DETECTION_CLASSES) == targets[i].class_index;
        ++*digits;
        *found += right && detection_centre(best) >= sure;
    }
}
