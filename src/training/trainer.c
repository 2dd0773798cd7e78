/* Training in steps. Knows no file format: see checkpoint.c. */
#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/fingerprint.h"
#include "data/likeness.h"
#include "model/calibrate.h"
#include "option_table.h"
#include "pages/page.h"
#include "schedule.h"
#include "training_notes.h"
#include "training_options.h"

/* ---- Making a trainer -------------------------------------------------------------------------------------------- */

static scrawl_status allocate_for_teacher(scrawl_trainer *trainer, size_t batch)
{
    const scrawl_model *teacher = trainer->options.teacher;
    if (!teacher) return SCRAWL_OK;
    trainer->taught = allocate_floats((uint64_t)batch * trainer->network.class_count);
    if (!trainer->taught) return fail_out_of_memory();
    scrawl_status status = model_prepare(teacher, trainer->parallel);
    if (status != SCRAWL_OK) return status;
    return model_workspace(teacher, batch, trainer->parallel, &trainer->asking);
}

/* What is trained and its packed weights: the model's, or apart where the model is an average or folded. */
static scrawl_status choose_weights(scrawl_trainer *trainer)
{
    const scrawl_model *model = trainer->model;
    const size_t count = model->network.parameter_count;
    if (trainer->options.average > 0) {
        scrawl_status status = weights_create(count, &trainer->weights);
        if (status != SCRAWL_OK) return status;
        memcpy(trainer->weights.values, model->weights.values, count * sizeof(float));
    } else {
        trainer->weights = weights_borrow(&model->weights);
    }
    if (!trainer->weights.owned && !model_is_folded(model)) return SCRAWL_OK;
    return packed_weights_create(&model->network, model->packed.kernels, false, &trainer->own_packed);
}

/* Never where no pages are made: then the compiler leaves out all that trains on them. */
static bool trains_on_pages(const scrawl_trainer *trainer)
{
    return PAGE_BUILT_IN && network_detects(&trainer->network);
}

/* Pages for a detector, whose digits are those of the images that it trains or validates on. */
static scrawl_status allocate_pages(scrawl_trainer *trainer, size_t batch)
{
    const scrawl_dataset *dataset = trainer->images.dataset;
    const size_t count = trainer->images.count;
    const struct page_images training = {dataset->images, dataset->labels, count},
                             validation = {dataset->images + count * SCRAWL_IMAGE_PIXELS, dataset->labels + count,
                                           trainer->images.validation_count};
    if (!trains_on_pages(trainer)) return SCRAWL_OK;
    return training_pages_create(&training, &validation, trainer->options.seed, NETWORK_ANY_SIDE,
                                 max_size(batch, trainer->reading.batch), parallel_threads(trainer->parallel),
                                 &trainer->pages);
}

static scrawl_status allocate(scrawl_trainer *trainer)
{
    const struct network *network = &trainer->model->network;
    const struct kernels *kernels = trainer->model->packed.kernels;
    const size_t batch = (size_t)trainer->options.batch_size;
    scrawl_status status = workspace_create(network, kernels, batch, parallel_threads(trainer->parallel), FOR_TRAINING,
                                            &trainer->training);
    if (status != SCRAWL_OK) return status;
    status = model_prepare(trainer->model, trainer->parallel);
    if (status == SCRAWL_OK)
        status = model_workspace(trainer->model, trainer->images.dataset->count, trainer->parallel, &trainer->reading);
    if (status != SCRAWL_OK) return status;
    status = packed_weights_create(network, kernels, true, &trainer->packed_backward);
    if (status != SCRAWL_OK) return status;
    status = choose_weights(trainer);
    if (status != SCRAWL_OK) return status;
    status = optimizer_create(&trainer->options, kernels, network->parameter_count, &trainer->optimizer);
    if (status != SCRAWL_OK) return status;
    trainer->gradients = allocate_floats(network->parameter_count);
    if (!trainer->gradients) return fail_out_of_memory();
    status = allocate_pages(trainer, batch);
    return status == SCRAWL_OK ? allocate_for_teacher(trainer, batch) : status;
}

