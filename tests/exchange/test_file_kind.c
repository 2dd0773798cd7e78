/* Tests of file_kind.c: files of other kinds are named, and no model is taken for one. */
#include <stdlib.h>
#include <string.h>

#include "picture_files.h"
#include "test.h"

static void check_named(const void *bytes, size_t size, const char *name)
{
    scrawl_model *model = NULL;
    CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), name);
    CHECK_MENTIONS(scrawl_error(), "safetensors");
    CHECK_MENTIONS(scrawl_error(), "Keras (.h5, .keras) or ONNX (.onnx)");
    CHECK(model == NULL);
}

TEST(foreign_files_are_named)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *name;
    } files[] = {
        {"<!DOCTYPE html>\n<html>", 22, "HTML"},
        {"\xEF\xBB\xBF \n<HTML lang=en>", 19, "HTML"},
        {"\x1C\0\0\0TFL3\0\0\0\0", 12, "TensorFlow Lite"},
        {"\x80\2}q\0.", 6, "pickle"},
        {"{\"modelTopology\": {}}", 21, "JSON"},
        {"version https://git-lfs.github.com/spec/v1\n", 43, "Git LFS"},
        {"\0\0\x08\x03\0\0\0\1\0\0\0\x1C\0\0\0\x1C", 16, "IDX"},
        {"RIFF\0\0\0\0WEBPVP8 ", 16, "picture"},
        {"%PDF-1.7\n", 9, "PDF"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) check_named(files[i].bytes, files[i].size, files[i].name);
}

TEST(foreign_pictures_are_named)
{
    for (int format = 0; format < FILE_FORMATS; format++) {
        struct file picture = any_file(format);
        check_named(picture.bytes, picture.size, "picture");
    }
}

TEST(foreign_files_are_not_read_beyond_their_end)
{
    static const char *const beginnings[] = {"\x89HDF\r\n\x1A\n",      "\x08\x08\x12", "<!DOCTYPE html",
                                             "\x1C\1\1\1TFL3",         "RIFF1111WEBP", "\x80\2",
                                             "version https://git-lfs"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        const size_t length = strlen(beginnings[i]);
        for (size_t size = 0; size <= length; size++) {
            scrawl_model *model = NULL;
            char *exact = malloc(size ? size : 1);
            memcpy(exact, beginnings[i], size);
            CHECK_EQUAL(scrawl_model_load(exact, size, &model), SCRAWL_INVALID_MODEL);
            free(exact);
        }
    }
}

/* The length that a model file begins with may look like anything: of a header of so many bytes. */
TEST(foreign_files_are_no_models_whose_length_looks_like_one)
{
    static const uint16_t lengths[] = {0x4D42 /* BM */, 0x8B1F /* gzip */, 0x0280, 0x0808, 0x3550 /* P5 */};
    size_t size = 0;
    scrawl_model *model = NULL;
    uint8_t *bytes = NULL;
    if (!CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    scrawl_model_free(model);
    uint64_t length;
    memcpy(&length, bytes, sizeof length);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const uint64_t padded = lengths[i];
        if (padded < length) continue;
        uint8_t *longer = malloc(size + (size_t)(padded - length));
        memcpy(longer, &padded, sizeof padded);
        memcpy(longer + 8, bytes + 8, (size_t)length);
        memset(longer + 8 + length, ' ', (size_t)(padded - length));
        memcpy(longer + 8 + padded, bytes + 8 + length, size - 8 - (size_t)length);
        model = NULL;
        CHECK_EQUAL(scrawl_model_load(longer, size + (size_t)(padded - length), &model), SCRAWL_OK);
        scrawl_model_free(model);
        free(longer);
    }
    scrawl_free(bytes);
}
