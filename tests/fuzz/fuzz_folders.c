/* Fuzz target: the names of folders, one on each line, as classes: all found, in natural order, and the labels of a
 * model that is saved and loaded. Built by make fuzz; replay.c runs it over kept files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

/* Hidden, or put into folders by systems. */
static bool is_passed_over(const char *name)
{
    static const char *const names[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX", "@eaDir"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return true;
    return name[0] == '.';
}

/* Whether b may stand right behind a: as far as neither has digits they go by their bytes, and of two plain numbers the
 * lesser is first. */
static bool is_in_order(const char *a, const char *b)
{
    const char *const digits = "0123456789";
    const size_t a_size = strcspn(a, digits), b_size = strcspn(b, digits);
    const size_t size = a_size < b_size ? a_size : b_size;
    const int order = strncmp(a, b, size);
    if (order != 0 || a_size != b_size || !a[size] || !b[size]) return order <= 0;
    const size_t a_zeros = strspn(a + size, "0"), b_zeros = strspn(b + size, "0");
    const char *a_number = a + size + a_zeros, *b_number = b + size + b_zeros;
    const size_t a_length = strspn(a_number, digits), b_length = strspn(b_number, digits);
    if (a_length != b_length) return a_length < b_length;
    return strncmp(a_number, b_number, a_length) <= 0;
}

/* How often a name is there. */
static size_t times_found(const struct folder_names *names, const char *name)
{
    size_t times = 0;
    for (size_t i = 0; i < names->count; i++) times += strcmp(names->items[i], name) == 0;
    return times;
}

/* Each folder that was made is found once, unless it is passed over, and nothing else is; in natural order. */
static void check(const char *folder, char made[MOST_FOLDERS][MOST_PATH], size_t count)
{
    struct folder_names names = {0};
    size_t expected = 0;
    if (!folder_names(folder, true, &names)) abort();
    for (size_t i = 0; i < count; i++) {
        const char *name = strrchr(made[i], '/') + 1;
        const size_t times = is_passed_over(name) ? 0 : 1;
        if (times_found(&names, name) != times) abort();
        expected += times;
    }
    if (names.count != expected) abort();
    for (size_t i = 0; i < names.count; i++) {
        if (i > 0 && !is_in_order(names.items[i - 1], names.items[i])) abort();
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
    check(folder, made, count);
    for (size_t i = 0; i < count; i++) rmdir(made[i]);
    rmdir(folder);
    free(text);
    return 0;
}
