/* Implements picture_format.h: walks the chunks, segments or blocks of a file, because stb_image takes missing data for
 * zeros and trusts tables. Must not decode pixels or know what a picture is for. */
#include "picture_format.h"

#include <string.h>

enum { MAX_SIDE_DIGITS = 8 };

static bool starts_with(const uint8_t *bytes, size_t size, const char *magic, size_t magic_size)
{
    return size >= magic_size && memcmp(bytes, magic, magic_size) == 0;
}

static uint32_t big_endian16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t big_endian32(const uint8_t *bytes)
{
    return big_endian16(bytes) << 16 | big_endian16(bytes + 2);
}

static uint32_t little_endian16(const uint8_t *bytes)
{
    return (uint32_t)bytes[1] << 8 | bytes[0];
}

static uint32_t little_endian32(const uint8_t *bytes)
{
    return little_endian16(bytes + 2) << 16 | little_endian16(bytes);
}

static scrawl_status damaged(const char *format, const char *what)
{
    return fail(SCRAWL_INVALID_PICTURE, "The ", format, " picture is damaged: ", what, NULL);
}

static scrawl_status cut_off(const char *format)
{
    return damaged(format, "its end is missing.");
}

/* ---- Orientation: the TIFF structure of EXIF (CIPA DC-008), which PNG and JPEG both hold ---- */

enum {
    TIFF_HEADER_SIZE = 8,
    TIFF_ENTRY_SIZE = 12,
    TIFF_ORIENTATION = 0x0112,
    TIFF_SHORT = 3,
};

/* 1 when there is none or it makes no sense. */
static int tiff_orientation(const uint8_t *tiff, size_t size)
{
    bool little = starts_with(tiff, size, "II*", 4);
    if (size < TIFF_HEADER_SIZE || (!little && !starts_with(tiff, size, "MM\0*", 4))) return 1;
    uint32_t (*read16)(const uint8_t *) = little ? little_endian16 : big_endian16;
    size_t directory = little ? little_endian32(tiff + 4) : big_endian32(tiff + 4);
    if (directory > size - 2) return 1;
    size_t entries = read16(tiff + directory);
    for (size_t i = 0, at = directory + 2; i < entries && size - at >= TIFF_ENTRY_SIZE; i++) {
        const uint8_t *entry = tiff + at;
        if (read16(entry) == TIFF_ORIENTATION && read16(entry + 2) == TIFF_SHORT) {
            uint32_t orientation = read16(entry + 8);
            return orientation >= 1 && orientation <= 8 ? (int)orientation : 1;
        }
        at += TIFF_ENTRY_SIZE;
    }
    return 1;
}

/* ---- PNG (W3C, Portable Network Graphics, third edition) ---- */

enum {
    PNG_SIGNATURE_SIZE = 8,
    PNG_CHUNK_FRAME = 12, /* length, type and checksum */
    PNG_HEADER_SIZE = 13,
};

/* The checksum of chunks, four bits at a time: reflected polynomial 0xEDB88320. */
static uint32_t png_checksum(const uint8_t *bytes, size_t size)
{
    static const uint32_t nibble_table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    uint32_t checksum = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        checksum ^= bytes[i];
        checksum = checksum >> 4 ^ nibble_table[checksum & 15];
        checksum = checksum >> 4 ^ nibble_table[checksum & 15];
    }
    return ~checksum;
}

static bool png_chunk_is_intact(const uint8_t *chunk, size_t length)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    return true; /* so that a fuzzer gets past it */
#else
    return png_checksum(chunk + 4, length + 4) == big_endian32(chunk + 8 + length);
#endif
}

static scrawl_status inspect_png(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    bool oriented = false; /* or too late to be: what is said behind the pixels, browsers don't heed either */
    for (size_t at = PNG_SIGNATURE_SIZE; size - at >= PNG_CHUNK_FRAME;) {
        const uint8_t *chunk = bytes + at, *type = chunk + 4;
        size_t length = big_endian32(chunk);
        if (length > size - at - PNG_CHUNK_FRAME) return cut_off("PNG");
        if (!png_chunk_is_intact(chunk, length)) return damaged("PNG", "a checksum is wrong.");
        if (at == PNG_SIGNATURE_SIZE) {
            if (memcmp(type, "IHDR", 4) != 0 || length != PNG_HEADER_SIZE) return damaged("PNG", "it has no header.");
            header->width = big_endian32(chunk + 8);
            header->height = big_endian32(chunk + 12);
        }
        if (!oriented && memcmp(type, "eXIf", 4) == 0) header->orientation = tiff_orientation(chunk + 8, length);
        oriented |= memcmp(type, "eXIf", 4) == 0 || memcmp(type, "IDAT", 4) == 0;
        if (memcmp(type, "IEND", 4) == 0) return SCRAWL_OK;
        at += PNG_CHUNK_FRAME + length;
    }
    return cut_off("PNG");
}

