/* A number by which bytes are known again. Not for secrets. Knows no owner of the bytes. */
#ifndef FINGERPRINT_H
#define FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

static const uint64_t FINGERPRINT_START = 0xCBF29CE484222325u;

/* Goes on from a hash, or the start, with more bytes. The same on every machine of the same byte order. */
uint64_t fingerprint(uint64_t hash, const void *bytes, size_t size);

#endif
