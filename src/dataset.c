/* Implements dataset.h and the data part of scrawl.h: labelled 28x28 images from IDX bytes, arrays, or one by one. IDX
 * is described at http://yann.lecun.com/exdb/mnist/. Knows no file system, picture or network. */
#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "fingerprint.h"
#include "text.h"

#ifndef __EMSCRIPTEN__
#include <zlib.h>
#endif

enum {
    IDX_IMAGES_MAGIC = 0x00000803, /* unsigned bytes, 3 dimensions */
    IDX_LABELS_MAGIC = 0x00000801, /* unsigned bytes, 1 dimension */
    IDX_WORD_BYTES = 4,
    IMAGES_HEADER_WORDS = 4, /* magic, count, rows, columns */
    LABELS_HEADER_WORDS = 2, /* magic, count */
    MIN_CLASSES = 2,
    FIRST_CAPACITY = 64, /* images */
};

/* ---- Making and freeing ---- */

static scrawl_status check_class_count(size_t class_count)
{
    if (class_count >= MIN_CLASSES && class_count <= SCRAWL_MAX_CLASSES) return SCRAWL_OK;
    char count[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_ARGUMENT, "A data set needs 2 to 256 classes, not ", unsigned_text(class_count, count),
                ".", NULL);
}

static scrawl_status reserve(scrawl_dataset *dataset, size_t capacity)
{
    if (capacity <= dataset->capacity) return SCRAWL_OK;
    if (capacity > SIZE_MAX / SCRAWL_IMAGE_PIXELS) return fail_out_of_memory();
    uint8_t *images = realloc(dataset->images, capacity * SCRAWL_IMAGE_PIXELS);
    if (!images) return fail_out_of_memory();
    dataset->images = images;
    uint8_t *labels = realloc(dataset->labels, capacity);
    if (!labels) return fail_out_of_memory();
    dataset->labels = labels;
    dataset->capacity = capacity;
    return SCRAWL_OK;
}

/* An empty data set with room for `capacity` images. */
static scrawl_status create_with_capacity(size_t class_count, size_t capacity, scrawl_dataset **dataset)
{
    scrawl_dataset *result = calloc(1, sizeof *result);
    if (!result) return fail_out_of_memory();
    result->class_count = class_count;
    scrawl_status status = reserve(result, capacity);
    if (status == SCRAWL_OK)
        *dataset = result;
    else
        scrawl_dataset_free(result);
    return status;
}

scrawl_status scrawl_dataset_create(size_t class_count, scrawl_dataset **dataset)
{
    scrawl_status status = check_class_count(class_count);
    return status == SCRAWL_OK ? create_with_capacity(class_count, 0, dataset) : status;
}

scrawl_status dataset_add_image(scrawl_dataset *dataset, const uint8_t image[SCRAWL_IMAGE_PIXELS], size_t label)
{
    if (label >= dataset->class_count) {
        char label_text[NUMBER_TEXT_SIZE], count[NUMBER_TEXT_SIZE];
        return fail(SCRAWL_INVALID_ARGUMENT, "The label ", unsigned_text(label, label_text),
                    " is too large: the data set has ", unsigned_text(dataset->class_count, count), " classes.", NULL);
    }
    if (dataset->count == dataset->capacity) {
        if (dataset->capacity > SIZE_MAX / 2) return fail_out_of_memory();
        scrawl_status status = reserve(dataset, dataset->capacity ? dataset->capacity * 2 : FIRST_CAPACITY);
        if (status != SCRAWL_OK) return status;
    }
    memcpy(dataset->images + dataset->count * SCRAWL_IMAGE_PIXELS, image, SCRAWL_IMAGE_PIXELS);
    dataset->labels[dataset->count++] = (uint8_t)label;
    return SCRAWL_OK;
}

void scrawl_dataset_free(scrawl_dataset *dataset)
{
    if (!dataset) return;
    free(dataset->images);
    free(dataset->labels);
    free(dataset);
}

/* ---- From arrays ---- */