/* ---- JPEG (ITU-T T.81) ---- */

enum {
    JPEG_SOF0 = 0xC0,
    JPEG_SOF2 = 0xC2, /* progressive */
    JPEG_DHT = 0xC4,
    JPEG_RST0 = 0xD0,
    JPEG_RST7 = 0xD7,
    JPEG_EOI = 0xD9,
    JPEG_SOS = 0xDA,
    JPEG_APP1 = 0xE1,
    JPEG_CODE_LENGTHS = 16,
    JPEG_MAX_CODES = 256,
    JPEG_MAX_TABLES = 4,
    JPEG_MAX_COMPONENTS = 4,
    /* Progressive encoders write about ten; each costs a pass over the whole picture, however few bytes it has. */
    JPEG_MAX_SCANS = 128,
    EXIF_PREFIX = 6, /* "Exif", two zeros */
};

struct jpeg_walk {
    bool progressive;
    bool tables[2][JPEG_MAX_TABLES]; /* Huffman tables seen: [DC, AC][number] */
    int scans;
};

/* Huffman tables: stb_image does not check that their codes fit. */
static bool walk_huffman_tables(struct jpeg_walk *walk, const uint8_t *segment, size_t size)
{
    while (size > 0) {
        if (size < 1 + JPEG_CODE_LENGTHS) return false;
        unsigned class = segment[0] >> 4, number = segment[0] & 15;
        size_t codes = 0;
        for (int i = 1; i <= JPEG_CODE_LENGTHS; i++) codes += segment[i];
        if (class > 1 || number >= JPEG_MAX_TABLES || codes > JPEG_MAX_CODES) return false;
        if (codes > size - 1 - JPEG_CODE_LENGTHS) return false;
        walk->tables[class][number] = true;
        segment += 1 + JPEG_CODE_LENGTHS + codes;
        size -= 1 + JPEG_CODE_LENGTHS + codes;
    }
    return true;
}

/* A scan may only use Huffman tables that were defined: stb_image would run through whatever lies in memory. */
static bool walk_scan_header(struct jpeg_walk *walk, const uint8_t *segment, size_t size)
{
    size_t components = size > 0 ? segment[0] : 0;
    if (components < 1 || components > JPEG_MAX_COMPONENTS || size != 4 + 2 * components) return false;
    const uint8_t *spectrum = segment + 1 + 2 * components; /* first, last, approximation */
    bool first_dc = spectrum[0] == 0 && spectrum[2] >> 4 == 0;
    for (size_t i = 0; i < components; i++) {
        unsigned dc = segment[2 + 2 * i] >> 4, ac = segment[2 + 2 * i] & 15;
        if (dc >= JPEG_MAX_TABLES || ac >= JPEG_MAX_TABLES) return false;
        if ((!walk->progressive || first_dc) && !walk->tables[0][dc]) return false;
        if ((!walk->progressive || spectrum[0] > 0) && !walk->tables[1][ac]) return false;
    }
    return ++walk->scans <= JPEG_MAX_SCANS;
}

/* The offset of the marker that ends the entropy-coded data at `at`; size when there is none. */
static size_t jpeg_scan_end(const uint8_t *bytes, size_t size, size_t at)
{
    while (at + 1 < size) {
        const uint8_t *found = memchr(bytes + at, 0xFF, size - 1 - at);
        if (!found) return size;
        at = (size_t)(found - bytes);
        uint8_t marker = bytes[at + 1];
        if (marker == 0xFF)
            at += 1;
        else if (marker == 0 || (marker >= JPEG_RST0 && marker <= JPEG_RST7))
            at += 2;
        else
            return at;
    }
    return size;
}

static bool walk_segment(struct jpeg_walk *walk, uint8_t marker, const uint8_t *segment, size_t size,
                         struct picture_header *header)
{
    switch (marker) {
        case JPEG_SOF0:
        case JPEG_SOF0 + 1:
        case JPEG_SOF2:
            if (size < 6 || header->width) return false;
            walk->progressive = marker == JPEG_SOF2;
            header->height = big_endian16(segment + 1);
            header->width = big_endian16(segment + 3);
            return header->width > 0;
        case JPEG_DHT:
            return walk_huffman_tables(walk, segment, size);
        case JPEG_SOS:
            return header->width > 0 && walk_scan_header(walk, segment, size);
        case JPEG_APP1:
            if (header->orientation == 1 && starts_with(segment, size, "Exif\0", EXIF_PREFIX))
                header->orientation = tiff_orientation(segment + EXIF_PREFIX, size - EXIF_PREFIX);
            return true;
        default:
            return true;
    }
}

