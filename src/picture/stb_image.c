/* Compiles stb_image, restricted to the formats and the memory that Scrawl allows. The only file that sees its header.
 * Must not know what a picture is decoded for. */
#include "stb_image_pixels.h"

#include <limits.h>
#include <stdlib.h>

#include "narrow_levels.h"

/* Of the decoding that runs in this thread: stb_image's allocator macros have no argument to pass it in. */
static _Thread_local size_t allocation_limit;
static _Thread_local bool allocation_failed;

static bool within_limit(size_t size)
{
    return size <= allocation_limit;
}

/* Zeroed, because stb_image reads tables that a damaged file never filled. */
static void *limited_allocate(size_t size)
{
    if (!within_limit(size)) return NULL;
    void *memory = calloc(1, size ? size : 1);
    if (!memory) allocation_failed = true;
    return memory;
}

static void *limited_reallocate(void *old, size_t size)
{
    if (!within_limit(size)) return NULL;
    void *memory = realloc(old, size ? size : 1);
    if (!memory) allocation_failed = true;
    return memory;
}

#define STBI_MALLOC(size) limited_allocate(size)
#define STBI_REALLOC(memory, size) limited_reallocate(memory, size)
#define STBI_FREE(memory) free(memory)
#define STBI_ASSERT(condition) ((void)0)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_NO_FAILURE_STRINGS
/* Picture sizes are checked before; a side may be as long as the whole picture. */
#define STBI_MAX_DIMENSIONS INT_MAX
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-compare"
#if __has_include(<stb/stb_image.h>)
#include <stb/stb_image.h>
#elif __has_include("stb_image.h")
#include "stb_image.h"
#else
#error "stb_image.h is missing: install libstb-dev, or pass the folder that holds it with -I"
#endif

static scrawl_status fail_damaged(void)
{
    return fail(SCRAWL_INVALID_PICTURE,
                "The picture is damaged, or of a variety that Scrawl can't read. Save it as PNG ",
                "with another program.", NULL);
}

/* samples[count][channels] of 16 bits to bytes, in place; the last of two or four channels is opacity, which uses all
 * levels. */
static uint8_t *narrowed(uint16_t *samples, int channels, size_t count)
{
    const size_t all = count * (size_t)channels;
    const int colors = channels % 2 ? channels : channels - 1;
    uint8_t *bytes = (uint8_t *)samples;
    unsigned highest = 0;
    for (size_t i = 0; i < all; i++)
        if ((int)(i % (size_t)channels) < colors && samples[i] > highest) highest = samples[i];
    const unsigned white = narrow_levels_white(highest, UINT16_MAX);
    for (size_t i = 0; i < all; i++) {
        const bool stretched = white < UINT16_MAX && (int)(i % (size_t)channels) < colors;
        bytes[i] = (uint8_t)(stretched ? samples[i] * UINT8_MAX / white : samples[i] >> 8);
    }
    return bytes;
}

/* Pixels of 8 bits, by one of stb_image's two ways. */
static uint8_t *load(const uint8_t *bytes, int size, int *columns, int *rows, int *channels)
{
    if (!stbi_is_16_bit_from_memory(bytes, size)) return stbi_load_from_memory(bytes, size, columns, rows, channels, 0);
    uint16_t *samples = stbi_load_16_from_memory(bytes, size, columns, rows, channels, 0);
    return samples ? narrowed(samples, *channels, (size_t)*columns * (size_t)*rows) : NULL;
}

scrawl_status stb_image_pixels(const uint8_t *bytes, size_t size, size_t memory_limit, size_t width, size_t height,
                               int *channels, uint8_t **pixels)
{
    if (size > INT_MAX) return fail_damaged();
    allocation_limit = memory_limit;
    allocation_failed = false;
    int columns, rows;
    uint8_t *decoded = load(bytes, (int)size, &columns, &rows, channels);
    if (!decoded) return allocation_failed ? fail_out_of_memory() : fail_damaged();
    if ((size_t)columns != width || (size_t)rows != height) {
        free(decoded);
        return fail_damaged();
    }
    *pixels = decoded;
    return SCRAWL_OK;
}
