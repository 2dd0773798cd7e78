/* Tests src/layers/detection.c: the loss against its definition in double precision, its gradient against central
 * differences, and what cells say. */
#include "layers/detection.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"
#include "base/random.h"
#include "layers/loss.h"
#include "test.h"

enum { CELLS = 24, CLASSES = 10, SIZE = DETECTION_CLASSES + CLASSES };

/* ---- The definition ---- */

static double reference_cell(const double *values, const struct cell_target *target, double by_centre, double by_digit)
{
    double p = 1 / (1 + exp(-values[0])), weight = (double)target->centre_weight, sides[4], sum = 0;
    double loss = target->centre >= 1 ? -weight * pow(1 - p, 2) * log(p)
                                      : -weight * pow(1 - (double)target->centre, 4) * p * p * log(1 - p);
    loss *= by_centre;
    if (target->digit_weight == 0) return loss;
    for (int i = 0; i < 4; i++) sides[i] = 10 * exp(fmin(fmax(values[1 + i], -3), 2.2));
    const double left = (double)target->sides[0], top = (double)target->sides[1], right = (double)target->sides[2],
                 bottom = (double)target->sides[3];
    const double common =
        (fmin(sides[0], left) + fmin(sides[2], right)) * (fmin(sides[1], top) + fmin(sides[3], bottom));
    const double both = (sides[0] + sides[2]) * (sides[1] + sides[3]) + (left + right) * (top + bottom) - common;
    for (int i = 0; i < CLASSES; i++) sum += exp(values[5 + i]);
    const double digit = -log(common / both) + log(sum) - values[5 + target->class_index];
    return loss + by_digit * (double)target->digit_weight * digit;
}

static double reference_loss_of(const double *values, const struct cell_target *targets)
{
    double centres = 0, digits = 0, loss = 0;
    for (int i = 0; i < CELLS; i++) {
        centres += targets[i].centre >= 1 ? (double)targets[i].centre_weight : 0;
        digits += (double)targets[i].digit_weight;
    }
    for (int i = 0; i < CELLS; i++)
        loss += reference_cell(values + i * SIZE, &targets[i], 1 / fmax(centres, 4), 1 / fmax(digits, 4));
    return loss;
}

/* ---- Cells by chance: every fourth has a centre, others are near one, empty, or open. ---- */

struct fixture {
    float values[CELLS * SIZE], gradient[CELLS * SIZE];
    double exact[CELLS * SIZE];
    struct cell_target targets[CELLS];
};

static struct cell_target make_target(struct random *random, int cell)
{
    struct cell_target target = {.centre_weight = cell % 5 == 4 ? 0 : 1 - 0.5f * (cell % 3 == 0)};
    target.centre = cell % 4 == 0 ? 1 : cell % 4 == 1 ? random_uniform(random) : 0;
    target.digit_weight = cell % 4 < 2 ? target.centre * target.centre_weight : 0;
    for (int i = 0; i < 4; i++) target.sides[i] = random_between(random, 1, 30);
    target.class_index = (uint8_t)random_below(random, CLASSES);
    return target;
}

static void set_up(struct fixture *fixture, float spread)
{
    struct random random = random_stream(6, RANDOM_WEIGHTS, 0, 0);
    for (int i = 0; i < CELLS; i++) fixture->targets[i] = make_target(&random, i);
    for (int i = 0; i < CELLS * SIZE; i++)
        fixture->exact[i] = (double)(fixture->values[i] = spread * (2 * random_uniform(&random) - 1));
}

static double loss_of(struct fixture *fixture)
{
    struct detection_weights weights = {0};
    struct detection_loss loss = {0};
    detection_add_weights(CELLS, fixture->targets, &weights);
    detection_loss(CELLS, CLASSES, fixture->values, fixture->targets, &weights, &loss, fixture->gradient);
    return detection_total(&loss, &weights);
}

/* The largest distance of the gradient from central differences of the definition. */
static double gradient_error(struct fixture *fixture)
{
    static const double step = 1e-6;
    double worst = 0;
    for (int i = 0; i < CELLS * SIZE; i++) {
        const double before = fixture->exact[i];
        fixture->exact[i] = before + step;
        const double above = reference_loss_of(fixture->exact, fixture->targets);
        fixture->exact[i] = before - step;
        const double below = reference_loss_of(fixture->exact, fixture->targets);
        fixture->exact[i] = before;
        worst = fmax(worst, fabs((double)fixture->gradient[i] - (above - below) / (2 * step)));
    }
    return worst;
}

