/* Fuzz target: the names of folders, one on each line, as classes: found in natural order, and the labels of a model
 * that is saved and loaded. Build with clang -fsanitize=fuzzer,address,undefined; a main of your own that calls it on
 * files serves to replay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/folder_names.h"
#include "cli/printable.h"
#include "scrawl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_FOLDERS = 16, MOST_PATH = 512 };

/* What is taken as labels comes back from the file, in UTF-8 without control characters. */
static void check_labels(char *const *labels, size_t count)
{
    char architecture[MOST_PATH];
    snprintf(architecture, sizeof architecture, "maxpool 14, flatten, dense %zu softmax", count);
    const scrawl_model_options options = {
        .architecture = architecture, .class_count = count, .labels = (const char *const *)labels, .seed = 1};
    scrawl_model *model = NULL, *again = NULL;
    uint8_t *saved = NULL;
    size_t saved_size;
    if (scrawl_model_create(&options, &model) != SCRAWL_OK) return;
    if (scrawl_model_save(model, &saved, &saved_size) != SCRAWL_OK) abort();
    if (scrawl_model_load(saved, saved_size, &again) != SCRAWL_OK) abort();
    for (size_t i = 0; i < count; i++) {
        if (strcmp(scrawl_model_label(again, i), labels[i]) != 0) abort();
        for (const char *place = labels[i]; *place; place += character_length(place))
            if (character_length(place) == 0 || is_control_character(place)) abort();
    }
    scrawl_model_free(again);
    scrawl_free(saved);
    scrawl_model_free(model);
}

/* No name is hidden or there twice, and all that were made and aren't passed over are found. */
static void check(const char *folder, size_t made)
{
    struct folder_names names = {0};
    if (!folder_names(folder, true, &names) || names.count > made) abort();
    for (size_t i = 0; i < names.count; i++) {
        if (names.items[i][0] == '.') abort();
        for (size_t k = 0; k < i; k++)
            if (strcmp(names.items[i], names.items[k]) == 0) abort();
        (void)printable_width(names.items[i]);
    }
    check_labels(names.items, names.count);
    folder_names_free(&names);
}

/* The folders of the lines of text, as far as their names can be any; how many. Lines lose their ends. */
static size_t make_folders(char *text, const char *folder, char made[MOST_FOLDERS][MOST_PATH])
{
    size_t count = 0;
    for (char *line = text; line && count < MOST_FOLDERS;) {
        char *end = strchr(line, '\n');
        if (end) *end++ = 0;
        const int length = snprintf(made[count], MOST_PATH, "%s/%s", folder, line);
        if (*line && !strchr(line, '/') && length < MOST_PATH && mkdir(made[count], 0700) == 0) count++;
        line = end;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char folder[] = "/tmp/scrawl-fuzz-XXXXXX", made[MOST_FOLDERS][MOST_PATH];
    char *text = malloc(size + 1);
    if (!text || !mkdtemp(folder)) abort();
    memcpy(text, bytes, size);
    text[size] = 0;
    const size_t count = make_folders(text, folder, made);
    check(folder, count);
    for (size_t i = 0; i < count; i++) rmdir(made[i]);
    rmdir(folder);
    free(text);
    return 0;
}