static scrawl_status check_labels(const uint8_t *labels, size_t count, size_t class_count)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i] < class_count) continue;
        char label[NUMBER_TEXT_SIZE], place[NUMBER_TEXT_SIZE], classes[NUMBER_TEXT_SIZE];
        return fail(SCRAWL_INVALID_DATASET, "The label of image ", unsigned_text(i, place), " is ",
                    unsigned_text(labels[i], label), ", but there are only ", unsigned_text(class_count, classes),
                    " classes, counted from 0.", NULL);
    }
    return SCRAWL_OK;
}

scrawl_status scrawl_dataset_from_arrays(const uint8_t *images, const uint8_t *labels, size_t count, size_t class_count,
                                         scrawl_dataset **dataset)
{
    scrawl_dataset *result = NULL;
    if (count > 0 && (!images || !labels)) return fail(SCRAWL_INVALID_ARGUMENT, "There are no images.", NULL);
    scrawl_status status = check_class_count(class_count);
    if (status == SCRAWL_OK) status = check_labels(labels, count, class_count);
    if (status == SCRAWL_OK) status = create_with_capacity(class_count, count, &result);
    if (status != SCRAWL_OK) return status;
    if (count > 0) {
        memcpy(result->images, images, count * SCRAWL_IMAGE_PIXELS);
        memcpy(result->labels, labels, count);
    }
    result->count = count;
    *dataset = result;
    return SCRAWL_OK;
}

/* ---- Bytes that may be gzipped ---- */

/* One file, read from front to back. Plain bytes: `next` and `left`; gzipped ones are behind `stream`. */
struct source {
    const char *name; /* "images" or "labels", for sentences */
    const uint8_t *next;
    size_t left; /* bytes of the file not yet used or handed to the stream */
    bool gzipped;
#ifndef __EMSCRIPTEN__
    z_stream stream;
#endif
};

static scrawl_status fail_source(const struct source *source, const char *what)
{
    return fail(SCRAWL_INVALID_DATASET, "The file of ", source->name, " ", what, NULL);
}

static bool is_gzipped(const uint8_t *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; /* RFC 1952, section 2.3.1 */
}

#ifdef __EMSCRIPTEN__

static scrawl_status open_stream(struct source *source)
{
    return fail(SCRAWL_UNSUPPORTED, "The file of ", source->name,
                " is gzipped, which this build can't read: unpack it first.", NULL);
}

static void source_close(struct source *source)
{
    (void)source;
}

static scrawl_status read_gzipped(struct source *source, uint8_t *buffer, size_t size)
{
    (void)buffer, (void)size;
    return open_stream(source);
}

static scrawl_status expect_gzip_end(struct source *source)
{
    return open_stream(source);
}

static bool could_hold(const struct source *source, uint64_t size)
{
    return size <= source->left;
}

#else

enum {
    GZIP_WINDOW = 15 + 16,        /* zlib.h, inflateInit2: the largest window, and a gzip header */
    MAX_STREAM_INPUT = 1 << 30,   /* bytes at once: zlib counts in unsigned int */
    MAX_DEFLATE_EXPANSION = 1032, /* 258 bytes from 2 bits: https://zlib.net/zlib_tech.html */
};

static scrawl_status open_stream(struct source *source)
{
    return inflateInit2(&source->stream, GZIP_WINDOW) == Z_OK ? SCRAWL_OK : fail_out_of_memory();
}

static void source_close(struct source *source)
{
    if (source->gzipped) inflateEnd(&source->stream);
}

/* Inflates until the output is full or zlib stops; gives zlib's last word. */
static int inflate_some(struct source *source, uint8_t *buffer, size_t size)
{
    z_stream *stream = &source->stream;
    int result = Z_OK;
    do {
        size_t input = source->left < MAX_STREAM_INPUT ? source->left : MAX_STREAM_INPUT;
        size_t output = size < MAX_STREAM_INPUT ? size : MAX_STREAM_INPUT;
        stream->next_in = (uint8_t *)source->next;
        stream->avail_in = (unsigned)input;
        stream->next_out = buffer;
        stream->avail_out = (unsigned)output;
        result = inflate(stream, Z_NO_FLUSH);
        source->next += input - stream->avail_in;
        source->left -= input - stream->avail_in;
        buffer += output - stream->avail_out;
        size -= output - stream->avail_out;
    } while (result == Z_OK && size > 0);
    return size == 0 && result == Z_STREAM_END ? Z_OK : result;
}

