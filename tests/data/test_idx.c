/* Tests src/data/idx.c with src/data/byte_source.c: IDX bytes, plain or gzipped, that are right, lie or are damaged. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/dataset.h"

enum { COUNT = 3, IMAGES_HEADER = 16, LABELS_HEADER = 8, CLASSES = 10 };

/* A file's bytes, in a block of exactly their size. */
struct bytes {
    uint8_t *data;
    size_t size;
};

static void put_word(uint8_t *place, uint32_t word)
{
    for (int i = 0; i < 4; i++) place[i] = (uint8_t)(word >> (24 - 8 * i));
}

static uint8_t pixel(size_t index)
{
    return (uint8_t)(index * 7 + index / 100);
}

static struct bytes make_images(uint32_t magic, uint32_t count, uint32_t rows, uint32_t columns, size_t data_size)
{
    struct bytes bytes = {malloc(IMAGES_HEADER + data_size), IMAGES_HEADER + data_size};
    const uint32_t words[] = {magic, count, rows, columns};
    for (size_t i = 0; i < 4; i++) put_word(bytes.data + 4 * i, words[i]);
    for (size_t i = 0; i < data_size; i++) bytes.data[IMAGES_HEADER + i] = pixel(i);
    return bytes;
}

/* Labels count down from the ninth class. */
static struct bytes make_labels(uint32_t magic, uint32_t count, size_t data_size)
{
    struct bytes bytes = {malloc(LABELS_HEADER + data_size), LABELS_HEADER + data_size};
    put_word(bytes.data, magic);
    put_word(bytes.data + 4, count);
    for (size_t i = 0; i < data_size; i++) bytes.data[LABELS_HEADER + i] = (uint8_t)(CLASSES - 1 - i % CLASSES);
    return bytes;
}

static struct bytes right_images(void)
{
    return make_images(0x803, COUNT, 28, 28, COUNT * SCRAWL_IMAGE_PIXELS);
}

static struct bytes right_labels(void)
{
    return make_labels(0x801, COUNT, COUNT);
}

static struct bytes gzip(struct bytes plain)
{
    enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };
    z_stream stream = {0};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    size_t bound = deflateBound(&stream, plain.size);
    struct bytes packed = {malloc(bound), 0};
    stream.next_in = plain.data;
    stream.avail_in = (unsigned)plain.size;
    stream.next_out = packed.data;
    stream.avail_out = (unsigned)bound;
    CHECK_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.size = stream.total_out;
    packed.data = realloc(packed.data, packed.size);
    deflateEnd(&stream);
    free(plain.data);
    return packed;
}

static struct bytes append(struct bytes bytes, const char *more, size_t size)
{
    bytes.data = realloc(bytes.data, bytes.size + size);
    memcpy(bytes.data + bytes.size, more, size);
    bytes.size += size;
    return bytes;
}

static scrawl_status load(struct bytes images, struct bytes labels, scrawl_dataset **dataset)
{
    return scrawl_dataset_from_idx(images.data, images.size, labels.data, labels.size, CLASSES, dataset);
}

