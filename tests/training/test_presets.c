/* Presets: every name is known, and makes options that train. */
#include <string.h>

#include "scrawl.h"
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
    CHECK_EQUAL(count, 5);
}

TEST(presets_are_what_the_manual_says)
{
    static const struct {
        const char *name;
        int epochs, batch_size;
        double learning_rate;
        scrawl_schedule schedule;
        bool dropout;
        double label_smoothing, weight_decay, epoch_share, validation_split;
        double augment, augment_fade, synthetic, unknown, touching, pages;
        double average;
    } expected[] = {
        {"fast", 1, 64, 0.01, SCRAWL_ONE_CYCLE, false, 0.1, 0, 0.75, 0, 0, 0, 0, 0, 0, 0, 0},
        {"small", 40, 128, 0.003, SCRAWL_COSINE, true, 0, 0.02, 1, 0.05, 0.7, 0.6, 0.18, 0.12, 0.1, 0.2, 0},
        {"best", 40, 128, 0.003, SCRAWL_COSINE, true, 0, 0.02, 1, 0.05, 0.7, 0.6, 0.15, 0.12, 0.1, 0.25, 0},
        {"tutorial", 10, 128, 0.001, SCRAWL_CONSTANT, true, 0, 0, 1, 0.3, 0, 0, 0, 0, 0, 0, 0},
        {"finder", 20, 32, 0.003, SCRAWL_COSINE, true, 0, 0.02, 1, 0.05, 0, 0, 0, 0, 0, 0, 0.999},
    };
    static const double rounding = 1e-7; /* of a float below 1 */
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        scrawl_training_options options;
        CHECK_EQUAL(scrawl_training_preset(expected[i].name, &options), SCRAWL_OK);
        CHECK_EQUAL(options.epochs, expected[i].epochs);
        CHECK_EQUAL(options.batch_size, expected[i].batch_size);
        CHECK_EQUAL(options.optimizer, SCRAWL_ADAM);
        CHECK_NEAR((double)options.learning_rate, expected[i].learning_rate, rounding / 100);
        CHECK_EQUAL(options.schedule, expected[i].schedule);
        CHECK_EQUAL(options.dropout, expected[i].dropout);
        CHECK_NEAR((double)options.label_smoothing, expected[i].label_smoothing, rounding);
        CHECK_NEAR((double)options.weight_decay, expected[i].weight_decay, rounding);
        CHECK_NEAR(options.epoch_share, expected[i].epoch_share, 0);
        CHECK_NEAR(options.validation_split, expected[i].validation_split, 0);
        CHECK_NEAR((double)options.augment, expected[i].augment, rounding);
        CHECK_NEAR((double)options.augment_fade, expected[i].augment_fade, rounding);
        CHECK_NEAR((double)options.synthetic, expected[i].synthetic, rounding);
        CHECK_NEAR((double)options.unknown, expected[i].unknown, rounding);
        CHECK_NEAR((double)options.touching, expected[i].touching, rounding);
        CHECK_NEAR((double)options.average, expected[i].average, rounding);
        CHECK_NEAR((double)options.pages, expected[i].pages, rounding);
        CHECK(!options.teacher);
    }
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

TEST(presets_need_a_name)
{
    scrawl_training_options options = {.epochs = 77};
    CHECK_EQUAL(scrawl_training_preset(NULL, &options), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "name");
    CHECK_EQUAL(options.epochs, 77);
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
