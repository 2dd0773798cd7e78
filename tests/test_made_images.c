/* Trainings on images that are made for them, of digits and of what is none. */
#include "../src/layers.h"
#include "../src/synthesize.h"
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
        synthesize_other(99, i, image);
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
    scrawl_evaluation evaluation;
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
    CHECK_EQUAL(scrawl_evaluate(model, digits, 1, &evaluation, NULL), SCRAWL_OK);
    CHECK(last.accuracy > 0.5 && last.accuracy <= 1); /* of the digits only */
    *confidence = mean_confidence(model);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(digits);
    return evaluation.accuracy;
}

TEST(trainer_learns_digits_from_what_is_made_and_to_doubt_the_rest)
{
    double sure, doubting;
    CHECK(train_synthetic(0, &sure) > 0.75);
    CHECK(train_synthetic(0.3f, &doubting) > 0.7);
    CHECK(doubting < sure - 0.15);
}

TEST(trainer_makes_digits_for_models_of_digits_only)
{
    static const char *const letters[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "x"};
    scrawl_dataset *dataset = random_dataset(20, 2);
    scrawl_model_options model_options = scrawl_model_default();
    scrawl_training_options options = scrawl_training_default();
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    model_options.architecture = small_architecture;
    model_options.class_count = CLASSES;
    model_options.labels = letters;
    CHECK_EQUAL(scrawl_model_create(&model_options, &model), SCRAWL_OK);
    options.synthetic = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "0 to 9");
    options.synthetic = 0;
    options.unknown = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}
