/* Implements region.h. */
#include "region.h"

#include <string.h>

static scrawl_status make_room(struct region_reader *reader, size_t rows, size_t columns)
{
    const bool same = reader->network.input.rows == rows && reader->network.input.columns == columns;
    if (reader->workspace.block && same) return SCRAWL_OK;
    scrawl_status status = model_check_detects(reader->model);
    if (status == SCRAWL_OK) status = network_resize(&reader->model->reading, rows, columns, &reader->network);
    if (status != SCRAWL_OK) return status;
    workspace_free(&reader->workspace);
    return workspace_create(&reader->network, reader->model->packed.kernels, 1, 1, false, &reader->workspace);
}

scrawl_status region_reader_read(struct region_reader *reader, const float *planes, size_t rows, size_t columns,
                                 const float **cells)
{
    scrawl_status status = make_room(reader, rows, columns);
    if (status != SCRAWL_OK) return status;
    memcpy(reader->workspace.activations[0], planes, shape_size(reader->network.input) * sizeof *planes);
    const struct network_pass pass = {
        .network = &reader->network,
        .parameters = reader->model->reading_weights.values,
        .packed = &reader->model->packed,
        .workspace = &reader->workspace,
        .batch = 1,
    };
    *cells = network_forward(&pass);
    return SCRAWL_OK;
}

void region_reader_free(struct region_reader *reader)
{
    workspace_free(&reader->workspace);
    reader->network = (struct network){0};
}
