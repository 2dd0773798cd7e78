/* Implements metadata.h. Must not know what a key means. */
#include "metadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static char *copy_string(const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = malloc(size);
    if (copy) memcpy(copy, string, size);
    return copy;
}

static struct metadata_entry *find_entry(const struct metadata *metadata, const char *key)
{
    for (size_t i = 0; i < metadata->count; i++) {
        if (strcmp(metadata->entries[i].key, key) == 0) return &metadata->entries[i];
    }
    return NULL;
}

scrawl_status metadata_add(struct metadata *metadata, char *key, char *value)
{
    struct metadata_entry *entries = NULL;
    if (key && value) entries = realloc(metadata->entries, (metadata->count + 1) * sizeof *entries);
    if (!entries) {
        free(key);
        free(value);
        return fail_out_of_memory();
    }
    metadata->entries = entries;
    entries[metadata->count++] = (struct metadata_entry){key, value};
    return SCRAWL_OK;
}

scrawl_status metadata_set(struct metadata *metadata, const char *key, const char *value)
{
    struct metadata_entry *entry = find_entry(metadata, key);
    if (!entry) return metadata_add(metadata, copy_string(key), copy_string(value));
    char *copy = copy_string(value);
    if (!copy) return fail_out_of_memory();
    free(entry->value);
    entry->value = copy;
    return SCRAWL_OK;
}

scrawl_status metadata_set_unsigned(struct metadata *metadata, const char *key, uint64_t value)
{
    char text[NUMBER_TEXT_SIZE];
    return metadata_set(metadata, key, unsigned_text(value, text));
}

scrawl_status metadata_set_number(struct metadata *metadata, const char *key, double value)
{
    struct text text = {0};
    text_append_number(&text, value);
    char *written = text_take(&text);
    scrawl_status status = written ? metadata_set(metadata, key, written) : fail_out_of_memory();
    free(written);
    return status;
}

const char *metadata_get(const struct metadata *metadata, const char *key)
{
    const struct metadata_entry *entry = find_entry(metadata, key);
    return entry ? entry->value : NULL;
}

void metadata_remove(struct metadata *metadata, const char *key)
{
    struct metadata_entry *entry = find_entry(metadata, key);
    if (!entry) return;
    free(entry->key);
    free(entry->value);
    *entry = metadata->entries[--metadata->count];
}

void metadata_free(struct metadata *metadata)
{
    for (size_t i = 0; i < metadata->count; i++) {
        free(metadata->entries[i].key);
        free(metadata->entries[i].value);
    }
    free(metadata->entries);
    *metadata = (struct metadata){0};
}
