/* Trainings on images that are made for them, of digits and of what is none. */
#include "layers/loss.h"
#include "pages/synthesize.h"
#include "test.h"
#include "trainings.h"

enum { CLASSES = TRAININGS_CLASSES };

/* The mean of the highest probability over images that are no digits. */
static double mean_confidence(const scrawl_model *model)
{
    enum { OTHERS = 200 };
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    float probabilities[CLASSES];
    double sum = 0;
    for (uint64_t i = 0; i < OTHERS; i++) {
        synthesize_negative(99, i, image);
        CHECK_EQUAL(scrawl_predict_images(model, image, 1, 1, probabilities), SCRAWL_OK);
        sum += (double)probabilities[most_probable(CLASSES, probabilities)];
    }
    return sum / OTHERS;
}

/* Trains on synthetic digits alone, so the data set's random labels teach nothing. */
static double train_synthetic(float unknown, double *confidence)
{
    scrawl_dataset *dataset = random_dataset(2000, 2), *digits = NULL;
    scrawl_model *model = make_model("maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 32 relu, dense 10 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    static uint8_t images[300 * SCRAWL_IMAGE_PIXELS], labels[300];
    options.epochs = 6;
    options.batch_size = 32;
    options.learning_rate = 0.003f;
    options.synthetic = 1 - unknown;
    options.unknown = unknown;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return 0;
    scrawl_progress last = train_to_end(trainer);
    for (uint64_t i = 0; i < 300; i++) labels[i] = (uint8_t)synthesize_digit(77, i, images + i * SCRAWL_IMAGE_PIXELS);
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, 300, CLASSES, &digits), SCRAWL_OK);
    const double accuracy = evaluate(model, digits, NULL).accuracy;
    CHECK(last.accuracy > 0.5 && last.accuracy <= 1); /* of the digits only */
    *confidence = mean_confidence(model);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(digits);
    return accuracy;
}

TEST(trainer_learns_digits_from_what_is_made_and_to_doubt_the_rest)
{
    double sure, doubting;
    CHECK(train_synthetic(0, &sure) > 0.75);
    CHECK(train_synthetic(0.3f, &doubting) > 0.7);
    CHECK(doubting < sure - 0.15);
}

enum { FADING_STEPS = 25 };

/* The loss of each step of five epochs, each of five steps. */
static void losses_of(float fade, double losses[FADING_STEPS])
{
    scrawl_dataset *dataset = random_dataset(100, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    options.batch_size = 20;
    options.augment = 1;
    options.augment_fade = fade;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    for (int i = 0; i < FADING_STEPS; i++) {
        scrawl_progress progress;
        scrawl_trainer_step(trainer, &progress);
        losses[i] = progress.loss;
    }
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(trainer_lets_distortions_fade_over_the_last_fifth_of_the_training)
{
    enum { FADES_FROM = FADING_STEPS * 4 / 5 };
    double lasting[FADING_STEPS] = {0}, fading[FADING_STEPS] = {0};
    losses_of(0, lasting);
    losses_of(1, fading);
    for (int i = 0; i < FADES_FROM; i++) CHECK(lasting[i] > 0 && lasting[i] == fading[i]);
    for (int i = FADES_FROM; i < FADING_STEPS; i++) CHECK(lasting[i] != fading[i]);
}