static void check_contents(struct bytes images, struct bytes labels)
{
    scrawl_dataset *dataset = NULL;
    if (!CHECK_EQUAL(load(images, labels, &dataset), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_dataset_count(dataset), COUNT);
    CHECK_EQUAL(scrawl_dataset_class_count(dataset), CLASSES);
    for (size_t i = 0; i < COUNT; i++) {
        const uint8_t *image = scrawl_dataset_image(dataset, i);
        for (size_t j = 0; j < SCRAWL_IMAGE_PIXELS; j++) CHECK_EQUAL(image[j], pixel(i * SCRAWL_IMAGE_PIXELS + j));
        CHECK_EQUAL(scrawl_dataset_label(dataset, i), CLASSES - 1 - i);
    }
    CHECK(scrawl_dataset_image(dataset, COUNT) == NULL);
    CHECK_EQUAL(scrawl_dataset_label(dataset, COUNT), -1);
    scrawl_dataset_free(dataset);
    free(images.data);
    free(labels.data);
}

TEST(idx_is_read)
{
    check_contents(right_images(), right_labels());
}

TEST(idx_is_read_gzipped)
{
    check_contents(gzip(right_images()), gzip(right_labels()));
    check_contents(right_images(), gzip(right_labels()));
    check_contents(gzip(right_images()), right_labels());
}

TEST(idx_may_be_empty)
{
    scrawl_dataset *dataset = NULL;
    struct bytes images = make_images(0x803, 0, 28, 28, 0), labels = make_labels(0x801, 0, 0);
    CHECK_EQUAL(load(images, labels, &dataset), SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_count(dataset), 0);
    CHECK(scrawl_dataset_image(dataset, 0) == NULL);
    dataset_fingerprint(dataset);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(NULL);
    free(images.data);
    free(labels.data);
}

/* Frees both. */
static void check_refused(struct bytes images, struct bytes labels, const char *mention)
{
    scrawl_dataset *untouched = (scrawl_dataset *)&untouched, *dataset = untouched;
    CHECK_EQUAL(load(images, labels, &dataset), SCRAWL_INVALID_DATASET);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK(dataset == untouched);
    free(images.data);
    free(labels.data);
}

TEST(idx_refuses_headers_that_lie)
{
    enum { SIZE = COUNT * SCRAWL_IMAGE_PIXELS };
    check_refused(make_images(0x801, COUNT, 28, 28, SIZE), right_labels(), "images");
    check_refused(make_images(0x1803, COUNT, 28, 28, SIZE), right_labels(), "no IDX file of images");
    check_refused(right_images(), make_labels(0x803, COUNT, COUNT), "no IDX file of labels");
    check_refused(right_labels(), right_images(), "no IDX file of images");
    check_refused(make_images(0x803, COUNT, 32, 28, COUNT * 32 * 28), right_labels(), "32 x 28");
    check_refused(make_images(0x803, COUNT, 28, 7, COUNT * 28 * 7), right_labels(), "28 x 7");
    check_refused(make_images(0x803, COUNT, 28, 28, SIZE - 1), right_labels(), "images is cut off");
    check_refused(make_images(0x803, COUNT, 28, 28, SIZE + 1), right_labels(), "images is longer");
    check_refused(make_images(0x803, UINT32_MAX, 28, 28, SIZE), right_labels(), "images is cut off");
    check_refused(make_images(0x803, 0, 28, 28, SIZE), make_labels(0x801, 0, 0), "images is longer");
    check_refused(right_images(), make_labels(0x801, COUNT, COUNT - 1), "labels is cut off");
    check_refused(right_images(), make_labels(0x801, COUNT, COUNT + 1), "labels is longer");
    check_refused(right_images(), make_labels(0x801, UINT32_MAX, COUNT), "labels is cut off");
    check_refused(right_images(), make_labels(0x801, COUNT + 1, COUNT + 1), "3 images but 4 labels");
}

TEST(idx_refuses_gzipped_headers_that_lie)
{
    enum { SIZE = COUNT * SCRAWL_IMAGE_PIXELS };
    check_refused(gzip(make_images(0x802, COUNT, 28, 28, SIZE)), right_labels(), "no IDX file of images");
    check_refused(gzip(make_images(0x803, COUNT, 28, 28, SIZE - 1)), right_labels(), "images is shorter");
    check_refused(gzip(make_images(0x803, COUNT, 28, 28, SIZE + 1)), right_labels(), "images is longer");
    check_refused(gzip(make_images(0x803, UINT32_MAX, 28, 28, SIZE)), right_labels(), "images is cut off");
    check_refused(gzip(make_labels(0x803, 0, 0)), right_labels(), "images is shorter");
    check_refused(right_images(), gzip(make_labels(0x801, COUNT, COUNT - 1)), "labels is shorter");
    check_refused(right_images(), gzip(make_labels(0x801, COUNT, COUNT + 1)), "labels is longer");
}

TEST(idx_refuses_bytes_behind_gzip_data)
{
    struct bytes again = gzip(right_images());
    check_refused(append(gzip(right_images()), "x", 1), right_labels(), "behind");
    check_refused(append(gzip(right_images()), (const char *)again.data, again.size), right_labels(), "behind");
    free(again.data);
    check_refused(append((struct bytes){malloc(1), 0}, "\x1F\x8B", 2), right_labels(), "gzip");
    check_refused(append((struct bytes){malloc(1), 0}, "\x1F\x8Bxxxxxxxx", 10), right_labels(), "gzip");
}

/* A header that claims a thousand times more than gzip could hold is refused without looking for the data. */
TEST(idx_unpacks_no_more_than_the_header_justifies)
{
    enum { ZEROS = 1 << 20 };
    struct bytes zeros = {calloc(1, ZEROS), ZEROS}; /* as a bomb after a right beginning */
    struct bytes images = right_images();
    images = append(images, (const char *)zeros.data, zeros.size);
    free(zeros.data);
    check_refused(gzip(images), right_labels(), "images is longer");
    check_refused(gzip(make_images(0x803, 1 << 24, 28, 28, 100000)), right_labels(), "images is cut off");
}

TEST(idx_refuses_labels_out_of_range)
{
    struct bytes labels = right_labels();
    labels.data[LABELS_HEADER + 1] = CLASSES;
    check_refused(right_images(), labels, "image 1 is 10");
    labels = right_labels();
    labels.data[LABELS_HEADER + 2] = 255;
    check_refused(gzip(right_images()), gzip(labels), "image 2 is 255");
}

static void check_truncations(struct bytes whole, struct bytes other, bool whole_is_images)
{
    for (size_t size = 0; size < whole.size; size++) {
        scrawl_dataset *dataset = NULL;
        struct bytes part = {malloc(size ? size : 1), size};
        memcpy(part.data, whole.data, size);
        scrawl_status status = whole_is_images ? load(part, other, &dataset) : load(other, part, &dataset);
        test_check(status == SCRAWL_INVALID_DATASET && !dataset, __FILE__, __LINE__, "%zu bytes accepted", size);
        free(part.data);
    }
    free(whole.data);
    free(other.data);
}

TEST(idx_survives_every_truncation)
{
    check_truncations(right_images(), right_labels(), true);
    check_truncations(right_labels(), right_images(), false);
    check_truncations(gzip(right_images()), right_labels(), true);
    check_truncations(gzip(right_labels()), right_images(), false);
}

/* Changes every byte to several values: refused, or a data set that holds together. Counts the accepted changes. */
static size_t check_changes(struct bytes images, struct bytes labels, struct bytes changed)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x08, 0x10, 0x40, 0x80, 0xFF};
    size_t accepted = 0;
    for (size_t i = 0; i < changed.size * sizeof changes; i++) {
        scrawl_dataset *dataset = NULL;
        changed.data[i / sizeof changes] ^= changes[i % sizeof changes];
        scrawl_status status = load(images, labels, &dataset);
        changed.data[i / sizeof changes] ^= changes[i % sizeof changes];
        if (!CHECK(status == SCRAWL_OK || (status == SCRAWL_INVALID_DATASET && !dataset)) || !dataset) continue;
        accepted++;
        CHECK_EQUAL(scrawl_dataset_count(dataset), COUNT);
        for (size_t j = 0; j < COUNT; j++) CHECK(scrawl_dataset_label(dataset, j) < CLASSES);
        dataset_fingerprint(dataset);
        scrawl_dataset_free(dataset);
    }
    free(images.data);
    free(labels.data);
    return accepted;
}