static void copy_network(scrawl_trainer *trainer)
{
    trainer->network = network_borrow(&trainer->model->network);
    if (trainer->options.dropout) return;
    for (size_t i = 0; i < trainer->network.layer_count; i++) trainer->network.layers[i].rate = 0;
}

/* Fails unless the data set holds images, and of as many classes as the model has. */
static scrawl_status check_dataset(const scrawl_model *model, const scrawl_dataset *dataset)
{
    char of_data[NUMBER_TEXT_SIZE], of_model[NUMBER_TEXT_SIZE];
    if (dataset->count == 0) return fail(SCRAWL_INVALID_ARGUMENT, "The data set holds no image.", NULL);
    if (dataset->class_count == model->network.class_count) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The data set has ", unsigned_text(dataset->class_count, of_data),
                " classes, but the model has ", unsigned_text(model->network.class_count, of_model), ".", NULL);
}

enum { MOST_VALIDATION_PAGES = 1000 }; /* they hold more digits than that many images */

scrawl_status scrawl_trainer_create(scrawl_model *model, const scrawl_dataset *dataset,
                                    const scrawl_training_options *options, scrawl_trainer **result)
{
    scrawl_training_options defaults = scrawl_training_default();
    if (!options) options = &defaults;
    scrawl_status status = training_options_check(options);
    if (status == SCRAWL_OK) status = check_dataset(model, dataset);
    if (status == SCRAWL_OK) status = training_options_fit(options, model);
    if (status != SCRAWL_OK) return status;
    scrawl_trainer *trainer = calloc(1, sizeof *trainer);
    if (!trainer) return fail_out_of_memory();
    trainer->model = model;
    trainer->options = *options;
    trainer->trained_before = metadata_get(&model->metadata, "trained_epochs") != NULL;
    copy_network(trainer);
    status = parallel_create(trainer->options.threads, &trainer->parallel);
    if (status == SCRAWL_OK)
        status = training_images_create(dataset, &trainer->options, model->normalization,
                                        parallel_threads(trainer->parallel), &trainer->images);
    trainer->validation_count =
        min_size(trainer->images.validation_count, trains_on_pages(trainer) ? MOST_VALIDATION_PAGES : SIZE_MAX);
    if (status == SCRAWL_OK) status = allocate(trainer);
    if (status != SCRAWL_OK) {
        scrawl_trainer_free(trainer);
        return status;
    }
    trainer_update(trainer, true);
    model_forget_calibration(model);
    training_images_begin_epoch(&trainer->images, trainer->epoch);
    *result = trainer;
    return SCRAWL_OK;
}

void scrawl_trainer_free(scrawl_trainer *trainer)
{
    if (!trainer) return;
    workspace_free(&trainer->asking);
    free(trainer->taught);
    training_pages_free(&trainer->pages);
    training_images_free(&trainer->images);
    free(trainer->gradients);
    weights_free(&trainer->weights);
    optimizer_free(&trainer->optimizer);
    packed_weights_free(&trainer->packed_backward);
    packed_weights_free(&trainer->own_packed);
    workspace_free(&trainer->reading);
    workspace_free(&trainer->training);
    parallel_free(trainer->parallel);
    free(trainer);
}

const scrawl_training_options *scrawl_trainer_options(const scrawl_trainer *trainer)
{
    return &trainer->options;
}

