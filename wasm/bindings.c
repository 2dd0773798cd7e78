/* What the wasm module adds to scrawl.h: calls whose arguments or results are structs there, made flat.
 * scrawl.js is the only caller; exported_functions.json lists these and the calls of scrawl.h that are flat already.
 * Knows nothing of the library but its public header, and nothing of JavaScript but that numbers arrive as scalars.
 *
 * A struct result is written as doubles, in the order that each comment states: a double holds every count, address
 * and float of a 32-bit machine exactly. */
#include "scrawl.h"

static double address(const void *pointer)
{
    return (double)(uintptr_t)pointer;
}

static uint64_t join(uint32_t low, uint32_t high)
{
    return (uint64_t)high << 32 | low;
}

/* ---- Models ---- */

scrawl_status binding_model_create(const char *architecture, size_t class_count, const char *const *labels,
                                   int normalization, uint32_t seed_low, uint32_t seed_high, scrawl_model **model)
{
    scrawl_model_options options = scrawl_model_default();
    options.architecture = architecture;
    options.class_count = class_count;
    options.labels = labels;
    options.normalization = (scrawl_normalization)normalization;
    options.seed = join(seed_low, seed_high);
    return scrawl_model_create(&options, model);
}

/* values: kind, activation (addresses of text), rows, columns, channels, parameters. */
scrawl_status binding_model_layer(const scrawl_model *model, size_t index, double values[6])
{
    scrawl_layer layer;
    scrawl_status status = scrawl_model_layer(model, index, &layer);
    if (status != SCRAWL_OK) return status;
    values[0] = address(layer.kind);
    values[1] = address(layer.activation);
    values[2] = (double)layer.rows;
    values[3] = (double)layer.columns;
    values[4] = (double)layer.channels;
    values[5] = (double)layer.parameter_count;
    return SCRAWL_OK;
}

/* ---- Reading ---- */

/* The options of a reading as bits, which model.js lists in the same order. */
enum { PREDICT_SINGLE = 1 << 0, PREDICT_EXPLAIN = 1 << 1 };

/* finder: NULL for none. */
static scrawl_predict_options predict_options(int flags, const scrawl_model *finder)
{
    scrawl_predict_options options = scrawl_predict_default();
    options.finder = finder;
    options.single = (flags & PREDICT_SINGLE) != 0;
    options.explain = (flags & PREDICT_EXPLAIN) != 0;
    return options;
}

scrawl_status binding_predict_picture(const scrawl_model *model, const void *bytes, size_t size, int flags,
                                      const scrawl_model *finder, scrawl_reading **reading)
{
    scrawl_predict_options options = predict_options(flags, finder);
    return scrawl_predict_picture(model, bytes, size, &options, reading);
}

scrawl_status binding_predict_rgba(const scrawl_model *model, const uint8_t *rgba, size_t width, size_t height,
                                   int flags, const scrawl_model *finder, scrawl_reading **reading)
{
    scrawl_predict_options options = predict_options(flags, finder);
    return scrawl_predict_rgba(model, rgba, width, height, &options, reading);
}

scrawl_status binding_predict_strokes(const scrawl_model *model, const scrawl_stroke *strokes, size_t count, int flags,
                                      scrawl_reading **reading)
{
    scrawl_predict_options options = predict_options(flags, NULL);
    return scrawl_predict_strokes(model, strokes, count, &options, reading);
}

/* values: text (address), digits, width, height. */
void binding_reading(const scrawl_reading *reading, double values[4])
{
    values[0] = address(reading->text);
    values[1] = (double)reading->digit_count;
    values[2] = reading->width;
    values[3] = reading->height;
}

/* values: x, y, width, height, class index, confidence, label, probabilities, input (addresses), 1 for a doubtful one,
 * line, 1 for a space before it, 1 beside what was left out. index < digits. */
void binding_digit(const scrawl_reading *reading, size_t index, double values[13])
{
    const scrawl_digit *digit = &reading->digits[index];
    values[0] = digit->x;
    values[1] = digit->y;
    values[2] = digit->width;
    values[3] = digit->height;
    values[4] = digit->class_index;
    values[5] = digit->confidence;
    values[6] = address(digit->label);
    values[7] = address(digit->probabilities);
    values[8] = address(digit->input);
    values[9] = digit->doubtful;
    values[10] = digit->line;
    values[11] = digit->space_before;
    values[12] = digit->beside_left_out;
}

/* values: width, height, factor, 1 for dark paper, threshold; grey, paper, ink, clean ink; rulings, their number,
 * groups, their number, cuts, their number (addresses; a line is four floats, a box four integers); candidates;
 * rotation; reasons, what was left out (addresses; of each a box, an integer, a float), its number. For readings with
 * an explanation. */