static scrawl_status fail_inflate(const struct source *source, int result)
{
    if (result == Z_MEM_ERROR) return fail_out_of_memory();
    if (result == Z_BUF_ERROR) return fail_source(source, "is cut off: its gzip data ends too early.");
    if (result == Z_STREAM_END) return fail_source(source, "is shorter than its header says.");
    return fail_source(source, "is damaged: its gzip data can't be unpacked.");
}

static scrawl_status read_gzipped(struct source *source, uint8_t *buffer, size_t size)
{
    int result = inflate_some(source, buffer, size);
    return result == Z_OK ? SCRAWL_OK : fail_inflate(source, result);
}

/* One byte of room is enough to see whether there is more; the check sum is compared here. */
static scrawl_status expect_gzip_end(struct source *source)
{
    uint8_t extra;
    int result = inflate_some(source, &extra, sizeof extra);
    if (result == Z_OK) return fail_source(source, "is longer than its header says.");
    if (result != Z_STREAM_END) return fail_inflate(source, result);
    return source->left == 0 ? SCRAWL_OK : fail_source(source, "has bytes behind its gzip data.");
}

static bool could_hold(const struct source *source, uint64_t size)
{
    return source->gzipped ? size / MAX_DEFLATE_EXPANSION <= source->left : size <= source->left;
}

#endif

static scrawl_status source_open(struct source *source, const char *name, const void *bytes, size_t size)
{
    *source = (struct source){.name = name, .next = bytes, .left = size};
    if (!is_gzipped(bytes, size)) return SCRAWL_OK;
    scrawl_status status = open_stream(source);
    source->gzipped = status == SCRAWL_OK;
    return status;
}

static scrawl_status source_read(struct source *source, uint8_t *buffer, size_t size)
{
    if (size == 0) return SCRAWL_OK;
    if (source->gzipped) return read_gzipped(source, buffer, size);
    if (size > source->left) return fail_source(source, "is cut off: it is shorter than its header says.");
    memcpy(buffer, source->next, size);
    source->next += size;
    source->left -= size;
    return SCRAWL_OK;
}

static scrawl_status expect_end(struct source *source)
{
    if (source->gzipped) return expect_gzip_end(source);
    return source->left == 0 ? SCRAWL_OK : fail_source(source, "is longer than its header says.");
}

/* ---- IDX ---- */

static scrawl_status read_words(struct source *source, uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[IDX_WORD_BYTES];
        scrawl_status status = source_read(source, bytes, sizeof bytes);
        if (status != SCRAWL_OK) return status;
        words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    }
    return SCRAWL_OK;
}

/* The header of the file of images: how many there are, and that they can be. */
static scrawl_status read_images_header(struct source *source, size_t *count)
{
    uint32_t words[IMAGES_HEADER_WORDS];
    scrawl_status status = read_words(source, words, 1);
    if (status != SCRAWL_OK) return status;
    if (words[0] != IDX_IMAGES_MAGIC) {
        return fail_source(source, "is no IDX file of images: it should begin with the bytes 0, 0, 8, 3.");
    }
    status = read_words(source, words + 1, IMAGES_HEADER_WORDS - 1);
    if (status != SCRAWL_OK) return status;
    if (words[2] != SCRAWL_IMAGE_SIDE || words[3] != SCRAWL_IMAGE_SIDE) {
        char rows[NUMBER_TEXT_SIZE], columns[NUMBER_TEXT_SIZE];
        return fail(SCRAWL_INVALID_DATASET, "The file of images holds images of ", unsigned_text(words[2], rows), " x ",
                    unsigned_text(words[3], columns), " pixels; Scrawl needs 28 x 28.", NULL);
    }
    uint64_t size = (uint64_t)words[1] * SCRAWL_IMAGE_PIXELS;
    if (!could_hold(source, size)) return fail_source(source, "is cut off: it is shorter than its header says.");
    *count = words[1];
    return SCRAWL_OK;
}

