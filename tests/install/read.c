/* read MODEL PICTURE: prints what is written there. */
#include <scrawl.h>
#include <stdio.h>

static unsigned char bytes[1 << 22];

static size_t read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) fclose(file);
    return size;
}

int main(int count, char **paths)
{
    scrawl_model *model;
    scrawl_reading *reading;
    if (count != 3) return 2;
    if (scrawl_model_load(bytes, read_file(paths[1]), &model) != SCRAWL_OK) return puts(scrawl_error()), 1;
    if (scrawl_predict_picture(model, bytes, read_file(paths[2]), NULL, &reading) != SCRAWL_OK)
        return puts(scrawl_error()), 1;
    printf("%s\n%s\n", scrawl_version(), reading->text);
    scrawl_reading_free(reading);
    scrawl_model_free(model);
    return 0;
}
