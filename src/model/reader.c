/* Implements reader.h, and with it the reading of prepared images of scrawl.h. */
#include "reader.h"

scrawl_status reader_create(const scrawl_model *model, int threads, struct reader *reader)
{
    struct reader made = {.model = model};
    scrawl_status status = model_check_classifies(model);
    if (status == SCRAWL_OK) status = model_begin_reading(model, threads, &made.memory);
    if (status == SCRAWL_OK) *reader = made;
    return status;
}

/* How many images are read together depends on their number alone, not on what was read before. */
static scrawl_status make_room(struct reader *reader, size_t count, size_t *together)
{
    struct reading_memory *memory = reader->memory;
    *together = model_batch(reader->model, count);
    if (reader->fits && *together <= memory->workspace.batch) return SCRAWL_OK;
    scrawl_status status = model_workspace(reader->model, count, memory->parallel, &memory->workspace);
    reader->fits = status == SCRAWL_OK;
    return status;
}

scrawl_status reader_read(struct reader *reader, const uint8_t *images, size_t count, float *probabilities)
{
    size_t together = 0;
    if (count == 0) return SCRAWL_OK;
    scrawl_status status = make_room(reader, count, &together);
    if (status != SCRAWL_OK) return status;
    model_read_all(reader->model, &reader->memory->workspace, reader->memory->parallel, images, count, together,
                   probabilities);
    return SCRAWL_OK;
}

void reader_free(struct reader *reader)
{
    if (reader->memory) idle_memory_give(reader->model->idle, reader->memory);
    *reader = (struct reader){0};
}

scrawl_status scrawl_predict_images(const scrawl_model *model, const uint8_t *images, size_t count, int threads,
                                    float *probabilities)
{
    struct reader reader = {0};
    if (count == 0) return SCRAWL_OK;
    scrawl_status status = reader_create(model, threads, &reader);
    if (status == SCRAWL_OK) status = reader_read(&reader, images, count, probabilities);
    reader_free(&reader);
    return status;
}
