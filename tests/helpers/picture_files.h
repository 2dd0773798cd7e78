/* Small picture files of every format, made in memory for the tests of picture*.c. */
#ifndef PICTURE_FILES_H
#define PICTURE_FILES_H

#include "picture/picture.h"

enum { MAX_FILE = 1 << 16, JPEG_BLOCK = 8, FILE_FORMATS = 6, BMP_COLORS = 4 };

struct file {
    uint8_t bytes[MAX_FILE];
    size_t size;
};

/* context: a struct file, as stb_image_write's callbacks have it. */
void file_append(void *context, void *data, int size);

struct file text_file(const char *text, size_t size);
struct file png_file(int width, int height, int channels, const uint8_t *pixels);
struct file jpeg_file(void); /* 2 x 1 blocks: black, white */
struct file bmp_file(void);  /* 3 x 2 */
struct file gif_file(void);  /* 2 x 1: black and white */
struct file pnm_file(void);  /* 3 x 2 */

/* The pixels' indexes mean black, white, red and 9. */
struct file bmp_rle_file(unsigned bits, int width, int height, const uint8_t *codes, size_t size);

/* One of each format, index 0 .. FILE_FORMATS - 1; 0 is the PNG. */
struct file any_file(int index);

/* A grey PNG of any size, with any compressed pixels. */
struct file raw_png(uint32_t width, uint32_t height, const uint8_t *compressed, size_t size);

/* A grey PNG of 16 bits. */
struct file wide_png(int width, int height, const uint16_t *samples);

/* To be freed with free(). */
uint8_t *zlib_compress(uint8_t *bytes, int size, int *compressed_size);

/* A JPEG of columns x rows blocks, all white but one. */
struct file block_jpeg(int columns, int rows, int black_block);

/* The JPEG with an orientation, in little or big endian; directory: where in the TIFF structure it says it is, 8 when
 * it is right. */
struct file with_exif(const struct file *jpeg, int orientation, bool little, int directory);

/* The PNG with the same in a chunk behind its header, or behind its pixels. */
struct file png_with_exif(const struct file *png, bool behind_pixels, int orientation, bool little, int directory);

/* Decodes a file's first `size` bytes, in a block of exactly that size. */
scrawl_status decode_file(const struct file *file, size_t size, struct picture *picture);

/* Its status; whatever was decoded is freed. */
scrawl_status status_of(const struct file *file, size_t size);

#endif
