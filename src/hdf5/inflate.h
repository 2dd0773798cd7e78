/* Undoes deflate (RFC 1951), in memory of the caller's alone. Must not know what is compressed. */
#ifndef INFLATE_H
#define INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* bytes[size], a deflate stream, to output[output_size]: false unless it gives exactly so many and is whole. Bytes
 * behind its end are left alone. */
bool inflate_exactly(const uint8_t *bytes, size_t size, uint8_t *output, size_t output_size);

/* The same of a zlib stream (RFC 1950), whose checksum must agree. */
bool inflate_zlib_exactly(const uint8_t *bytes, size_t size, uint8_t *output, size_t output_size);

#endif
