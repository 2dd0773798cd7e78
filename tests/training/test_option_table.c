/* Tests src/training/option_table.c: every option of the table by its name, at the ends of its range and beyond them.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "scrawl.h"
#include "test.h"
#include "training/option_table.h"

enum { OPTION_COUNT = 22 };

TEST(options_are_all_described)
{
    const scrawl_option *option;
    size_t count = 0;
    for (; (option = scrawl_training_option(count)); count++) {
        CHECK_EQUAL(strspn(option->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(option->name));
        CHECK(isupper((unsigned char)option->title[0]) && strlen(option->help) > 0);
        CHECK(option->least <= option->initial && option->initial <= option->most);
        CHECK_EQUAL(option->words != NULL, option->kind == SCRAWL_SWITCH || option->kind == SCRAWL_CHOICE);
        CHECK(!option->missing); /* only from wasm */
        if (!option->words) continue;
        size_t words = 0;
        while (option->words[words]) words++;
        CHECK_NEAR((double)words, option->most + 1, 0);
        CHECK_NEAR(option->least, 0, 0);
    }
    CHECK_EQUAL(count, OPTION_COUNT);
    CHECK(!scrawl_training_option(SIZE_MAX));
}

/* A number that the option's struct can tell from the end of its range, towards the other end. */
static double within(const scrawl_option *option, double end, double towards)
{
    if (option->kind == SCRAWL_REAL) return (double)nextafterf((float)end, (float)towards);
    return isinf(end) || fabs(end) > 0x1p53 ? nextafter(end, towards) : end + (towards > end ? 1 : -1);
}

static void check_set(const scrawl_option *option, double value, bool is_right)
{
    scrawl_training_options options = scrawl_training_default(), before = options;
    double kept = NAN;
    const scrawl_status status = scrawl_training_set(&options, option->name, value);
    test_check(status == (is_right ? SCRAWL_OK : SCRAWL_INVALID_ARGUMENT), __FILE__, __LINE__, "%s set to %.17g",
               option->name, value);
    if (is_right) {
        CHECK_EQUAL(scrawl_training_get(&options, option->name, &kept), SCRAWL_OK);
        CHECK_NEAR(kept, value, 0);
        return;
    }
    CHECK_EQUAL(memcmp(&options, &before, sizeof options), 0);
    CHECK_MENTIONS(scrawl_error(), option->title + 1);
}

TEST(options_take_the_ends_of_their_range_and_nothing_beyond)
{
    const scrawl_option *option;
    for (size_t i = 0; (option = scrawl_training_option(i)); i++) {
        const double least = option->least, most = option->most;
        check_set(option, least, !option->above_least);
        check_set(option, within(option, least, INFINITY), true);
        check_set(option, within(option, least, -INFINITY), false);
        check_set(option, most, !option->below_most);
        check_set(option, within(option, most, -INFINITY), true);
        check_set(option, INFINITY, false);
        check_set(option, -INFINITY, false);
        check_set(option, NAN, false);
        if (!isinf(most) && !option->below_most) check_set(option, within(option, most, INFINITY), false);
        if (option->kind != SCRAWL_REAL) check_set(option, 0.5, false);
    }
}

TEST(options_out_of_their_range_are_found_in_the_struct)
{
    const struct training_option *option;
    for (size_t i = 0; (option = training_option(i)); i++) {
        scrawl_training_options options = scrawl_training_default();
        CHECK_EQUAL(training_option_check(option, &options), SCRAWL_OK);
        void *place = (char *)&options + option->place;
        if (option->type == VALUE_INT)
            *(int *)place = (int)option->shown.most + 1;
        else if (option->type == VALUE_FLOAT)
            *(float *)place = NAN;
        else if (option->type == VALUE_DOUBLE)
            *(double *)place = -1;
        else
            continue; /* every bool and every seed is right */
        CHECK_EQUAL(training_option_check(option, &options), SCRAWL_INVALID_ARGUMENT);
    }
}

TEST(options_are_refused_in_words_that_say_the_range)
{
    static const struct {
        const char *name, *sentence;
    } refused[] = {
        {"epochs", "The epochs must be a whole number from 1 to 100000."},
        {"learning-rate", "The learning rate must be above 0 and finite."},
        {"schedule", "The learning rate schedule must be constant, one-cycle or cosine."},
        {"optimizer", "The optimizer must be adam or sgd."},
        {"dropout", "The dropout layers must be off or on."},
        {"label-smoothing", "The label smoothing must be from 0 to below 1."},
        {"epoch-share", "The share of images in an epoch must be above 0 and at most 1."},
        {"augment", "The strength of the augmentation must be from 0 to 1."},
        {"seed", "The seed must be a whole number from 0 to 18446744073709551615."},
        {"threads", "The threads must be a whole number from 0 to 64."},
    };
    scrawl_training_options options = scrawl_training_default();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        CHECK_EQUAL(scrawl_training_set(&options, refused[i].name, -3), SCRAWL_INVALID_ARGUMENT);
        CHECK_TEXT(scrawl_error(), refused[i].sentence);
    }
}

