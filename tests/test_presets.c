/* Presets: every name is known, and makes options that train. */
#include <string.h>

#include "../src/scrawl.h"
#include "test.h"

TEST(presets_are_all_found_by_name)
{
    scrawl_training_options options;
    size_t count = 0;
    for (; scrawl_preset_name(count); count++) {
        memset(&options, 0, sizeof options);
        CHECK_EQUAL(scrawl_training_preset(scrawl_preset_name(count), &options), SCRAWL_OK);
        CHECK(options.epochs > 0 && options.batch_size > 0 && options.learning_rate > 0 && options.epsilon > 0);
        CHECK_EQUAL(options.seed, scrawl_training_default().seed);
    }
    CHECK_EQUAL(count, 4);
}

TEST(preset_fast_is_what_the_manual_says)
{
    scrawl_training_options options;
    CHECK_EQUAL(scrawl_training_preset("fast", &options), SCRAWL_OK);
    CHECK_EQUAL(options.epochs, 1);
    CHECK_EQUAL(options.batch_size, 64);
    CHECK_EQUAL(options.optimizer, SCRAWL_ADAM);
    CHECK_EQUAL(options.schedule, SCRAWL_ONE_CYCLE);
    CHECK_NEAR((double)options.learning_rate, 0.01, 1e-9);
    CHECK(!options.dropout);
    CHECK_NEAR((double)options.label_smoothing, 0.1, 1e-8);
    CHECK_NEAR(options.epoch_share, 0.75, 0);
    CHECK_NEAR(options.validation_split, 0, 0);
}

TEST(preset_tutorial_is_the_keras_tutorials)
{
    scrawl_training_options options;
    CHECK_EQUAL(scrawl_training_preset("tutorial", &options), SCRAWL_OK);
    CHECK_EQUAL(options.epochs, 10);
    CHECK_EQUAL(options.batch_size, 128);
    CHECK_EQUAL(options.optimizer, SCRAWL_ADAM);
    CHECK_EQUAL(options.schedule, SCRAWL_CONSTANT);
    CHECK_NEAR((double)options.learning_rate, 0.001, 1e-9);
    CHECK_NEAR(options.validation_split, 0.3, 0);
    CHECK(options.dropout);
    CHECK_NEAR(options.epoch_share, 1, 0);
    CHECK_NEAR((double)options.label_smoothing, 0, 0);
}

TEST(presets_are_named_after_architectures)
{
    for (size_t i = 0; scrawl_preset_name(i); i++) {
        scrawl_model_options options = scrawl_model_default();
        scrawl_model *model = NULL;
        options.architecture = scrawl_preset_name(i);
        CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
        scrawl_model_free(model);
    }
}

TEST(presets_of_the_shipped_models_are_what_the_manual_says)
{
    static const char *const names[] = {"small", "best"};
    for (int i = 0; i < 2; i++) {
        scrawl_training_options options;
        CHECK_EQUAL(scrawl_training_preset(names[i], &options), SCRAWL_OK);
        CHECK_EQUAL(options.epochs, i ? 64 : 48);
        CHECK_EQUAL(options.schedule, SCRAWL_COSINE);
        CHECK_NEAR((double)options.learning_rate, 0.003, 1e-9);
        CHECK_NEAR((double)options.weight_decay, 0.02, 1e-9);
        CHECK_NEAR((double)options.augment, 0.7, 1e-7);
        CHECK_NEAR((double)options.augment_fade, 0.6, 1e-7);
        CHECK_NEAR((double)options.synthetic, 0.18, 1e-7);
        CHECK_NEAR((double)options.unknown, 0.12, 1e-8);
        CHECK_NEAR((double)options.touching, 0.1, 1e-8);
        CHECK_NEAR(options.validation_split, 0.05, 0);
        CHECK(options.dropout && !options.teacher);
    }
}

TEST(presets_refuse_an_unknown_name_and_list_the_known)
{
    static const char *const unknown[] = {"", "FAST", "fastest"};
    scrawl_training_options options = scrawl_training_default(), untouched = options;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        CHECK_EQUAL(scrawl_training_preset(unknown[i], &options), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), unknown[i]);
        for (size_t j = 0; scrawl_preset_name(j); j++) CHECK_MENTIONS(scrawl_error(), scrawl_preset_name(j));
        CHECK_EQUAL(memcmp(&options, &untouched, sizeof options), 0);
    }
}
