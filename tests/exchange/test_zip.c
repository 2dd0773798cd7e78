/* Tests src/exchange/zip.c: what it writes it reads, with archives of others; and archives that lie. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "exchange/zip.h"

static const struct zip_item items[] = {
    {"empty", (const uint8_t *)"", 0},
    {"folder/text", (const uint8_t *)"some text", 9},
    {"number", (const uint8_t *)"1", 1},
};
enum { ITEMS = sizeof items / sizeof *items };

static scrawl_status write_items(uint8_t **archive, size_t *size)
{
    return zip_write(items, ITEMS, archive, size);
}

TEST(zip_reads_what_it_writes)
{
    uint8_t *archive;
    size_t size;
    struct zip_entry entry = {0};
    if (!CHECK_EQUAL(write_items(&archive, &size), SCRAWL_OK)) return;
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_EQUAL(zip_read(archive, size, items[i].name, &entry), SCRAWL_OK);
        CHECK(entry.bytes && !entry.inflated && entry.size == items[i].size);
        CHECK(memcmp(entry.bytes, items[i].bytes, items[i].size) == 0);
        zip_entry_free(&entry);
    }
    CHECK_EQUAL(zip_read(archive, size, "none", &entry), SCRAWL_OK);
    CHECK(!entry.bytes);
    CHECK_EQUAL(zip_read(archive, size, "numbe", &entry), SCRAWL_OK);
    CHECK(!entry.bytes);
    free(archive);
}

TEST(zip_may_be_empty)
{
    uint8_t *archive;
    size_t size;
    struct zip_entry entry = {0};
    CHECK_EQUAL(zip_write(NULL, 0, &archive, &size), SCRAWL_OK);
    CHECK_EQUAL(zip_read(archive, size, "any", &entry), SCRAWL_OK);
    CHECK(!entry.bytes);
    free(archive);
}

/* What Python's zipfile makes: "a.txt" of 200 times "ab", deflated and written as a stream, with a comment. */
static const uint8_t streamed[] = {
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x08, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x74, 0x78, 0x74, 0x4b,
    0x4c, 0x4a, 0x1c, 0x85, 0x83, 0x08, 0x02, 0x00, 0x50, 0x4b, 0x07, 0x08, 0xca, 0x34, 0x10, 0x01, 0x09, 0x00,
    0x00, 0x00, 0x90, 0x01, 0x00, 0x00, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x08, 0x00, 0x08, 0x00,
    0x00, 0x00, 0x21, 0x00, 0xca, 0x34, 0x10, 0x01, 0x09, 0x00, 0x00, 0x00, 0x90, 0x01, 0x00, 0x00, 0x05, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2e,
    0x74, 0x78, 0x74, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x33, 0x00, 0x00,
    0x00, 0x3c, 0x00, 0x00, 0x00, 0x07, 0x00, 0x63, 0x6f, 0x6d, 0x6d, 0x65, 0x6e, 0x74,
};

static void check_streamed(const uint8_t *archive, size_t size)
{
    struct zip_entry entry = {0};
    if (!CHECK_EQUAL(zip_read(archive, size, "a.txt", &entry), SCRAWL_OK) || !CHECK(entry.bytes != NULL)) return;
    CHECK_EQUAL(entry.size, 400);
    for (size_t i = 0; i < entry.size; i++) CHECK_EQUAL(entry.bytes[i], i % 2 ? 'b' : 'a');
    zip_entry_free(&entry);
}

TEST(zip_inflates_what_others_deflated)
{
    check_streamed(streamed, sizeof streamed);
}

TEST(zip_refuses_every_truncation)
{
    for (size_t size = 0; size < sizeof streamed - strlen("comment"); size++) {
        struct zip_entry entry = {0};
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, streamed, size);
        CHECK_EQUAL(zip_read(exact, size, "a.txt", &entry), SCRAWL_INVALID_MODEL);
        CHECK(!entry.bytes);
        free(exact);
    }
}

/* A changed byte is told, hides the entry, or is one that nobody reads. */
TEST(zip_survives_every_changed_bit)
{
    uint8_t archive[sizeof streamed];
    for (size_t bit = 0; bit < 8 * sizeof streamed; bit++) {
        struct zip_entry entry = {0};
        memcpy(archive, streamed, sizeof streamed);
        archive[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (zip_read(archive, sizeof archive, "a.txt", &entry) == SCRAWL_OK && entry.bytes)
            check_streamed(archive, sizeof archive);
        zip_entry_free(&entry);
    }
}

/* A byte of the directory's first entry, or of the record at the end, is replaced. */
static void check_lie(const char *signature, size_t offset, uint8_t value, const char *mention)
{
    uint8_t archive[sizeof streamed];
    struct zip_entry entry = {0};
    size_t at = sizeof streamed - 4;
    memcpy(archive, streamed, sizeof streamed);
    while (at > 0 && memcmp(archive + at, signature, 4) != 0) at--;
    archive[at + offset] = value;
    CHECK_EQUAL(zip_read(archive, sizeof archive, "a.txt", &entry), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), mention);
}

TEST(zip_says_what_is_wrong)
{
    check_lie("PK\1\2", 8, 0x01, "encrypted");
    check_lie("PK\1\2", 10, 0x09, "other means than deflate");
    check_lie("PK\1\2", 10, 0x00, "checksum"); /* as if it were stored */
    check_lie("PK\1\2", 16, 0x55, "checksum");
    check_lie("PK\1\2", 24, 0x8F, "inflated");
    check_lie("PK\1\2", 27, 0x7F, "more than 64 times");
    check_lie("PK\1\2", 20, 0xFF, "outside of it");
    check_lie("PK\1\2", 42, 0x05, "outside of it");
    check_lie("PK\5\6", 4, 0x01, "no directory");
    check_lie("PK\5\6", 12, 0xFF, "no directory");
    check_lie("PK\5\6", 16, 0x01, "directory can't be read");
}

static scrawl_status live(void *context)
{
    uint8_t *archive = NULL;
    size_t size = 0;
    struct zip_entry entry = {0};
    (void)context;
    scrawl_status status = write_items(&archive, &size);
    if (status == SCRAWL_OK) status = zip_read(streamed, sizeof streamed, "a.txt", &entry);
    zip_entry_free(&entry);
    free(archive);
    return status;
}

TEST(zip_survives_every_failed_allocation)
{
    const struct allocation_faults faults = fail_each_allocation(live, NULL);
    CHECK(faults.allocations > 2);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}
