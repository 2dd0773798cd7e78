/* Fingerprints: every byte counts, and so does where one piece ends. */
#include <string.h>

#include "data/fingerprint.h"
#include "test.h"

TEST(fingerprint_shows_every_change)
{
    uint8_t bytes[21];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37);
    const uint64_t whole = fingerprint(FINGERPRINT_START, bytes, sizeof bytes);
    CHECK(whole == fingerprint(FINGERPRINT_START, bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        CHECK(fingerprint(FINGERPRINT_START, bytes, sizeof bytes) != whole);
        bytes[i] ^= 1;
        CHECK(fingerprint(FINGERPRINT_START, bytes, i) != whole);
        CHECK(fingerprint(fingerprint(FINGERPRINT_START, bytes, i), bytes + i, sizeof bytes - i) != whole);
    }
}
