/* A PNG file that an option asks for: tried before the work, written after it. Knows no command. */
#ifndef PNG_FILE_H
#define PNG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the file could be written, or none is wanted (NULL). Otherwise complains and returns false. */
bool png_file_possible(const char *option, const char *path);

/* Writes what was drawn, and frees it. Complains and returns false when nothing was, for want of memory, or it can't be
 * written. */
bool png_file_write(const char *path, bool drawn, uint8_t *png, size_t size);

#endif
