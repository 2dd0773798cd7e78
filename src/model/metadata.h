/* A small table of texts by text, as a model file carries it. Knows no file format. */
#ifndef METADATA_H
#define METADATA_H

#include "base/status.h"

struct metadata_entry {
    char *key, *value;
};

/* Starts as {0}. */
struct metadata {
    struct metadata_entry *entries;
    size_t count;
};

/* Fields that a training notes begin with this: they speak of the latest one. */
#define METADATA_NOTE_PREFIX "trained_"

/* Sets key to a copy of value, replacing what it had. Fails with OUT_OF_MEMORY only. */
scrawl_status metadata_set(struct metadata *metadata, const char *key, const char *value);
/* The same with a value in decimal; see text_append_number. */
scrawl_status metadata_set_unsigned(struct metadata *metadata, const char *key, uint64_t value);
scrawl_status metadata_set_number(struct metadata *metadata, const char *key, double value);
/* Adds an entry without looking for its key. Takes over both texts, also on failure; NULL stands for one that there was
 * no memory for. */
scrawl_status metadata_add(struct metadata *metadata, char *key, char *value);
void metadata_remove(struct metadata *metadata, const char *key);
/* The value, or NULL. */
const char *metadata_get(const struct metadata *metadata, const char *key);
void metadata_free(struct metadata *metadata);

#endif
