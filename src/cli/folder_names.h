/* The names in a folder, in natural order ("2" before "10") or in that of their bytes. Knows no data. */
#ifndef FOLDER_NAMES_H
#define FOLDER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. */
struct folder_names {
    char **items;
    size_t count, capacity;
};

/* The folders, or else the other files, in a folder, without hidden ones and what Windows, macOS and others put there
 * by themselves (Thumbs.db, __MACOSX). Complains and returns false when it can't be opened. */
bool folder_names(const char *folder, bool folders, struct folder_names *names);

/* The files in a folder, and where asked for its folders too, with a "/" behind their names, but no links to folders;
 * so that all that begins with one name stands in the order of its bytes. The same are left out. False, with errno,
 * when it can't be opened. */
bool folder_entries(const char *folder, bool with_folders, struct folder_names *names);
void folder_names_free(struct folder_names *names);

#endif
