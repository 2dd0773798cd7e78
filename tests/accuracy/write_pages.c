/* Writes made pages as PGM files, and where their digits are as labels.csv: to look at, and to measure a finder with.
 * write_pages FOLDER COUNT [LEAST_SIDE MOST_SIDE [SEED [ELEMENTS_OFF]]] in the project's root, with MNIST in
 * build/mnist; ELEMENTS_OFF is hexadecimal, a bit for each of enum page_element. */
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "pages/page.h"

enum { LEAST_SIDE = 150, MOST_SIDE = 900, SEED = 1000, PATH_BYTES = 4096 };

struct bytes {
    uint8_t *bytes;
    size_t size;
};

static struct bytes read_file(const char *path)
{
    struct bytes content = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return content;
    if (fseek(file, 0, SEEK_END) == 0) content.size = (size_t)ftell(file);
    rewind(file);
    content.bytes = malloc(content.size + 1);
    if (content.bytes && fread(content.bytes, 1, content.size, file) != content.size) content.size = 0;
    (void)fclose(file);
    return content;
}

static scrawl_dataset *read_mnist(void)
{
    scrawl_dataset *dataset = NULL;
    const struct bytes images = read_file("build/mnist/train-images-idx3-ubyte");
    const struct bytes labels = read_file("build/mnist/train-labels-idx1-ubyte");
    const scrawl_status status =
        scrawl_dataset_from_idx(images.bytes, images.size, labels.bytes, labels.size, 10, &dataset);
    if (status != SCRAWL_OK) fprintf(stderr, "MNIST can't be read: %s Run `make data`.\n", scrawl_error());
    free(images.bytes);
    free(labels.bytes);
    return status == SCRAWL_OK ? dataset : NULL;
}

static bool write_page(const char *folder, size_t number, const struct page *page, FILE *labels)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/page_%05zu.pgm", folder, number);
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    fprintf(file, "P5\n%zu %zu\n255\n", page->width, page->height);
    const bool whole = fwrite(page->grey, page->width, page->height, file) == page->height;
    for (size_t i = 0; i < page->digit_count; i++) {
        const struct page_digit *digit = &page->digits[i];
        fprintf(labels, "page_%05zu.pgm,%d,%g,%g,%g,%g\n", number, digit->ignored ? -1 : digit->class_index,
                digit->left, digit->top, digit->right, digit->bottom);
    }
    return fclose(file) == 0 && whole;
}

static bool write_pages(const char *folder, size_t count, size_t least, size_t most, uint64_t seed,
                        uint64_t elements_off)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/labels.csv", folder);
    scrawl_dataset *dataset = read_mnist();
    FILE *labels = dataset ? fopen(path, "w") : NULL;
    bool written = labels != NULL;
    if (labels) fprintf(labels, "file,class,left,top,right,bottom\n");
    for (size_t i = 0; written && i < count; i++) {
        const struct page_source source = {scrawl_dataset_image(dataset, 0), scrawl_dataset_labels(dataset),
                                           scrawl_dataset_count(dataset)};
        struct random random = random_stream(seed, RANDOM_PAGES, i, UINT64_MAX);
        const size_t width = least + random_below(&random, most - least + 1);
        const size_t height = least + random_below(&random, most - least + 1);
        struct page page;
        if (page_create(width, height, &page) != SCRAWL_OK) break;
        page_make_without(&source, seed, i, elements_off, &page);
        written = write_page(folder, i, &page, labels);
        page_free(&page);
    }
    scrawl_dataset_free(dataset);
    return labels && fclose(labels) == 0 && written;
}

static uint64_t number_of(int count, char **arguments, int index, uint64_t otherwise, int base)
{
    return index < count ? strtoull(arguments[index], NULL, base) : otherwise;
}

int main(int count, char **arguments)
{
    const size_t pages = number_of(count, arguments, 2, 0, 10), least = number_of(count, arguments, 3, LEAST_SIDE, 10);
    const size_t most = number_of(count, arguments, 4, MOST_SIDE, 10);
    if (count < 3 || pages == 0 || least == 0 || most < least) {
        fprintf(stderr, "Usage: write_pages FOLDER COUNT [LEAST_SIDE MOST_SIDE [SEED [ELEMENTS_OFF]]]\n");
        return 2;
    }
    const uint64_t seed = number_of(count, arguments, 5, SEED, 10), off = number_of(count, arguments, 6, 0, 16);
    if (write_pages(arguments[1], pages, least, most, seed, off)) return 0;
    fprintf(stderr, "The pages can't be written to %s.\n", arguments[1]);
    return 1;
}
