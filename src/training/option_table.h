/* The table of the training options that are numbers, one row each: from it follow defaults, range checks, presets,
 * checkpoints and notes, and through scrawl.h whatever offers them to people. Knows nothing of what training does with
 * them. */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include "base/status.h"

/* How scrawl_training_options holds a value. */
enum value_type { VALUE_INT, VALUE_BOOL, VALUE_UNSIGNED, VALUE_FLOAT, VALUE_DOUBLE };

struct training_option {
    scrawl_option shown;
    enum value_type type;
    size_t place;   /* in scrawl_training_options */
    bool of_images; /* says nothing to a detector, which is trained on whole pages */
    bool noted; /* model files say it where it isn't the initial value; training_notes.c has what they say besides */
};

/* The index-th row; NULL past the last. */
const struct training_option *training_option(size_t index);

/* NULL for an unknown name. */
const struct training_option *training_option_find(const char *name);

/* The row whose value comes after that of `last` in the struct, the first one's for NULL; NULL past the last. */
const struct training_option *training_option_after(const struct training_option *last);

enum { OPTION_KEY_SIZE = 64 }; /* bytes, longer than any key */

/* Writes the prefix and the name with underscores into key and returns it: "trained_label_smoothing". */
const char *training_option_key(const char *prefix, const struct training_option *option, char key[OPTION_KEY_SIZE]);

/* The value; of an unsigned one the nearest double. */
double training_option_value(const struct training_option *option, const scrawl_training_options *options);

/* The value as 64 bits, exactly: a whole number itself, any other one as the bits of a double. */
uint64_t training_option_bits(const struct training_option *option, const scrawl_training_options *options);

/* The reverse. False, and nothing is set, for a whole number above the option's most. */
bool training_option_set_bits(const struct training_option *option, uint64_t bits, scrawl_training_options *options);

/* Fails with INVALID_ARGUMENT where the value is out of its range or none of the words. */
scrawl_status training_option_check(const struct training_option *option, const scrawl_training_options *options);

#endif