static scrawl_status inspect_jpeg(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    struct jpeg_walk walk = {0};
    size_t at = 2;
    while (size - at >= 2) {
        if (bytes[at] != 0xFF) return damaged("JPEG", "a marker is missing.");
        uint8_t marker = bytes[at + 1];
        at += marker == 0xFF ? 1 : 2; /* 0xFF before a marker is padding */
        if (marker == 0xFF) continue;
        if (marker == JPEG_EOI) return walk.scans ? SCRAWL_OK : damaged("JPEG", "it holds no pixels.");
        size_t length = size - at >= 2 ? big_endian16(bytes + at) : 0;
        if (length > size - at || size - at < 2) return cut_off("JPEG");
        if (length < 2 || !walk_segment(&walk, marker, bytes + at + 2, length - 2, header)) {
            return damaged("JPEG", "a segment makes no sense.");
        }
        at += length;
        if (marker == JPEG_SOS) at = jpeg_scan_end(bytes, size, at);
    }
    return cut_off("JPEG");
}

/* ---- GIF (GIF89a specification) ---- */

enum {
    GIF_WIDTH = 6, /* from the file's start */
    GIF_HEIGHT = 8,
    GIF_FLAGS = 10,
    GIF_HEADER_SIZE = 13,
    GIF_FRAME_FLAGS = 9, /* from the frame's start */
    GIF_FRAME_SIZE = 10, /* with its separator */
    GIF_FRAME = 0x2C,
    GIF_EXTENSION = 0x21,
    GIF_TRAILER = 0x3B,
};

