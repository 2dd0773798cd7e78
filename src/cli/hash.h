/* A hash for names and files, the same on every machine; against mistakes, not against malice. */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

static const uint64_t hash_start = 0xcbf29ce484222325;

/* FNV-1a (Fowler, Noll, Vo), 64 bits; begins with hash_start and goes on with what it returned. */
static inline uint64_t hash_add(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

/* So that every bit depends on all (the end of MurmurHash3). */
static inline uint64_t hash_end(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
    return hash ^ hash >> 33;
}

#endif