static scrawl_status read_labels_header(struct source *source, size_t *count)
{
    uint32_t words[LABELS_HEADER_WORDS];
    scrawl_status status = read_words(source, words, 1);
    if (status != SCRAWL_OK) return status;
    if (words[0] != IDX_LABELS_MAGIC) {
        return fail_source(source, "is no IDX file of labels: it should begin with the bytes 0, 0, 8, 1.");
    }
    status = read_words(source, words + 1, LABELS_HEADER_WORDS - 1);
    if (status != SCRAWL_OK) return status;
    if (!could_hold(source, words[1])) return fail_source(source, "is cut off: it is shorter than its header says.");
    *count = words[1];
    return SCRAWL_OK;
}

static scrawl_status read_headers(struct source *images, struct source *labels, size_t *count)
{
    size_t label_count = 0;
    scrawl_status status = read_images_header(images, count);
    if (status == SCRAWL_OK) status = read_labels_header(labels, &label_count);
    if (status != SCRAWL_OK || *count == label_count) return status;
    char image_text[NUMBER_TEXT_SIZE], label_text[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_DATASET, "There are ", unsigned_text(*count, image_text), " images but ",
                unsigned_text(label_count, label_text), " labels: the two files don't belong together.", NULL);
}

/* Fills a data set that has room for `count` images. */
static scrawl_status read_contents(struct source *images, struct source *labels, size_t count, scrawl_dataset *dataset)
{
    scrawl_status status = source_read(labels, dataset->labels, count);
    if (status == SCRAWL_OK) status = expect_end(labels);
    if (status == SCRAWL_OK) status = check_labels(dataset->labels, count, dataset->class_count);
    if (status == SCRAWL_OK) status = source_read(images, dataset->images, count * SCRAWL_IMAGE_PIXELS);
    if (status == SCRAWL_OK) status = expect_end(images);
    if (status == SCRAWL_OK) dataset->count = count;
    return status;
}

static scrawl_status read_sources(struct source *images, struct source *labels, size_t class_count,
                                  scrawl_dataset **dataset)
{
    size_t count = 0;
    scrawl_dataset *result = NULL;
    scrawl_status status = read_headers(images, labels, &count);
    if (status == SCRAWL_OK) status = create_with_capacity(class_count, count, &result);
    if (status == SCRAWL_OK) status = read_contents(images, labels, count, result);
    if (status == SCRAWL_OK)
        *dataset = result;
    else
        scrawl_dataset_free(result);
    return status;
}

scrawl_status scrawl_dataset_from_idx(const void *images, size_t images_size, const void *labels, size_t labels_size,
                                      size_t class_count, scrawl_dataset **dataset)
{
    struct source image_source, label_source;
    scrawl_status status = check_class_count(class_count);
    if (status != SCRAWL_OK) return status;
    status = source_open(&image_source, "images", images, images_size);
    if (status != SCRAWL_OK) return status;
    status = source_open(&label_source, "labels", labels, labels_size);
    if (status == SCRAWL_OK) {
        status = read_sources(&image_source, &label_source, class_count, dataset);
        source_close(&label_source);
    }
    source_close(&image_source);
    return status;
}

/* ---- Looking inside ---- */

size_t scrawl_dataset_count(const scrawl_dataset *dataset)
{
    return dataset->count;
}

size_t scrawl_dataset_class_count(const scrawl_dataset *dataset)
{
    return dataset->class_count;
}

const uint8_t *scrawl_dataset_image(const scrawl_dataset *dataset, size_t index)
{
    return index < dataset->count ? dataset->images + index * SCRAWL_IMAGE_PIXELS : NULL;
}

int scrawl_dataset_label(const scrawl_dataset *dataset, size_t index)
{
    return index < dataset->count ? dataset->labels[index] : -1;
}

uint64_t dataset_fingerprint(const scrawl_dataset *dataset)
{
    const uint64_t hash = fingerprint(FINGERPRINT_START, dataset->labels, dataset->count);
    return fingerprint(hash, dataset->images, dataset->count * SCRAWL_IMAGE_PIXELS);
}