TEST(detection_loss_and_gradient_are_those_of_the_definition)
{
    static const float spreads[] = {0, 1, 2, 6}; /* of values: the last goes beyond the sides' range */
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
        struct fixture fixture;
        set_up(&fixture, spreads[i]);
        const double loss = loss_of(&fixture), expected = reference_loss_of(fixture.exact, fixture.targets);
        CHECK_NEAR(loss, expected, 1e-5 * (1 + expected));
        CHECK(gradient_error(&fixture) < 2e-6);
        fixture.gradient[3] += 1e-3f;
        CHECK(gradient_error(&fixture) > 5e-4);
    }
}

TEST(detection_loss_stays_finite_for_any_values)
{
    struct fixture fixture;
    set_up(&fixture, 1);
    for (int i = 0; i < CELLS * SIZE; i++) fixture.values[i] = i % 3 ? -200 : 200;
    CHECK(isfinite(loss_of(&fixture)));
    for (int i = 0; i < CELLS * SIZE; i++) CHECK(isfinite(fixture.gradient[i]));
}

TEST(detection_loss_leaves_open_cells_and_empty_batches_alone)
{
    struct fixture fixture;
    set_up(&fixture, 2);
    for (int i = 0; i < CELLS; i++) fixture.targets[i].centre_weight = fixture.targets[i].digit_weight = 0;
    CHECK(loss_of(&fixture) == 0);
    for (int i = 0; i < CELLS * SIZE; i++) CHECK(fixture.gradient[i] == 0);
}

TEST(detection_loss_without_gradient_is_the_same)
{
    struct fixture fixture;
    struct detection_weights weights = {0};
    struct detection_loss loss = {0};
    set_up(&fixture, 2);
    const double expected = loss_of(&fixture);
    detection_add_weights(CELLS, fixture.targets, &weights);
    detection_loss(CELLS, CLASSES, fixture.values, fixture.targets, &weights, &loss, NULL);
    CHECK(detection_total(&loss, &weights) == expected);
}

TEST(detection_decodes_a_cell)
{
    float values[SIZE] = {0}, sides[4], probabilities[CLASSES];
    values[1] = logf(0.5f), values[2] = -50, values[3] = 50, values[5 + 7] = 3;
    detection_sides(values, sides);
    detection_classes(CLASSES, values, probabilities);
    CHECK_NEAR((double)detection_centre(values), 0.5, 1e-6);
    CHECK_NEAR((double)sides[0], 5, 1e-5);
    CHECK_NEAR((double)sides[1], 10 * exp(-3), 1e-5);
    CHECK_NEAR((double)sides[2], 10 * exp(2.2), 1e-3);
    CHECK_NEAR((double)sides[3], 10, 1e-5);
    CHECK_EQUAL(most_probable(CLASSES, probabilities), 7);
    CHECK_NEAR((double)probabilities[7], exp(3) / (exp(3) + 9), 1e-5);
}

/* Cells of 4 x 6 with a digit's centre in (1, 2), a 3. */
TEST(detection_counts_what_is_found_near_its_centre)
{
    enum { ROWS = 4, COLUMNS = 6, HERE = 1 * COLUMNS + 2, BESIDE = 2 * COLUMNS + 3, FAR = 3 * COLUMNS + 5 };
    static const struct {
        int cell, class_index;
        float logit;
        size_t found;
    } cases[] = {{HERE, 3, 2, 1}, {BESIDE, 3, 2, 1}, {FAR, 3, 2, 0}, {HERE, 4, 2, 0}, {HERE, 3, -2, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float values[ROWS * COLUMNS * SIZE] = {0};
        struct cell_target targets[ROWS * COLUMNS] = {0};
        size_t digits = 0, found = 0;
        targets[HERE] = (struct cell_target){.centre = 1, .centre_weight = 1, .digit_weight = 1, .class_index = 3};
        for (int cell = 0; cell < ROWS * COLUMNS; cell++) values[cell * SIZE] = -4;
        values[cases[i].cell * SIZE] = cases[i].logit;
        values[cases[i].cell * SIZE + DETECTION_CLASSES + cases[i].class_index] = 1;
        detection_count(ROWS, COLUMNS, CLASSES, values, targets, &digits, &found);
        CHECK_EQUAL(digits, 1);
        CHECK_EQUAL(found, cases[i].found);
    }
}
