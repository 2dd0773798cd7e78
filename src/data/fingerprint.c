/* Implements fingerprint.h: FNV-1a (Fowler, Noll, Vo) on words instead of bytes, with the high half folded back; each
 * word's step is a bijection, so that a change of one word always shows. */
#include "fingerprint.h"

#include <string.h>

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x100000001B3u;
    return hash ^ (hash >> 32);
}

uint64_t fingerprint(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;
    uint64_t word;
    hash = hash_word(hash, size);
    for (; size >= sizeof word; next += sizeof word, size -= sizeof word) {
        memcpy(&word, next, sizeof word);
        hash = hash_word(hash, word);
    }
    for (size_t i = 0; i < size; i++) hash = hash_word(hash, next[i]);
    return hash;
}