/* Bytes of the colour table that a flags byte announces. */
static size_t gif_colors_size(uint8_t flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* The offset behind a chain of sub-blocks, at most size. */
static size_t gif_skip_blocks(const uint8_t *bytes, size_t size, size_t at)
{
    while (at < size && bytes[at] != 0) at += 1 + (size_t)bytes[at];
    return at < size ? at + 1 : size;
}

static scrawl_status inspect_gif(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    if (size < GIF_HEADER_SIZE) return cut_off("GIF");
    header->width = little_endian16(bytes + GIF_WIDTH);
    header->height = little_endian16(bytes + GIF_HEIGHT);
    bool has_frame = false;
    size_t at = GIF_HEADER_SIZE + gif_colors_size(bytes[GIF_FLAGS]);
    while (at < size && bytes[at] != GIF_TRAILER) {
        if (bytes[at] == GIF_FRAME) {
            if (size - at < GIF_FRAME_SIZE) return cut_off("GIF");
            at += GIF_FRAME_SIZE + gif_colors_size(bytes[at + GIF_FRAME_FLAGS]) + 1; /* and the code size */
            has_frame = true;
        } else if (bytes[at] == GIF_EXTENSION) {
            at += 2;
        } else {
            return damaged("GIF", "a block is of no known kind.");
        }
        at = gif_skip_blocks(bytes, size, at);
    }
    if (at >= size) return cut_off("GIF");
    return has_frame ? SCRAWL_OK : damaged("GIF", "it holds no picture.");
}

/* ---- BMP (Windows bitmaps) ---- */

enum {
    BMP_CORE_SIZE = 12, /* of the oldest info header, whose sides have 16 bits */
    BMP_INFO_SIZE = 40,
    BMP_PIXELS_AT = 10, /* where the file says where its pixels are, from its start */
    BMP_INFO_AT = 14,
    /* From the start of the info header: */
    BMP_WIDTH = 4,
    BMP_HEIGHT = 8,
    BMP_BITS = 14,
    BMP_COMPRESSION = 16,
    BMP_COLORS_USED = 32,
    BMP_CORE_HEIGHT = 6, /* in the oldest one */
    BMP_CORE_BITS = 10,
    BMP_ROW_ALIGNMENT_BITS = 32,
    BMP_RLE8 = 1, /* compressions */
    BMP_RLE4 = 2,
    BMP_JPEG = 4, /* and PNG, as a file within the file: for printers only */
    BMP_PNG = 5,
    BMP_COLOR_SIZE = 4, /* blue, green, red, 0 */
};

static scrawl_status inspect_bmp_rle(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    const uint8_t *info = bytes + BMP_INFO_AT;
    uint32_t height = little_endian32(info + BMP_HEIGHT);
    header->format = PICTURE_BMP_RLE;
    header->bits = little_endian32(info + BMP_COMPRESSION) == BMP_RLE8 ? 8 : 4;
    bool top_row_first = height > INT32_MAX; /* which run-length codes can't be */
    if (little_endian16(info + BMP_BITS) != header->bits || top_row_first)
        return damaged("BMP", "its header makes no sense.");
    size_t info_size = little_endian32(info), most = (size_t)1 << header->bits,
           used = little_endian32(info + BMP_COLORS_USED);
    header->color_count = used > 0 && used < most ? used : most;
    header->colors_at = BMP_INFO_AT + info_size;
    header->pixels_at = little_endian32(bytes + BMP_PIXELS_AT);
    if (info_size < BMP_INFO_SIZE) return damaged("BMP", "its header makes no sense.");
    if (header->pixels_at > size || info_size > size ||
        header->colors_at + BMP_COLOR_SIZE * header->color_count > size) {
        return cut_off("BMP");
    }
    return SCRAWL_OK;
}

static scrawl_status inspect_bmp_rows(const uint8_t *bytes, size_t size, unsigned bits, struct picture_header *header)
{
    uint64_t row_bits = (uint64_t)header->width * bits;
    uint64_t row_words = (row_bits + BMP_ROW_ALIGNMENT_BITS - 1) / BMP_ROW_ALIGNMENT_BITS;
    size_t pixels_at = little_endian32(bytes + BMP_PIXELS_AT);
    if (pixels_at > size || (size - pixels_at) / 4 < row_words * header->height) return cut_off("BMP");
    return SCRAWL_OK;
}

static scrawl_status inspect_bmp(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    if (size < BMP_INFO_AT + BMP_CORE_SIZE) return cut_off("BMP");
    const uint8_t *info = bytes + BMP_INFO_AT;
    bool core = little_endian32(info) == BMP_CORE_SIZE;
    if (!core && size < BMP_INFO_AT + BMP_INFO_SIZE) return cut_off("BMP");
    uint32_t height = core ? little_endian16(info + BMP_CORE_HEIGHT) : little_endian32(info + BMP_HEIGHT);
    header->width = core ? little_endian16(info + BMP_WIDTH) : little_endian32(info + BMP_WIDTH);
    header->height = height > INT32_MAX ? 0u - height : height; /* negative: top row first */
    if (header->width > SCRAWL_MAX_PICTURE_PIXELS || header->height > SCRAWL_MAX_PICTURE_PIXELS) return SCRAWL_OK;
    uint32_t compression = core ? 0 : little_endian32(info + BMP_COMPRESSION);
    if (compression == BMP_RLE8 || compression == BMP_RLE4) return inspect_bmp_rle(bytes, size, header);
    if (compression == BMP_JPEG || compression == BMP_PNG) {
        return fail(SCRAWL_INVALID_PICTURE, "The BMP picture holds a JPEG or PNG, which Scrawl doesn't unpack. ",
                    "Save it as PNG with another program.", NULL);
    }
    return inspect_bmp_rows(bytes, size, little_endian16(info + (core ? BMP_CORE_BITS : BMP_BITS)), header);
}

/* ---- PNM (Netpbm: binary PGM and PPM, and PBM) ---- */

static bool is_pnm_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The offset behind white space and comments; size when there is nothing more. */
static size_t pnm_skip(const uint8_t *bytes, size_t size, size_t at)
{
    while (at < size && (is_pnm_space(bytes[at]) || bytes[at] == '#')) {
        if (bytes[at] == '#') {
            while (at < size && bytes[at] != '\n') at++;
        } else {
            at++;
        }
    }
    return at;
}

/* Reads white space, comments and a number, which must be followed by another byte; 0 when that fails. */
static size_t pnm_number(const uint8_t *bytes, size_t size, size_t *at)
{
    *at = pnm_skip(bytes, size, *at);
    size_t value = 0, first = *at;
    while (*at < size && bytes[*at] >= '0' && bytes[*at] <= '9' && *at - first < MAX_SIDE_DIGITS) {
        value = value * 10 + (size_t)(bytes[(*at)++] - '0');
    }
    bool ends = *at < size && !(bytes[*at] >= '0' && bytes[*at] <= '9');
    return ends ? value : 0;
}

static scrawl_status inspect_pnm(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    size_t at = 2;
    header->channels = bytes[1] == '6' ? 3 : 1;
    header->width = pnm_number(bytes, size, &at);
    header->height = pnm_number(bytes, size, &at);
    size_t maximum = pnm_number(bytes, size, &at);
    if (maximum < 1 || maximum > UINT16_MAX) return damaged("PNM", "its header makes no sense.");
    header->maximum = (unsigned)maximum;
    header->pixels_at = at + 1;
    uint64_t sample_size = maximum > UINT8_MAX ? 2 : 1;
    uint64_t pixels = (uint64_t)header->width * header->height; /* below 10^16 */
    if (pixels > SCRAWL_MAX_PICTURE_PIXELS) return SCRAWL_OK;
    if (size - header->pixels_at < pixels * header->channels * sample_size) return cut_off("PNM");
    return SCRAWL_OK;
}

/* Whether so many characters 0 and 1 stand there. */
static scrawl_status count_pbm_characters(const uint8_t *bytes, size_t size, size_t at, uint64_t pixels)
{
    for (uint64_t i = 0; i < pixels; i++, at++) {
        at = pnm_skip(bytes, size, at);
        if (at == size) return cut_off("PBM");
        if (bytes[at] != '0' && bytes[at] != '1') return damaged("PBM", "a pixel is neither 0 nor 1.");
    }
    return SCRAWL_OK;
}

static scrawl_status inspect_pbm(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    size_t at = 2;
    header->width = pnm_number(bytes, size, &at);
    header->height = pnm_number(bytes, size, &at);
    if (!header->width || !header->height) return damaged("PBM", "its header makes no sense.");
    const uint64_t pixels = (uint64_t)header->width * header->height; /* below 10^16 */
    header->bits = bytes[1] == '4' ? 1 : 8;
    header->pixels_at = at + 1;
    if (pixels > SCRAWL_MAX_PICTURE_PIXELS) return SCRAWL_OK;
    if (header->bits == 8) return count_pbm_characters(bytes, size, header->pixels_at, pixels);
    const size_t row_size = (header->width + 7) / 8;
    return size - header->pixels_at < row_size * header->height ? cut_off("PBM") : SCRAWL_OK;
}

/* ---- All of them ---- */

static scrawl_status inspect_structure(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    static const struct {
        enum picture_format format;
        const char *magic;
        size_t magic_size;
        scrawl_status (*inspect)(const uint8_t *bytes, size_t size, struct picture_header *header);
    } formats[] = {
        {PICTURE_PNG, "\x89PNG\r\n\x1A\n", PNG_SIGNATURE_SIZE, inspect_png},
        {PICTURE_JPEG, "\xFF\xD8\xFF", 3, inspect_jpeg},
        {PICTURE_GIF, "GIF87a", 6, inspect_gif},
        {PICTURE_GIF, "GIF89a", 6, inspect_gif},
        {PICTURE_BMP, "BM", 2, inspect_bmp},
        {PICTURE_PNM, "P5", 2, inspect_pnm},
        {PICTURE_PNM, "P6", 2, inspect_pnm},
        {PICTURE_PBM, "P1", 2, inspect_pbm},
        {PICTURE_PBM, "P4", 2, inspect_pbm},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!starts_with(bytes, size, formats[i].magic, formats[i].magic_size)) continue;
        header->format = formats[i].format;
        return formats[i].inspect(bytes, size, header);
    }
    return fail(SCRAWL_INVALID_PICTURE,
                "This is no picture that Scrawl can read. It reads PNG, JPEG, BMP, GIF, PBM and ",
                "binary PNM; save the picture as one of these.", NULL);
}

scrawl_status picture_inspect(const uint8_t *bytes, size_t size, struct picture_header *header)
{
    struct picture_header result = {.orientation = 1};
    scrawl_status status = inspect_structure(bytes, size, &result);
    if (status != SCRAWL_OK && status != SCRAWL_INVALID_PICTURE) return status;
    /* A header's size is reported before what is missing behind it: too large is what the caller can act on. */
    if (result.height && result.width > SCRAWL_MAX_PICTURE_PIXELS / result.height) {
        return fail(SCRAWL_PICTURE_TOO_LARGE, "The picture has more than 64 megapixels. Make it smaller first.", NULL);
    }
    if (status != SCRAWL_OK) return status;
    if (!result.width || !result.height) {
        return fail(SCRAWL_INVALID_PICTURE, "The picture is damaged: it has no width or height.", NULL);
    }
    *header = result;
    return SCRAWL_OK;
}
