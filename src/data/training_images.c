/* Implements training_images.h. Must not know any model. */
#include "training_images.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/minmax.h"
#include "base/random.h"
#include "layers/loss.h"
#include "pages/augment.h"
#include "pages/page.h"
#include "pages/synthesize.h"
#include "pages/touching.h"

static const double fading = 0.2; /* part of the training, at its end, over which the augmentation fades evenly */

/* As Keras splits: the first floor(count * (1 - split)) images train. */
static size_t count_for_training(const scrawl_dataset *dataset, double split)
{
    return (size_t)floor((double)dataset->count * (1 - split));
}

/* Known to the compiler, so that builds without pages are without their boxes too. */
static bool makes_pages(const scrawl_training_options *options)
{
    return PAGE_BUILT_IN && options->pages > 0;
}

scrawl_status training_images_create(const scrawl_dataset *dataset, const scrawl_training_options *options,
                                     scrawl_normalization normalization, int threads, struct training_images *images)
{
    const size_t count = count_for_training(dataset, options->validation_split), batch = (size_t)options->batch_size;
    *images = (struct training_images){
        .dataset = dataset,
        .options = options,
        .normalization = normalization,
        .count = count,
        .validation_count = dataset->count - count,
        .epoch_count = (size_t)ceil((double)count * options->epoch_share),
    };
    if (count == 0) return fail(SCRAWL_INVALID_ARGUMENT, "The validation split leaves no image to train on.", NULL);
    images->order = malloc(count * sizeof *images->order);
    images->batch_images = malloc(batch * SCRAWL_IMAGE_PIXELS);
    images->batch_labels = malloc(batch);
    if (!images->order || !images->batch_images || !images->batch_labels) return fail_out_of_memory();
    return makes_pages(options) ? page_boxes_create(threads, &images->page_boxes) : SCRAWL_OK;
}

void training_images_free(struct training_images *images)
{
    free(images->order);
    free(images->batch_images);
    free(images->batch_labels);
    page_boxes_free(images->page_boxes);
}

void training_images_begin_epoch(struct training_images *images, int epoch)
{
    struct random random = random_stream(images->options->seed, RANDOM_SHUFFLE, (uint64_t)epoch, 0);
    images->epoch = epoch;
    for (size_t i = 0; i < images->count; i++) images->order[i] = (uint32_t)i;
    random_shuffle(&random, images->order, images->count);
}

double training_images_position(const struct training_images *images, double done)
{
    return ((double)images->epoch + done / (double)images->epoch_count) / (double)images->options->epochs;
}

/* ---- One image --------------------------------------------------------------------------------------------------- */

/* A piece of the image `index` beside another one, or of both. Writes it and returns its label. */
static uint8_t make_touching(const struct training_images *images, struct random *random, uint32_t index,
                             uint64_t number, uint8_t *image)
{
    const scrawl_dataset *dataset = images->dataset;
    const size_t other = random_below(random, images->count);
    const enum touching_piece piece =
        touching_make(dataset->images + (size_t)index * SCRAWL_IMAGE_PIXELS,
                      dataset->images + other * SCRAWL_IMAGE_PIXELS, images->options->seed, number, image);
    if (piece == TOUCHING_NEITHER) return NO_CLASS;
    return dataset->labels[piece == TOUCHING_LEFT ? index : other];
}

static float augment_strength(const scrawl_training_options *options, double position)
{
    const double faded = position > 1 - fading ? (position - (1 - fading)) / fading : 0;
    return options->augment * (float)(1 - (double)options->augment_fade * faded);
}

/* A box of a page that is written with the images for training. Writes it and returns its label. */
static uint8_t make_page_box(const struct training_images *images, uint64_t number, int thread, uint8_t *image)
{
    const struct page_source source = {images->dataset->images, images->dataset->labels, images->count};
    return page_boxes_make(images->page_boxes, thread, &source, images->options->seed, number, image);
}

/* The epoch's image at a place in its order, taken from the data set or made: where a number decides, it is the image's
 * place in the whole training. Boxes of pages aren't distorted: pages are as various as they shall be. Writes
 * image[28][28] and returns its label. */
static uint8_t choose_image(const struct training_images *images, uint64_t place, int thread, uint8_t *image)
{
    const scrawl_training_options *options = images->options;
    const uint64_t number = (uint64_t)images->epoch * images->count + place;
    const uint32_t index = images->order[place];
    struct random random = random_stream(options->seed, RANDOM_MIXTURE, number, 0);
    const float chance = random_uniform(&random);
    uint8_t made[SCRAWL_IMAGE_PIXELS], label = images->dataset->labels[index];
    const uint8_t *chosen = made;
    if (chance < options->synthetic)
        label = (uint8_t)synthesize_digit(options->seed, number, made);
    else if (chance < options->synthetic + options->unknown)
        label = NO_CLASS, synthesize_negative(options->seed, number, made);
    else if (chance < options->synthetic + options->unknown + options->touching)
        label = make_touching(images, &random, index, number, made);
    else if (makes_pages(options) &&
             chance < options->synthetic + options->unknown + options->touching + options->pages)
        return make_page_box(images, number, thread, image);
    else
        chosen = images->dataset->images + (size_t)index * SCRAWL_IMAGE_PIXELS;
    augment(chosen, augment_strength(options, training_images_position(images, (double)place)), options->seed, number,
            image);
    return label;
}

/* ---- A batch ----------------------------------------------------------------------------------------------------- */

enum { BLOCK = 16 }; /* images of one task */

struct batch {
    struct training_images *images;
    uint64_t done;      /* images of the epoch before it */
    struct portion own; /* of its images */
    float *input;       /* of the first of these */
};

static void make_block(void *context, size_t block, int thread)
{
    const struct batch *batch = context;
    struct training_images *images = batch->images;
    const size_t first = batch->own.first + block * BLOCK, end = min_size(first + BLOCK, batch->own.end);
    for (size_t i = first; i < end; i++) {
        uint8_t *image = images->batch_images + i * SCRAWL_IMAGE_PIXELS;
        images->batch_labels[i] = choose_image(images, batch->done + i, thread, image);
        scrawl_normalize(image, images->normalization, batch->input + (i - batch->own.first) * SCRAWL_IMAGE_PIXELS);
    }
}

void training_images_make_batch(struct training_images *images, uint64_t done, struct portion own,
                                struct parallel *parallel, float *input)
{
    struct batch batch = {images, done, own, input};
    parallel_run(parallel, (own.end - own.first + BLOCK - 1) / BLOCK, make_block, &batch);
}
