/* What a file is, by how it begins: a model of a format that is read, or something that people take for one, and what
 * to do then. Must not know how a model is read. */
#include <string.h>

#include "base/status.h"

/* Whether the bytes from `at` on begin with `magic`, whose length counts: it may hold zeros. */
static bool begins_with(const uint8_t *bytes, size_t size, size_t at, const char *magic, size_t magic_size)
{
    return size >= at + magic_size && memcmp(bytes + at, magic, magic_size) == 0;
}

static char small_letter(uint8_t byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

/* A page of the web, as servers send in place of a file that they don't have. */
static bool is_html(const uint8_t *bytes, size_t size)
{
    static const char *const beginnings[] = {"<!doctype html", "<html", "<!--", "<head", "<?xml"};
    size_t at = begins_with(bytes, size, 0, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (at < size && (bytes[at] == ' ' || (bytes[at] >= '\t' && bytes[at] <= '\r'))) at++;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t same = 0;
        while (beginnings[i][same] && at + same < size && small_letter(bytes[at + same]) == beginnings[i][same]) same++;
        if (!beginnings[i][same]) return true;
    }
    return false;
}

/* A protocol buffer whose first field is the version, then any other that onnx.proto has. Numbers above 64 are no
 * version yet. */
static bool is_onnx(const uint8_t *bytes, size_t size)
{
    enum { VERSION_FIELD = 0x08, MOST_VERSION = 64 };
    static const char next_fields[] = "\x12\x1A\x22\x28\x32\x3A\x42\x72";
    return size > 2 && bytes[0] == VERSION_FIELD && bytes[1] > 0 && bytes[1] < MOST_VERSION &&
           memchr(next_fields, bytes[2], sizeof next_fields - 1);
}

static const char *name_of(const uint8_t *bytes, size_t size)
{
    static const struct {
        const char *magic;
        size_t size, at;
        const char *name;
    } kinds[] = {
        {"TFL3", 4, 4, "a TensorFlow Lite model"},
        {"GGUF", 4, 0, "a GGUF model"},
        {"\x93NUMPY", 6, 0, "a NumPy array"},
        {"\x80\2", 2, 0, "a Python pickle, as PyTorch once wrote models"},
        {"version https://git-lfs", 23, 0, "a pointer to a file that Git LFS has not fetched yet"},
        {"\x1F\x8B", 2, 0, "a gzip file"},
        {"\x89PNG", 4, 0, "a picture (PNG)"},
        {"\xFF\xD8\xFF", 3, 0, "a picture (JPEG)"},
        {"GIF8", 4, 0, "a picture (GIF)"},
        {"BM", 2, 0, "a picture (BMP)"},
        {"WEBP", 4, 8, "a picture (WebP)"},
        {"ftyp", 4, 4, "a picture or film (HEIC, AVIF, MP4)"},
        {"II*\0", 4, 0, "a picture (TIFF)"},
        {"MM\0*", 4, 0, "a picture (TIFF)"},
        {"P4", 2, 0, "a picture (PBM)"},
        {"P5", 2, 0, "a picture (PGM)"},
        {"P6", 2, 0, "a picture (PPM)"},
        {"%PDF", 4, 0, "a PDF document"},
        {"\0\0\x08\x03", 4, 0, "an IDX file of images, as MNIST has them"},
        {"\0\0\x08\x01", 4, 0, "an IDX file of labels, as MNIST has them"},
        {"{", 1, 0, "a text in JSON, as TensorFlow.js writes models' descriptions"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins_with(bytes, size, kinds[i].at, kinds[i].magic, kinds[i].size)) return kinds[i].name;
    if (is_html(bytes, size)) return "a page of the web (HTML), as a server sends when it doesn't have the file";
    return NULL;
}

/* Formats that are read and begin with a signature. */
static const struct {
    const char *magic;
    size_t size;
    scrawl_format format;
} signatures[] = {
    {"\x89HDF\r\n\x1A\n", 8, SCRAWL_KERAS_H5},
    {"PK\3\4", 4, SCRAWL_KERAS},
};

scrawl_status scrawl_model_format_of_bytes(const void *file, size_t size, scrawl_format *format)
{
    const uint8_t *bytes = file;
    if (size == 0) return fail(SCRAWL_INVALID_MODEL, "The model file is empty.", NULL);
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (begins_with(bytes, size, 0, signatures[i].magic, signatures[i].size)) {
            *format = signatures[i].format;
            return SCRAWL_OK;
        }
    const bool header_follows = begins_with(bytes, size, 8, "{", 1); /* behind the length: safetensors */
    const bool onnx = !header_follows && is_onnx(bytes, size);
    const char *name = header_follows || onnx ? NULL : name_of(bytes, size);
    if (name)
        return fail(
            SCRAWL_INVALID_MODEL, "This is ", name,
            ", no model that Scrawl reads. Give a .safetensors file that Scrawl wrote, or a model of Keras (.h5, "
            ".keras) or ONNX (.onnx).",
            NULL);
    *format = onnx ? SCRAWL_ONNX : SCRAWL_SAFETENSORS;
    return SCRAWL_OK;
}
