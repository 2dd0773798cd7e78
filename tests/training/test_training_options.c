/* Options of a training: what makes no sense, alone or for a model, is refused in words. */
#include <math.h>

#include "test.h"
#include "trainings.h"

enum { CLASSES = TRAININGS_CLASSES };

static void check_refused(scrawl_training_options options, const scrawl_dataset *dataset, const char *mention)
{
    scrawl_model *model = make_model(small_architecture);
    scrawl_trainer *trainer = NULL;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK(trainer == NULL);
    scrawl_model_free(model);
}

TEST(trainer_refuses_senseless_options)
{
    scrawl_dataset *dataset = random_dataset(5, 1);
    scrawl_training_options good = scrawl_training_default(), bad;
    bad = good, bad.epochs = 0, check_refused(bad, dataset, "epochs");
    bad = good, bad.batch_size = 5000, check_refused(bad, dataset, "batch size");
    bad = good, bad.learning_rate = 0, check_refused(bad, dataset, "learning rate");
    bad = good, bad.learning_rate = NAN, check_refused(bad, dataset, "learning rate");
    bad = good, bad.momentum = 1, check_refused(bad, dataset, "momentum");
    bad = good, bad.epsilon = -1, check_refused(bad, dataset, "epsilon");
    bad = good, bad.validation_split = 1, check_refused(bad, dataset, "validation split");
    bad = good, bad.validation_split = 0.9, check_refused(bad, dataset, "leaves no image");
    bad = good, bad.augment = 1.5f, check_refused(bad, dataset, "augmentation");
    bad = good, bad.augment = NAN, check_refused(bad, dataset, "augmentation");
    bad = good, bad.augment_fade = 1.01f, check_refused(bad, dataset, "fading of the augmentation");
    bad = good, bad.synthetic = -0.1f, check_refused(bad, dataset, "synthetic");
    bad = good, bad.synthetic = bad.unknown = 0.6f, check_refused(bad, dataset, "together");
    bad = good, bad.pages = 1.1f, check_refused(bad, dataset, "boxes of pages");
    bad = good, bad.pages = bad.touching = 0.6f, check_refused(bad, dataset, "together");
    bad = good, bad.threads = 1000, check_refused(bad, dataset, "threads");
    bad = good, bad.optimizer = (scrawl_optimizer)9, check_refused(bad, dataset, "optimizer");
    bad = good, bad.weight_decay = 1.1f, check_refused(bad, dataset, "weight decay");
    bad = good, bad.weight_decay = NAN, check_refused(bad, dataset, "weight decay");
    bad = good, bad.average = 1, check_refused(bad, dataset, "averaging");
    bad = good, bad.average = NAN, check_refused(bad, dataset, "averaging");
    bad = good, bad.label_smoothing = 1, check_refused(bad, dataset, "label smoothing");
    bad = good, bad.label_smoothing = NAN, check_refused(bad, dataset, "label smoothing");
    bad = good, bad.epoch_share = 0, check_refused(bad, dataset, "images in an epoch");
    bad = good, bad.epoch_share = 1.01, check_refused(bad, dataset, "images in an epoch");
    bad = good, bad.schedule = (scrawl_schedule)9, check_refused(bad, dataset, "schedule");
    scrawl_dataset_free(dataset);
    CHECK_EQUAL(scrawl_dataset_create(CLASSES, &dataset), SCRAWL_OK);
    check_refused(good, dataset, "no image");
    scrawl_dataset_free(dataset);
    CHECK_EQUAL(scrawl_dataset_create(CLASSES + 1, &dataset), SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_count(dataset), 0);
    scrawl_dataset_free(dataset);
}

TEST(trainer_refuses_a_detector_what_is_for_images)
{
    static const char *const names[] = {"label-smoothing", "augment",  "augment-fade", "synthetic",
                                        "unknown",         "touching", "pages"};
    static const char *const letters[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "x"};
    scrawl_dataset *dataset = random_dataset(20, 2);
    scrawl_model *detector = make_model(detector_architecture), *classifier = make_model(small_architecture);
    scrawl_trainer *trainer = NULL;
    scrawl_training_options options;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        options = scrawl_training_default();
        CHECK_EQUAL(scrawl_training_set(&options, names[i], 0.25), SCRAWL_OK);
        CHECK_EQUAL(scrawl_trainer_create(detector, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), "trained on pages");
    }
    options = scrawl_training_default();
    options.teacher = classifier;
    CHECK_EQUAL(scrawl_trainer_create(detector, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    options.teacher = detector;
    CHECK_EQUAL(scrawl_trainer_create(classifier, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "can't teach");
    scrawl_model_free(detector);
    const scrawl_model_options of_letters = {
        .architecture = detector_architecture, .class_count = CLASSES, .labels = letters};
    CHECK_EQUAL(scrawl_model_create(&of_letters, &detector), SCRAWL_OK);
    CHECK_EQUAL(scrawl_trainer_create(detector, dataset, NULL, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "0 to 9");
    scrawl_model_free(detector);
    scrawl_model_free(classifier);
    scrawl_dataset_free(dataset);
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
    options.pages = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "0 to 9");
    options.pages = 0;
    options.unknown = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}
