/* Implements folder_names.h. Must not know what the names stand for. */
#include "folder_names.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "report.h"

enum { FIRST_CAPACITY = 16 }; /* names */

void folder_names_free(struct folder_names *names)
{
    for (size_t i = 0; i < names->count; i++) free(names->items[i]);
    free(names->items);
}

static void names_add(struct folder_names *names, const char *name, const char *ending)
{
    if (names->count == names->capacity) {
        size_t capacity = names->capacity ? names->capacity * 2 : FIRST_CAPACITY;
        char **items = allocate(capacity * sizeof *items);
        if (names->count > 0) memcpy(items, names->items, names->count * sizeof *items);
        free(names->items);
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count++] = format_text("%s%s", name, ending);
}

/* Compares the numbers that a and b begin with, of any length, and steps behind both. */
static int compare_numbers(const char **a, const char **b)
{
    while (**a == '0') (*a)++;
    while (**b == '0') (*b)++;
    size_t a_length = strspn(*a, "0123456789"), b_length = strspn(*b, "0123456789");
    int order = a_length != b_length ? (a_length < b_length ? -1 : 1) : memcmp(*a, *b, a_length);
    *a += a_length;
    *b += b_length;
    return order;
}

/* Natural order: numbers within names by their value. */
static int compare_names(const void *first, const void *second)
{
    const char *a = *(char *const *)first, *b = *(char *const *)second;
    while (*a && *b) {
        int order;
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b))
            order = compare_numbers(&a, &b);
        else
            order = (int)(unsigned char)*a++ - (int)(unsigned char)*b++;
        if (order != 0) return order;
    }
    if (*a || *b) return *a ? 1 : -1;
    return strcmp(*(char *const *)first, *(char *const *)second);
}

/* Hidden, or what systems put into folders by themselves. */
static bool is_passed_over(const char *name)
{
    static const char *const names[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX", "@eaDir"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return true;
    return name[0] == '.';
}

bool folder_names(const char *folder, bool folders, struct folder_names *names)
{
    DIR *directory = opendir(folder);
    if (!directory) {
        complain("Can't open %s: %s.", folder, strerror(errno));
        return false;
    }
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        struct stat facts;
        if (is_passed_over(entry->d_name)) continue;
        if (fstatat(dirfd(directory), entry->d_name, &facts, 0) == 0 && S_ISDIR(facts.st_mode) == folders)
            names_add(names, entry->d_name, "");
    }
    closedir(directory);
    if (names->count > 0) qsort(names->items, names->count, sizeof *names->items, compare_names);
    return true;
}

/* ---- In the order of bytes ---- */

static int compare_bytes(const void *first, const void *second)
{
    return strcmp(*(char *const *)first, *(char *const *)second);
}

enum entry_kind { ENTRY_FILE, ENTRY_FOLDER, ENTRY_NEITHER /* a link to a folder or to nothing */ };

static enum entry_kind kind_of(int directory, const struct dirent *entry)
{
    struct stat status;
    if (entry->d_type == DT_REG) return ENTRY_FILE;
    if (entry->d_type == DT_DIR) return ENTRY_FOLDER;
    if (fstatat(directory, entry->d_name, &status, 0) != 0) return ENTRY_NEITHER;
    if (!S_ISDIR(status.st_mode)) return ENTRY_FILE;
    const bool is_folder =
        fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
    return is_folder ? ENTRY_FOLDER : ENTRY_NEITHER;
}

bool folder_entries(const char *folder, bool with_folders, struct folder_names *names)
{
    DIR *directory = opendir(folder);
    if (!directory) return false;
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (is_passed_over(entry->d_name)) continue;
        const enum entry_kind kind = kind_of(dirfd(directory), entry);
        if (kind == ENTRY_FILE) names_add(names, entry->d_name, "");
        if (kind == ENTRY_FOLDER && with_folders) names_add(names, entry->d_name, "/");
    }
    closedir(directory);
    if (names->count > 0) qsort(names->items, names->count, sizeof *names->items, compare_bytes);
    return true;
}