void binding_explanation(const scrawl_reading *reading, double values[20])
{
    const scrawl_explanation *explanation = reading->explanation;
    values[0] = explanation->width;
    values[1] = explanation->height;
    values[2] = explanation->factor;
    values[3] = explanation->dark_paper;
    values[4] = explanation->threshold;
    values[5] = address(explanation->grey);
    values[6] = address(explanation->paper);
    values[7] = address(explanation->ink);
    values[8] = address(explanation->clean_ink);
    values[9] = address(explanation->rulings);
    values[10] = (double)explanation->ruling_count;
    values[11] = address(explanation->groups);
    values[12] = (double)explanation->group_count;
    values[13] = address(explanation->cuts);
    values[14] = (double)explanation->cut_count;
    values[15] = (double)explanation->candidate_count;
    values[16] = explanation->rotation;
    values[17] = address(explanation->reasons);
    values[18] = address(explanation->left_out);
    values[19] = (double)explanation->left_out_count;
}

/* values: x, y, width, height, class index, confidence, digit, input (address), reason. index < candidates. */
void binding_candidate(const scrawl_reading *reading, size_t index, double values[9])
{
    const scrawl_candidate *candidate = &reading->explanation->candidates[index];
    values[0] = candidate->box.x;
    values[1] = candidate->box.y;
    values[2] = candidate->box.width;
    values[3] = candidate->box.height;
    values[4] = candidate->class_index;
    values[5] = candidate->confidence;
    values[6] = candidate->digit;
    values[7] = address(candidate->input);
    values[8] = candidate->reason;
}

/* values: probabilities (address), class index, saliency (address), its values. */
void binding_inspection(const scrawl_inspection *inspection, double values[4])
{
    values[0] = address(inspection->probabilities);
    values[1] = inspection->class_index;
    values[2] = address(inspection->saliency);
    values[3] = SCRAWL_IMAGE_PIXELS;
}

/* Of a layer: index < layers. */
const float *binding_inspection_values(const scrawl_inspection *inspection, size_t index)
{
    return inspection->layers[index].values;
}

/* ---- Evaluation ---- */

/* values: images, loss, accuracy, calibration error, classes; confusion, predictions, confidences (addresses; the first
 * of size_t). */
void binding_evaluation(const scrawl_evaluator *evaluator, double values[8])
{
    const scrawl_evaluation *evaluation = scrawl_evaluator_result(evaluator);
    values[0] = (double)evaluation->images;
    values[1] = evaluation->loss;
    values[2] = evaluation->accuracy;
    values[3] = evaluation->calibration_error;
    values[4] = (double)evaluation->class_count;
    values[5] = address(evaluation->confusion);
    values[6] = address(evaluation->predictions);
    values[7] = address(evaluation->confidences);
}

/* ---- Training ---- */

/* values: name, title, help (addresses), kind, least, most, 1 where the least and where the most itself is not allowed,
 * words (address of addresses, 0 for none), initial value, 1 where it is missing. Past the last option, 0 as its name.
 */
void binding_training_option(size_t index, double values[11])
{
    const scrawl_option *option = scrawl_training_option(index);
    values[0] = 0;
    if (!option) return;
    values[0] = address(option->name);
    values[1] = address(option->title);
    values[2] = address(option->help);
    values[3] = option->kind;
    values[4] = option->least;
    values[5] = option->most;
    values[6] = option->above_least;
    values[7] = option->below_most;
    values[8] = address(option->words);
    values[9] = option->initial;
    values[10] = option->missing;
}

size_t binding_training_options_size(void)
{
    return sizeof(scrawl_training_options);
}

/* options: the library's for NULL, or a preset's. */
scrawl_status binding_training_options(const char *preset, scrawl_training_options *options)
{
    if (preset) return scrawl_training_preset(preset, options);
    *options = scrawl_training_default();
    return SCRAWL_OK;
}

scrawl_status binding_training_set_whole(scrawl_training_options *options, const char *name, uint32_t low,
                                         uint32_t high)
{
    return scrawl_training_set_whole(options, name, join(low, high));
}

/* values: phase, epoch, epochs, images, images of the epoch, loss, accuracy, validation images, their loss, their
 * accuracy. */
void binding_trainer_step(scrawl_trainer *trainer, double values[10])
{
    scrawl_progress progress;
    scrawl_trainer_step(trainer, &progress);
    values[0] = progress.phase;
    values[1] = progress.epoch;
    values[2] = progress.epochs;
    values[3] = (double)progress.images;
    values[4] = (double)progress.epoch_images;
    values[5] = progress.loss;
    values[6] = progress.accuracy;
    values[7] = (double)progress.validation_images;
    values[8] = progress.validation_loss;
    values[9] = progress.validation_accuracy;
}
