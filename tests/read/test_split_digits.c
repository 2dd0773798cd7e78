/* Tests of split_digits.c: the way through the windows. The network is untrained: what it reads is not tested here. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"
#include "model/model.h"
#include "read/split_digits.h"

static scrawl_status split_with(const scrawl_model *model, const struct finding *finding, struct split *split)
{
    struct reader reader = {0};
    scrawl_status status = reader_create(model, 1, &reader);
    if (status == SCRAWL_OK) status = split_digits(&reader, finding, split);
    reader_free(&reader);
    return status;
}

enum { PAPER = 230, PEN = 40, ZEROS = 5 };

/* Zeros that touch, a line below with two that don't. */
static struct finding find_page(void)
{
    struct picture picture = blank_picture(400, 260, PAPER);
    struct finding finding = {0};
    for (int i = 0; i < ZEROS; i++) draw_zero(&picture, 20 + 50 * i, 30, 40, 60, 6, PEN);
    for (int i = 0; i + 1 < ZEROS; i++) fill_box(&picture, 58 + 50 * i, 56, 14, 5, PEN);
    draw_zero(&picture, 20, 150, 40, 60, 6, PEN);
    draw_zero(&picture, 120, 150, 40, 60, 6, PEN);
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    finding.single = true; /* so that what an untrained network makes of it isn't left out */
    picture_free(&picture);
    return finding;
}

static double cost(const struct finding *finding, const struct split *split, size_t window)
{
    double most = 0;
    for (int i = 0; i < 10; i++) most = fmax(most, split->probabilities[split->slots[window] * 10 + (size_t)i]);
    return finding->windows[window].prior - log(most);
}

TEST(split_covers_every_atom_once)
{
    scrawl_model *model = NULL;
    struct finding finding = find_page();
    struct split split = {0};
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(split_with(model, &finding, &split), SCRAWL_OK);
    size_t atom = 0;
    for (size_t i = 0; i < split.chosen_count; i++) {
        const struct window *window = &finding.windows[split.chosen[i]];
        CHECK_EQUAL(window->first_atom, atom);
        CHECK(split.slots[split.chosen[i]] != UINT32_MAX);
        atom = window->end_atom;
    }
    CHECK_EQUAL(atom, finding.atom_count);
    CHECK(split.chosen_count >= 3);
    split_free(&split);
    finding_free(&finding);
    scrawl_model_free(model);
}

/* Against all paths, by dynamic programming over windows that are all looked at. */
TEST(split_is_the_cheapest_way)
{
    scrawl_model *model = NULL;
    struct finding finding = find_page();
    struct split split = {0};
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(split_with(model, &finding, &split), SCRAWL_OK);
    double *best = malloc((finding.atom_count + 1) * sizeof *best), total = 0;
    for (size_t i = 0; i <= finding.atom_count; i++) best[i] = i ? INFINITY : 0;
    for (size_t i = 0; i < finding.window_count; i++) {
        const struct window *window = &finding.windows[i];
        uint8_t input[SCRAWL_IMAGE_PIXELS];
        float probabilities[10], most = 0;
        CHECK_EQUAL(finding_input(&finding, window, input), SCRAWL_OK);
        CHECK_EQUAL(scrawl_predict_images(model, input, 1, 1, probabilities), SCRAWL_OK);
        for (int k = 0; k < 10; k++) most = fmaxf(most, probabilities[k]);
        best[window->end_atom] = fmin(best[window->end_atom], best[window->first_atom] + window->prior - log(most));
    }
    for (size_t i = 0; i < split.chosen_count; i++) total += cost(&finding, &split, split.chosen[i]);
    CHECK_NEAR(total, best[finding.atom_count], 1e-3);
    free(best);
    split_free(&split);
    finding_free(&finding);
    scrawl_model_free(model);
}

/* Against the sums over all paths, one by one. */
static void add_paths(const struct finding *finding, const struct split *split, size_t atom, double weight,
                      size_t *path, size_t length, double *total, double *through)
{
    if (atom == finding->atom_count) {
        *total += weight;
        for (size_t i = 0; i < length; i++) through[path[i]] += weight;
        return;
    }
    for (size_t i = 0; i < finding->window_count; i++) {
        if (finding->windows[i].first_atom != atom || split->slots[i] == UINT32_MAX) continue;
        path[length] = i;
        add_paths(finding, split, finding->windows[i].end_atom, weight * exp(-cost(finding, split, i)), path,
                  length + 1, total, through);
    }
}

TEST(split_says_how_sure_each_window_is)
{
    scrawl_model *model = NULL;
    struct finding finding = find_page();
    struct split split = {0};
    double total = 0;
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(split_with(model, &finding, &split), SCRAWL_OK);
    size_t *path = malloc(finding.atom_count * sizeof *path);
    double *through = calloc(finding.window_count, sizeof *through);
    add_paths(&finding, &split, 0, 1, path, 0, &total, through);
    for (size_t i = 0; i < split.chosen_count; i++)
        CHECK_NEAR((double)split.shares[i], through[split.chosen[i]] / total, 1e-4);
    CHECK(split.shares[0] < 0.999f); /* the zeros that touch */
    free(path);
    free(through);
    split_free(&split);
    finding_free(&finding);
    scrawl_model_free(model);
}

/* A network for which everything is a digit with that probability, and the others are equally likely: how many of the
 * zeros of a picture that size, read as one digit or not, stay. */
static size_t count_chosen(int side, bool single, int zeros, double probability)
{
    struct picture picture = blank_picture(side, side, PAPER);
    struct finding finding = {0};
    struct split split = {0};
    scrawl_model *model = NULL;
    for (int i = 0; i < zeros; i++) draw_zero(&picture, 6 + i % 3 * 30, 10 + i / 3 * 45, 16, 24, 3, PEN);
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    memset(model->weights.values, 0, model->network.parameter_count * sizeof *model->weights.values);
    model->weights.values[model->network.parameter_count - 1] = (float)log(9 * probability / (1 - probability));
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    CHECK_EQUAL(find_digits(&picture, single, &finding), SCRAWL_OK);
    CHECK_EQUAL(split_with(model, &finding, &split), SCRAWL_OK);
    size_t count = split.chosen_count - split.left_out_count;
    for (size_t i = 0; i < split.chosen_count; i++) CHECK_EQUAL(split.left_out[i], count == 0);
    split_free(&split);
    finding_free(&finding);
    scrawl_model_free(model);
    picture_free(&picture);
    return count;
}

/* What is like no digit is none, unless it is one digit by name. Less is asked of a few by themselves. */
TEST(split_leaves_out_what_is_no_digit)
{
    const double chance = 0.1, little = 0.15, some = 0.3;
    CHECK_EQUAL(count_chosen(150, false, 6, chance), 0);
    CHECK_EQUAL(count_chosen(150, false, 2, chance), 0);
    CHECK_EQUAL(count_chosen(150, false, 1, chance), 0);
    CHECK_EQUAL(count_chosen(150, true, 6, chance), 1);
    CHECK_EQUAL(count_chosen(150, false, 6, little), 0);
    CHECK_EQUAL(count_chosen(150, false, 2, little), 2);
    CHECK_EQUAL(count_chosen(150, false, 1, little), 1);
    CHECK_EQUAL(count_chosen(150, false, 6, some), 6);
}

TEST(split_of_nothing)
{
    scrawl_model *model = NULL;
    struct finding finding = {0};
    struct split split = {0};
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(split_with(model, &finding, &split), SCRAWL_OK);
    CHECK_EQUAL(split.chosen_count, 0);
    split_free(&split);
    scrawl_model_free(model);
}