TEST(idx_survives_every_changed_byte)
{
    enum { CHANGES = 7 };
    struct bytes images = right_images(), labels = right_labels();
    CHECK_EQUAL(check_changes(images, right_labels(), images), COUNT * SCRAWL_IMAGE_PIXELS * CHANGES);
    CHECK(check_changes(right_images(), labels, labels) <= COUNT * CHANGES);
    images = gzip(right_images());
    CHECK(check_changes(images, right_labels(), images) < 10 * CHANGES); /* only the gzip header has a say of its own */
    labels = gzip(right_labels());
    CHECK(check_changes(right_images(), labels, labels) < 10 * CHANGES);
}

TEST(idx_refuses_class_counts)
{
    scrawl_dataset *dataset = NULL;
    struct bytes images = right_images(), labels = right_labels();
    static const size_t bad[] = {0, 1, SCRAWL_MAX_CLASSES + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_EQUAL(scrawl_dataset_from_idx(images.data, images.size, labels.data, labels.size, bad[i], &dataset),
                    SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), "classes");
    }
    CHECK(dataset == NULL);
    free(images.data);
    free(labels.data);
}

TEST(idx_gives_the_same_data_set_plain_and_gzipped)
{
    scrawl_dataset *dataset = NULL, *same = NULL;
    struct bytes images = right_images(), labels = right_labels(), packed = gzip(right_images());
    if (!CHECK_EQUAL(load(images, labels, &dataset), SCRAWL_OK)) return;
    if (!CHECK_EQUAL(load(packed, labels, &same), SCRAWL_OK)) return;
    CHECK(dataset_fingerprint(dataset) == dataset_fingerprint(same));
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(same);
    free(images.data);
    free(labels.data);
    free(packed.data);
}