TEST(options_are_known_by_their_names_alone)
{
    static const char *const unknown[] = {"", "label_smoothing", "labelSmoothing", "teacher", "epoch"};
    scrawl_training_options options = scrawl_training_default();
    double value = 7;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        CHECK_EQUAL(scrawl_training_set(&options, unknown[i], 1), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), unknown[i]);
        CHECK_EQUAL(scrawl_training_set_whole(&options, unknown[i], 1), SCRAWL_INVALID_ARGUMENT);
        CHECK_EQUAL(scrawl_training_get(&options, unknown[i], &value), SCRAWL_INVALID_ARGUMENT);
        CHECK_NEAR(value, 7, 0);
    }
}

TEST(options_need_a_name)
{
    scrawl_training_options options = scrawl_training_default(), before = options;
    double value = 7;
    CHECK_EQUAL(scrawl_training_get(&options, NULL, &value), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "name");
    CHECK_NEAR(value, 7, 0);
    CHECK_EQUAL(scrawl_training_set(&options, NULL, 1), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_training_set_whole(&options, NULL, 1), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(memcmp(&options, &before, sizeof options), 0);
}

TEST(options_set_whole_numbers_exactly)
{
    scrawl_training_options options = scrawl_training_default();
    CHECK_EQUAL(scrawl_training_set_whole(&options, "seed", UINT64_MAX - 3), SCRAWL_OK);
    CHECK_EQUAL(options.seed, UINT64_MAX - 3);
    CHECK_EQUAL(scrawl_training_set(&options, "seed", 0x1p53), SCRAWL_OK);
    CHECK_EQUAL(options.seed, (uint64_t)1 << 53);
    CHECK_EQUAL(scrawl_training_set_whole(&options, "epochs", 9), SCRAWL_OK);
    CHECK_EQUAL(options.epochs, 9);
    CHECK_EQUAL(scrawl_training_set_whole(&options, "epochs", UINT64_MAX), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_training_set_whole(&options, "momentum", 1), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(options.epochs, 9);
}

TEST(options_begin_as_the_manual_says)
{
    const scrawl_training_options options = scrawl_training_default();
    CHECK_EQUAL(options.epochs, 5);
    CHECK_EQUAL(options.batch_size, 128);
    CHECK_EQUAL(options.optimizer, SCRAWL_ADAM);
    CHECK_NEAR((double)options.learning_rate, (double)0.001f, 0);
    CHECK_EQUAL(options.schedule, SCRAWL_CONSTANT);
    CHECK_NEAR((double)options.momentum, (double)0.9f, 0);
    CHECK_NEAR((double)options.epsilon, (double)1e-7f, 0);
    CHECK(options.dropout);
    CHECK_NEAR((double)options.teacher_share, (double)0.7f, 0);
    CHECK_NEAR(options.epoch_share, 1, 0);
    CHECK_EQUAL(options.seed, 1);
    CHECK_NEAR((double)(options.weight_decay + options.average + options.label_smoothing), 0, 0);
    CHECK_NEAR((double)(options.augment + options.augment_fade + options.synthetic + options.unknown), 0, 0);
    CHECK_NEAR((double)(options.touching + options.pages) + options.validation_split + options.threads, 0, 0);
    CHECK(!options.teacher);
}

/* The order and the words of what checkpoints hold: those that lie on disks have it. */
TEST(options_are_kept_in_the_order_of_the_struct)
{
    static const char *const keys[] = {
        "checkpoint_epochs",        "checkpoint_batch_size",       "checkpoint_optimizer",
        "checkpoint_learning_rate", "checkpoint_schedule",         "checkpoint_momentum",
        "checkpoint_epsilon",       "checkpoint_weight_decay",     "checkpoint_average",
        "checkpoint_dropout",       "checkpoint_label_smoothing",  "checkpoint_teacher_share",
        "checkpoint_epoch_share",   "checkpoint_validation_split", "checkpoint_seed",
        "checkpoint_threads",       "checkpoint_augment",          "checkpoint_augment_fade",
        "checkpoint_synthetic",     "checkpoint_unknown",          "checkpoint_touching",
        "checkpoint_pages"};
    const struct training_option *option = NULL;
    char key[OPTION_KEY_SIZE];
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!CHECK((option = training_option_after(option)))) return;
        CHECK_TEXT(training_option_key("checkpoint_", option, key), keys[i]);
    }
    CHECK(!training_option_after(option));
}
