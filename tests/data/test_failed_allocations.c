/* Every allocation of a data set fails in turn: from arrays, from IDX files raw and gzipped, from pictures. */
#include <string.h>
#include <zlib.h>

#include "allocations.h"
#include "drawing.h"
#include "picture_files.h"
#include "scrawl.h"
#include "test.h"

enum { CLASSES = 10, IMAGES = 2, IMAGES_HEADER = 16, LABELS_HEADER = 8, MOST_BYTES = 2000 };

struct idx {
    uint8_t images[MOST_BYTES], labels[MOST_BYTES];
    size_t images_size, labels_size;
};

static void check_no_faults(struct allocation_faults faults)
{
    CHECK(faults.allocations > 0);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}

static struct idx raw_idx(void)
{
    static const uint8_t images[IMAGES_HEADER] = {0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, 28, 0, 0, 0, 28};
    static const uint8_t labels[LABELS_HEADER + IMAGES] = {0, 0, 8, 1, 0, 0, 0, IMAGES, 7, 3};
    struct idx idx = {.images_size = IMAGES_HEADER + IMAGES * SCRAWL_IMAGE_PIXELS, .labels_size = sizeof labels};
    memset(idx.images, 9, sizeof idx.images);
    memcpy(idx.images, images, sizeof images);
    memcpy(idx.labels, labels, sizeof labels);
    return idx;
}

static size_t gzip(uint8_t *bytes, size_t size)
{
    uint8_t zipped[MOST_BYTES];
    z_stream stream = {.next_in = bytes, .avail_in = (uInt)size, .next_out = zipped, .avail_out = sizeof zipped};
    CHECK_EQUAL(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    CHECK_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
    memcpy(bytes, zipped, stream.total_out);
    deflateEnd(&stream);
    return stream.total_out;
}

static scrawl_status load_and_drop(void *context)
{
    const struct idx *idx = context;
    scrawl_dataset *dataset = NULL;
    const scrawl_status status =
        scrawl_dataset_from_idx(idx->images, idx->images_size, idx->labels, idx->labels_size, CLASSES, &dataset);
    CHECK((status == SCRAWL_OK) == (dataset != NULL));
    scrawl_dataset_free(dataset);
    return status;
}

TEST(idx_survives_every_failed_allocation)
{
    struct idx idx = raw_idx();
    check_no_faults(fail_each_allocation(load_and_drop, &idx));
    idx.images_size = gzip(idx.images, idx.images_size);
    idx.labels_size = gzip(idx.labels, idx.labels_size);
    check_no_faults(fail_each_allocation(load_and_drop, &idx));
}

static scrawl_status copy_and_drop(void *context)
{
    static const uint8_t labels[IMAGES] = {7, 3};
    scrawl_dataset *dataset = NULL;
    const scrawl_status status = scrawl_dataset_from_arrays(context, labels, IMAGES, CLASSES, &dataset);
    CHECK((status == SCRAWL_OK) == (dataset != NULL));
    scrawl_dataset_free(dataset);
    return status;
}

TEST(arrays_survive_every_failed_allocation)
{
    uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS] = {5};
    check_no_faults(fail_each_allocation(copy_and_drop, images));
}

/* Until one fails; the data set has those before it. */
static scrawl_status add_pictures(void *context)
{
    const struct file *file = context;
    scrawl_dataset *dataset = NULL;
    scrawl_status status = scrawl_dataset_create(CLASSES, &dataset);
    size_t added = 0;
    for (; status == SCRAWL_OK && added < IMAGES; added++)
        status = scrawl_dataset_add_picture(dataset, file->bytes, file->size, added);
    if (dataset) CHECK_EQUAL(scrawl_dataset_count(dataset), status == SCRAWL_OK ? added : added - 1);
    scrawl_dataset_free(dataset);
    return status;
}

TEST(pictures_as_data_survive_every_failed_allocation)
{
    enum { SIDE = 30 };
    struct picture page = blank_picture(SIDE, SIDE, 230);
    draw_zero(&page, 8, 4, 14, 22, 3, 40);
    struct file file = png_file(SIDE, SIDE, 1, page.grey);
    picture_free(&page);
    check_no_faults(fail_each_allocation(add_pictures, &file));
}
