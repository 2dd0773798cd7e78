/* A stretch of a file's bytes that is read from front to back within its bounds, little-endian. Knows no format. */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* After a read beyond the end, `failed` is set and every further read gives zeros: reads can follow each other, and the
 * caller looks once. */
struct span {
    const uint8_t *next, *end;
    bool failed;
};

/* size bytes from `offset` of bytes[total] on; failed where they don't lie there. */
struct span span_within(const uint8_t *bytes, size_t total, uint64_t offset, uint64_t size);
/* All from `offset` on. */
struct span span_from(const uint8_t *bytes, size_t total, uint64_t offset);

/* The next `size` bytes, which are passed; NULL where fewer are left. */
const uint8_t *span_take(struct span *span, uint64_t size);
/* The same as a span of their own. */
struct span span_part(struct span *span, uint64_t size);
/* A number of `size` bytes, 1 .. 8. */
uint64_t span_number(struct span *span, size_t size);
/* Passes a signature, fails at others. */
bool span_expect(struct span *span, const char *signature);
/* How many bytes are left. */
size_t span_left(const struct span *span);

#endif
