/* Implements page.h: memory, and the order in which a page is made. Must not know what the steps draw. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/memory.h"
#include "base/minmax.h"

enum { LAYERS = 5, MOST_SIDE = 16384 };

static struct layer *layer_of(struct page_sheet *sheet, int index)
{
    struct layer *layers[LAYERS] = {&sheet->digits, &sheet->pen, &sheet->marks, &sheet->rulings, &sheet->background};
    return layers[index];
}

scrawl_status page_create(size_t width, size_t height, struct page *page)
{
    const size_t pixels = width * height;
    struct page_sheet *sheet = calloc(1, sizeof *sheet);
    uint8_t *grey = malloc(pixels), *layers = malloc(pixels * LAYERS);
    float *values = allocate_floats(pixels * 2);
    if (!sheet || !grey || !layers || !values) {
        free(sheet);
        free(grey);
        free(layers);
        free(values);
        return fail_out_of_memory();
    }
    sheet->width = (int)width;
    sheet->height = (int)height;
    for (int i = 0; i < LAYERS; i++)
        *layer_of(sheet, i) = (struct layer){layers + (size_t)i * pixels, (int)width, (int)height};
    sheet->values = values;
    sheet->other = values + pixels;
    *page = (struct page){.width = width, .height = height, .grey = grey, .sheet = sheet};
    return SCRAWL_OK;
}

void page_free(struct page *page)
{
    if (page->sheet) {
        free(page->sheet->digits.values);
        free(page->sheet->values);
    }
    free(page->sheet);
    free(page->grey);
    *page = (struct page){0};
}

void page_make(const struct page_source *source, uint64_t seed, uint64_t number, struct page *page)
{
    page_make_without(source, seed, number, 0, page);
}

#ifdef __wasm__

void page_make_without(const struct page_source *source, uint64_t seed, uint64_t number, uint64_t elements_off,
                       struct page *page)
{
    (void)source, (void)seed, (void)number, (void)elements_off;
    memset(page->grey, FULL_INK, page->width * page->height);
    page->inverse = false;
    page->digit_count = 0;
}

#else

static void clear(struct page_sheet *sheet)
{
    memset(sheet->digits.values, 0, (size_t)sheet->width * (size_t)sheet->height * LAYERS);
    sheet->digit_count = sheet->gap_count = 0;
    sheet->table.there = false;
}

void page_make_without(const struct page_source *source, uint64_t seed, uint64_t number, uint64_t elements_off,
                       struct page *page)
{
    struct page_sheet *sheet = page->sheet;
    sheet->seed = seed;
    sheet->number = number;
    sheet->elements_off = elements_off;
    clear(sheet);
    sheet->hand = page_random_hand(sheet);
    page_lay_out(sheet, source);
    page_add_clutter(sheet);
    page_photograph(sheet);
    const size_t pixels = page->width * page->height;
    for (size_t i = 0; i < pixels; i++)
        page->grey[i] = (uint8_t)(clamp_float(sheet->values[i], 0, 1) * FULL_INK + 0.5f);
    page->inverse = sheet->inverse;
    page->digit_count = sheet->digit_count;
    memcpy(page->digits, sheet->found, sheet->digit_count * sizeof *page->digits);
}

#endif
