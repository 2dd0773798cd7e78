/* IDX, the files of MNIST, to a data set: http://yann.lecun.com/exdb/mnist/ describes them. Implements
 * scrawl_dataset_from_idx. Knows no file system. */
#include "base/text.h"
#include "byte_source.h"
#include "dataset.h"

enum {
    IDX_IMAGES_MAGIC = 0x00000803, /* unsigned bytes, 3 dimensions */
    IDX_LABELS_MAGIC = 0x00000801, /* unsigned bytes, 1 dimension */
    IDX_WORD_BYTES = 4,
};

static scrawl_status read_words(struct byte_source *source, uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[IDX_WORD_BYTES];
        scrawl_status status = source_read(source, bytes, sizeof bytes);
        if (status != SCRAWL_OK) return status;
        words[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    }
    return SCRAWL_OK;
}

/* The sizes behind a magic number; `complaint` says what is wrong where that is another one. */
static scrawl_status read_header(struct byte_source *source, uint32_t magic, const char *complaint, uint32_t *sizes,
                                 size_t size_count)
{
    uint32_t found;
    scrawl_status status = read_words(source, &found, 1);
    if (status != SCRAWL_OK) return status;
    return found == magic ? read_words(source, sizes, size_count) : source_fail(source, complaint);
}

static scrawl_status expect_room(const struct byte_source *source, uint64_t size)
{
    if (source_could_hold(source, size)) return SCRAWL_OK;
    return source_fail(source, "is cut off: it is shorter than its header says.");
}

/* How many images there are, and that they can be. */
static scrawl_status read_images_header(struct byte_source *source, size_t *count)
{
    uint32_t sizes[3] = {0}; /* images, rows, columns */
    scrawl_status status =
        read_header(source, IDX_IMAGES_MAGIC, "is no IDX file of images: it should begin with the bytes 0, 0, 8, 3.",
                    sizes, sizeof sizes / sizeof *sizes);
    if (status != SCRAWL_OK) return status;
    *count = sizes[0];
    if (sizes[1] == SCRAWL_IMAGE_SIDE && sizes[2] == SCRAWL_IMAGE_SIDE)
        return expect_room(source, (uint64_t)sizes[0] * SCRAWL_IMAGE_PIXELS);
    char rows[NUMBER_TEXT_SIZE], columns[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_DATASET, "The file of images holds images of ", unsigned_text(sizes[1], rows), " x ",
                unsigned_text(sizes[2], columns), " pixels; Scrawl needs 28 x 28.", NULL);
}

static scrawl_status read_labels_header(struct byte_source *source, size_t *count)
{
    uint32_t labels = 0;
    scrawl_status status = read_header(
        source, IDX_LABELS_MAGIC, "is no IDX file of labels: it should begin with the bytes 0, 0, 8, 1.", &labels, 1);
    if (status != SCRAWL_OK) return status;
    *count = labels;
    return expect_room(source, labels);
}

static scrawl_status read_headers(struct byte_source *images, struct byte_source *labels, size_t *count)
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
static scrawl_status read_contents(struct byte_source *images, struct byte_source *labels, size_t count,
                                   scrawl_dataset *dataset)
{
    scrawl_status status = source_read(labels, dataset->labels, count);
    if (status == SCRAWL_OK) status = source_expect_end(labels);
    if (status == SCRAWL_OK) status = dataset_check_labels(dataset->class_count, dataset->labels, count);
    if (status == SCRAWL_OK) status = source_read(images, dataset->images, count * SCRAWL_IMAGE_PIXELS);
    if (status == SCRAWL_OK) status = source_expect_end(images);
    if (status == SCRAWL_OK) dataset->count = count;
    return status;
}

static scrawl_status read_sources(struct byte_source *images, struct byte_source *labels, scrawl_dataset *dataset)
{
    size_t count = 0;
    scrawl_status status = read_headers(images, labels, &count);
    if (status == SCRAWL_OK) status = dataset_reserve(dataset, count);
    return status == SCRAWL_OK ? read_contents(images, labels, count, dataset) : status;
}

scrawl_status scrawl_dataset_from_idx(const void *images, size_t images_size, const void *labels, size_t labels_size,
                                      size_t class_count, scrawl_dataset **dataset)
{
    struct byte_source image_source = {0}, label_source = {0};
    scrawl_dataset *result = NULL;
    scrawl_status status = scrawl_dataset_create(class_count, &result);
    if (status == SCRAWL_OK) status = source_open(&image_source, "images", images, images_size);
    if (status == SCRAWL_OK) status = source_open(&label_source, "labels", labels, labels_size);
    if (status == SCRAWL_OK) status = read_sources(&image_source, &label_source, result);
    source_close(&image_source);
    source_close(&label_source);
    if (status == SCRAWL_OK)
        *dataset = result;
    else
        scrawl_dataset_free(result);
    return status;
}