void trainer_update(scrawl_trainer *trainer, bool complete)
{
    const struct network *network = &trainer->network;
    if (trainer->own_packed.memory) {
        model_fall_behind(trainer->model);
        packed_weights_update(network, trainer->weights.values, trainer->parallel, false, &trainer->own_packed);
    } else {
        model_update(trainer->model, trainer->parallel, complete);
    }
    packed_weights_update(network, trainer->weights.values, trainer->parallel, complete, &trainer->packed_backward);
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

/* Of a step on the next `count` images, taken at the middle of them: a lone step isn't all begin or end. */
static float learning_rate(const scrawl_trainer *trainer, size_t count)
{
    const scrawl_training_options *options = &trainer->options;
    const double middle = (double)trainer->trained.images + (double)count / 2;
    const double position = training_images_position(&trainer->images, middle);
    return (float)((double)options->learning_rate * schedule_share(options->schedule, position));
}

/* Takes weight decay off the parameters [first, first + count), but off no biases and no batchnorm. */
static void decay(scrawl_trainer *trainer, size_t first, size_t count)
{
    const float factor = 1 - trainer->optimizer.learning_rate * trainer->options.weight_decay;
    for (size_t i = 0; i < trainer->network.layer_count; i++) {
        const struct layer *layer = &trainer->network.layers[i];
        const size_t begin = max_size(first, layer->weight_offset), end = min_size(first + count, layer->bias_offset);
        if (layer->kind != LAYER_BATCHNORM && begin < end)
            trainer->optimizer.kernels->scale(end - begin, factor, trainer->weights.values + begin);
    }
}

static void apply_gradient(void *context, size_t first, size_t count, const float *gradient)
{
    scrawl_trainer *trainer = context;
    if (trainer->options.weight_decay > 0) decay(trainer, first, count);
    optimizer_apply(&trainer->optimizer, first, count, gradient, trainer->weights.values);
}

enum { AVERAGE_BLOCK = 8192 }; /* floats of one task */

/* What a step keeps of the average: little at first, so that it forgets where the training began. */
static float kept_share(const scrawl_trainer *trainer)
{
    double step = (double)trainer->optimizer.steps, at_first = (1 + step) / (10 + step);
    return (float)fmin((double)trainer->options.average, at_first);
}

static void average_block(void *context, size_t block, int thread)
{
    (void)thread;
    scrawl_trainer *trainer = context;
    const size_t first = block * AVERAGE_BLOCK, count = min_size(AVERAGE_BLOCK, trainer->optimizer.count - first);
    trainer->optimizer.kernels->approach(count, 1 - kept_share(trainer), trainer->weights.values + first,
                                         trainer->model->weights.values + first);
}

/* Moves the model towards the weights that are trained. */
static void average(scrawl_trainer *trainer)
{
    if (!trainer->weights.owned) return;
    parallel_run(trainer->parallel, (trainer->optimizer.count + AVERAGE_BLOCK - 1) / AVERAGE_BLOCK, average_block,
                 trainer);
}

/* What the teacher says of the batch [batch][classes], each rank asking for its images; NULL without one. */
static const float *ask_teacher(scrawl_trainer *trainer, struct portion own)
{
    const scrawl_model *teacher = trainer->options.teacher;
    if (teacher)
        model_read_all(teacher, &trainer->asking, trainer->parallel,
                       trainer->images.batch_images + own.first * SCRAWL_IMAGE_PIXELS, own.end - own.first,
                       trainer->asking.batch, trainer->taught + own.first * trainer->network.class_count);
    return trainer->taught;
}

/* A trained model's moving averages say something of the data: they move as in a long training at once. */
static uint64_t statistics_step(const scrawl_trainer *trainer)
{
    return trainer->trained_before ? UINT32_MAX : trainer->optimizer.steps;
}

/* Where the network takes the images of this rank. */
static float *own_input(const scrawl_trainer *trainer, struct portion own)
{
    return trainer->training.activations[0] + own.first * shape_size(trainer->network.input);
}

/* Adds what was read of the batch, chunk by chunk. */
static void add_images(scrawl_trainer *trainer, const struct batch_share *share, const float *probabilities)
{
    struct running_sums sums[MOST_CHUNKS] = {0};
    const struct portion own = share_chunks(share, share_own(share));
    const size_t classes = trainer->network.class_count;
    for (size_t chunk = own.first; chunk < own.end; chunk++) {
        const size_t first = chunk * share->chunk, count = min_size(share->chunk, share->images - first);
        running_sums_add(&sums[chunk], classes, probabilities + first * classes, trainer->images.batch_labels + first,
                         count);
    }
    share_gather_chunks(share, sizeof *sums, sums);
    for (size_t chunk = 0; chunk < share_chunk_count(share); chunk++)
        running_sums_join(&trainer->trained, &sums[chunk]);
}

static void train_images(scrawl_trainer *trainer, const struct network_pass *pass)
{
    const struct batch_share share = network_share(pass);
    const struct portion own = share_own_images(&share);
    training_images_make_batch(&trainer->images, trainer->trained.images, own, trainer->parallel,
                               own_input(trainer, own));
    add_images(trainer, &share, network_forward(pass));
    optimizer_begin_step(&trainer->optimizer);
    const struct targets targets = {trainer->images.batch_labels, trainer->options.label_smoothing,
                                    ask_teacher(trainer, own), trainer->options.teacher_share};
    network_backward(pass, &targets, trainer->gradients, &(struct gradient_sink){apply_gradient, trainer});
}

static void add_pages(struct running_sums *sums, const struct page_figures *figures, size_t count)
{
    sums->images += count;
    sums->loss += figures->loss * (double)count;
    sums->digits += figures->digits;
    sums->correct += figures->found;
}

static void train_pages(scrawl_trainer *trainer, const struct network_pass *pass)
{
    const struct batch_share share = network_share(pass);
    const struct portion own = share_own_images(&share);
    const uint64_t first = (uint64_t)trainer->epoch * trainer->images.count + trainer->trained.images;
    const size_t start = own.first * shape_size(trainer->network.layers[trainer->network.layer_count - 1].output);
    training_pages_make(&trainer->pages, &trainer->pages.training, first, own, trainer->parallel,
                        own_input(trainer, own));
    const struct page_figures figures =
        training_pages_judge(&trainer->pages, &share, trainer->network.class_count, network_forward(pass) + start,
                             trainer->parallel, network_output_gradient(pass) + start);
    add_pages(&trainer->trained, &figures, pass->batch);
    optimizer_begin_step(&trainer->optimizer);
    network_backward_from_output(pass, trainer->gradients, &(struct gradient_sink){apply_gradient, trainer});
}

static void train_batch(scrawl_trainer *trainer)
{
    const size_t rest = trainer->images.epoch_count - trainer->trained.images;
    const size_t count = min_size(rest, (size_t)trainer->options.batch_size);
    struct random random =
        random_stream(trainer->options.seed, RANDOM_DROPOUT, (uint64_t)trainer->epoch, trainer->trained.images);
    const struct network_pass pass = {
        .network = &trainer->network,
        .parameters = trainer->weights.values,
        .packed = trainer->own_packed.memory ? &trainer->own_packed : &trainer->model->packed,
        .packed_backward = &trainer->packed_backward,
        .workspace = &trainer->training,
        .parallel = trainer->parallel,
        .ranks = trainer->ranks,
        .batch = count,
        .step_key = (uint32_t)random_bits(&random),
    };
    model_forget_calibration(trainer->model);
    trainer->optimizer.learning_rate = learning_rate(trainer, count);
    (trains_on_pages(trainer) ? train_pages : train_images)(trainer, &pass);
    network_update_statistics(&pass, statistics_step(trainer), trainer->weights.values);
    average(trainer);
    trainer_update(trainer, count == rest); /* after the epoch's last batch, what follows reads */
}

/* The part of a step that reads validation images: a batch, so that no step takes long. */
enum { VALIDATION_STEP_IMAGES = 128 };

static void validate_images(scrawl_trainer *trainer, size_t done, const struct batch_share *share)
{
    const scrawl_dataset *dataset = trainer->images.dataset;
    const size_t first = trainer->images.count + done;
    evaluate_part(trainer->model, &trainer->reading, trainer->parallel, share,
                  dataset->images + first * SCRAWL_IMAGE_PIXELS, dataset->labels + first, &trainer->validated);
}

/* Numbers that no page of a training has. */
static const uint64_t first_validation_page = (uint64_t)1 << 63;

static void validate_pages(scrawl_trainer *trainer, size_t done, const struct batch_share *share)
{
    const struct portion own = share_own_images(share);
    training_pages_make(&trainer->pages, &trainer->pages.validation, first_validation_page + done, own,
                        trainer->parallel, trainer->reading.activations[0]);
    const float *values = model_forward(trainer->model, &trainer->reading, trainer->parallel, own.end - own.first);
    const struct page_figures figures =
        training_pages_judge(&trainer->pages, share, trainer->network.class_count, values, trainer->parallel, NULL);
    add_pages(&trainer->validated, &figures, share->images);
}

static void validate_part(scrawl_trainer *trainer)
{
    const size_t count = trainer->validation_count, done = (size_t)trainer->validated.images;
    const size_t end = min_size(count, done + VALIDATION_STEP_IMAGES);
    for (size_t i = done, part; i < end; i += part) {
        part = min_size(end - i, trainer->reading.batch);
        const struct batch_share share = {trainer->ranks, part, 1};
        (trains_on_pages(trainer) ? validate_pages : validate_images)(trainer, i, &share);
    }
}

static scrawl_progress describe(const scrawl_trainer *trainer, scrawl_phase phase)
{
    const struct running_sums *trained = &trainer->trained, *validated = &trainer->validated;
    return (scrawl_progress){
        .phase = phase,
        .epoch = trainer->epoch,
        .epochs = trainer->options.epochs,
        .images = trained->images,
        .epoch_images = trainer->images.epoch_count,
        .loss = running_mean(trained->loss, trained),
        .accuracy = running_accuracy(trained),
        .validation_images = validated->images,
        .validation_total = trainer->validation_count,
        .validation_loss = running_mean(validated->loss, validated),
        .validation_accuracy = running_accuracy(validated),
    };
}

void scrawl_trainer_step(scrawl_trainer *trainer, scrawl_progress *progress)
{
    if (trainer->epoch >= trainer->options.epochs) {
        *progress = describe(trainer, SCRAWL_FINISHED);
        return;
    }
    bool training = trainer->trained.images < trainer->images.epoch_count;
    if (training)
        train_batch(trainer);
    else
        validate_part(trainer);
    *progress = describe(trainer, training ? SCRAWL_TRAINING : SCRAWL_VALIDATING);
    if (progress->images < progress->epoch_images || progress->validation_images < progress->validation_total) return;
    progress->phase = SCRAWL_EPOCH_END;
    if (!model_is_finite(trainer->model)) progress->loss = NAN; /* relu and maxpool may hide it from the loss */
    training_notes_write(&trainer->options, progress, &trainer->model->metadata);
    trainer->epoch++;
    trainer->trained = trainer->validated = (struct running_sums){0};
    if (trainer->epoch < trainer->options.epochs) training_images_begin_epoch(&trainer->images, trainer->epoch);
}

/* ---- Calibration ------------------------------------------------------------------------------------------------- */

/* So many make two numbers sure enough; reading them must not hold up a page for long. */
enum { MOST_CALIBRATION_IMAGES = 3000 };

scrawl_status scrawl_trainer_calibrate(scrawl_trainer *trainer)
{
    scrawl_model *model = trainer->model;
    const size_t count = min_size(trainer->images.validation_count, MOST_CALIBRATION_IMAGES);
    const size_t classes = model->network.class_count;
    const uint8_t *images = trainer->images.dataset->images + trainer->images.count * SCRAWL_IMAGE_PIXELS;
    const uint8_t *labels = trainer->images.dataset->labels + trainer->images.count;
    if (count == 0 || network_detects(&model->network)) return SCRAWL_OK;
    float *probabilities = allocate_floats((uint64_t)count * classes);
    if (!probabilities) return fail_out_of_memory();
    model_forget_calibration(model);
    model_read_all(model, &trainer->reading, trainer->parallel, images, count, trainer->reading.batch, probabilities);
    model->temperature = calibrate_temperature(count, classes, probabilities, labels);
    calibrate_apply(count, classes, model->temperature, probabilities);
    model->doubtful_below = calibrate_doubt(count, classes, probabilities, labels);
    free(probabilities);
    return SCRAWL_OK;
}

/* ---- Ranks ------------------------------------------------------------------------------------------------------- */

/* Of all that goes on with the training. */
static uint64_t state_fingerprint(const scrawl_trainer *trainer)
{
    const size_t size = trainer->network.parameter_count * sizeof(float);
    uint64_t hash = fingerprint(FINGERPRINT_START, trainer->weights.values, size);
    if (trainer->weights.owned) hash = fingerprint(hash, trainer->model->weights.values, size);
    for (size_t i = 0; i < trainer->optimizer.moment_count; i++)
        hash = fingerprint(hash, trainer->optimizer.moments[i], size);
    return hash;
}

static uint64_t place_fingerprint(const scrawl_trainer *trainer)
{
    const uint64_t place[] = {(uint64_t)trainer->epoch,  trainer->trained.images,    trainer->trained.correct,
                              trainer->validated.images, trainer->validated.correct, trainer->optimizer.steps};
    uint64_t hash = fingerprint(FINGERPRINT_START, place, sizeof place);
    return fingerprint(hash, &trainer->trained.loss, sizeof trainer->trained.loss);
}

static uint64_t options_fingerprint(const scrawl_training_options *options)
{
    const struct training_option *option = NULL;
    scrawl_training_options compared = *options;
    uint64_t hash = evaluate_fingerprint(options->teacher);
    compared.threads = 0; /* each rank may have its own number */
    while ((option = training_option_after(option))) {
        const uint64_t bits = training_option_bits(option, &compared);
        hash = fingerprint(hash, &bits, sizeof bits);
    }
    return hash;
}

static scrawl_status check_likeness(const scrawl_trainer *trainer, const scrawl_ranks *ranks)
{
    const char *architecture = scrawl_model_architecture(trainer->model);
    const struct likeness things[] = {
        {"network", fingerprint(FINGERPRINT_START, architecture, strlen(architecture))},
        {"normalization", trainer->model->normalization},
        {"training options", options_fingerprint(&trainer->options)},
        {"data", dataset_fingerprint(trainer->images.dataset)},
        {"place in the training", place_fingerprint(trainer)},
        {"weights", state_fingerprint(trainer)},
    };
    return likeness_check(ranks, trainer->model->packed.kernels->name, things, sizeof things / sizeof *things);
}

scrawl_status scrawl_trainer_share(scrawl_trainer *trainer, const scrawl_ranks *ranks)
{
    char images[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    const struct batch_share full = {NULL, trainer->training.batch, trainer->training.chunk};
    const size_t chunks = share_chunk_count(&full);
    scrawl_status status = check_likeness(trainer, ranks);
    if (status != SCRAWL_OK) return status;
    if (ranks && (size_t)ranks->count > chunks)
        return fail(SCRAWL_INVALID_ARGUMENT, "At most ", unsigned_text(chunks, most),
                    " ranks can share a batch size of ", unsigned_text(trainer->training.batch, images), ".", NULL);
    trainer->ranks = ranks && ranks->count > 1 ? ranks : NULL;
    return SCRAWL_OK;
}

scrawl_status scrawl_trainer_compare(const scrawl_trainer *trainer)
{
    const struct likeness things[] = {
        {"place in the training", place_fingerprint(trainer)},
        {"weights", state_fingerprint(trainer)},
    };
    return likeness_check(trainer->ranks, trainer->model->packed.kernels->name, things, sizeof things / sizeof *things);
}
