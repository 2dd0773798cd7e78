/* Implements span.h. */
#include "span.h"

#include <string.h>

struct span span_within(const uint8_t *bytes, size_t total, uint64_t offset, uint64_t size)
{
    if (offset > total || size > total - offset) return (struct span){.failed = true};
    return (struct span){.next = bytes + offset, .end = bytes + offset + size};
}

struct span span_from(const uint8_t *bytes, size_t total, uint64_t offset)
{
    return span_within(bytes, total, offset, offset > total ? 0 : total - offset);
}

size_t span_left(const struct span *span)
{
    return span->failed ? 0 : (size_t)(span->end - span->next);
}

const uint8_t *span_take(struct span *span, uint64_t size)
{
    const uint8_t *taken = span->next;
    if (span->failed || size > span_left(span)) {
        span->failed = true;
        return NULL;
    }
    span->next += size;
    return taken;
}

struct span span_part(struct span *span, uint64_t size)
{
    const uint8_t *taken = span_take(span, size);
    if (!taken) return (struct span){.failed = true};
    return (struct span){.next = taken, .end = taken + size};
}

uint64_t span_number(struct span *span, size_t size)
{
    uint64_t number = 0;
    const uint8_t *taken = span_take(span, size);
    if (taken) memcpy(&number, taken, size);
    return number;
}

bool span_expect(struct span *span, const char *signature)
{
    const size_t length = strlen(signature);
    const uint8_t *taken = span_take(span, length);
    if (!taken || memcmp(taken, signature, length) != 0) span->failed = true;
    return !span->failed;
}
