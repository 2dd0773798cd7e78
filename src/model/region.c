/* Implements region.h. */
#include "region.h"

#include <string.h>

scrawl_status region_reader_create(const scrawl_model *model, int threads, struct region_reader *reader)
{
    struct region_reader made = {.model = model};
    scrawl_status status = model_check_detects(model);
    if (status == SCRAWL_OK) status = model_begin_reading(model, threads, &made.memory);
    if (status == SCRAWL_OK) *reader = made;
    return status;
}

static scrawl_status make_room(struct region_reader *reader, size_t rows, size_t columns)
{
    const scrawl_model *model = reader->model;
    struct reading_memory *memory = reader->memory;
    if (reader->fits && reader->network.input.rows == rows && reader->network.input.columns == columns)
        return SCRAWL_OK;
    struct network network;
    scrawl_status status = network_resize(&model->reading, rows, columns, &network);
    if (status != SCRAWL_OK) return status;
    reader->network = network;
    status = workspace_fit(&reader->network, model->packed.kernels, 1, parallel_threads(memory->parallel), FOR_READING,
                           &memory->workspace);
    reader->fits = status == SCRAWL_OK;
    return status;
}

scrawl_status region_reader_read(struct region_reader *reader, const float *planes, size_t stride, size_t rows,
                                 size_t columns, const float **cells)
{
    scrawl_status status = make_room(reader, rows, columns);
    if (status != SCRAWL_OK) return status;
    struct workspace *workspace = &reader->memory->workspace;
    const size_t row_size = columns * reader->network.input.channels;
    for (size_t row = 0; row < rows; row++)
        memcpy(workspace->activations[0] + row * row_size, planes + row * stride, row_size * sizeof *planes);
    const struct network_pass pass = {
        .network = &reader->network,
        .parameters = reader->model->reading_weights.values,
        .packed = &reader->model->packed,
        .workspace = workspace,
        .parallel = reader->memory->parallel,
        .batch = 1,
    };
    *cells = network_forward(&pass);
    return SCRAWL_OK;
}

void region_reader_free(struct region_reader *reader)
{
    if (reader->memory) idle_memory_give(reader->model->idle, reader->memory);
    *reader = (struct region_reader){0};
}
