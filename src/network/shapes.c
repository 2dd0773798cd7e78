/* Implements shapes.h. */
#include "shapes.h"

/* Of rows or columns. */
static size_t convolved_size(const struct layer *layer, size_t input, size_t kernel_size)
{
    return ((layer->same ? input : input - kernel_size + 1) + layer->stride - 1) / layer->stride;
}

static const char *shape_convolution(struct layer *layer)
{
    if (layer->kernel_rows > layer->input.rows || layer->kernel_columns > layer->input.columns)
        return "the kernel is larger than the layer's input.";
    layer->output.rows = convolved_size(layer, layer->input.rows, layer->kernel_rows);
    layer->output.columns = convolved_size(layer, layer->input.columns, layer->kernel_columns);
    return NULL;
}

static const char *shape_maxpool(struct layer *layer)
{
    if (layer->pool > layer->input.rows || layer->pool > layer->input.columns)
        return "the window is larger than the layer's input.";
    layer->output.rows = layer->input.rows / layer->pool;
    layer->output.columns = layer->input.columns / layer->pool;
    return NULL;
}

static const char *shape_added(const struct layer *source, const struct layer *layer)
{
    const struct shape *kept = &source->output, *input = &layer->input;
    const bool same = kept->rows == input->rows && kept->columns == input->columns && kept->channels == input->channels;
    return same ? NULL : "what was kept has other rows, columns or channels than what it is added to.";
}

static const char *shape_by_kind(const struct layer *before, struct layer *layer)
{
    switch (layer->kind) {
        case LAYER_CONV:
        case LAYER_DEPTHWISE:
            return shape_convolution(layer);
        case LAYER_MAXPOOL:
            return shape_maxpool(layer);
        case LAYER_GLOBALPOOL:
            layer->output.rows = layer->output.columns = 1;
            return NULL;
        case LAYER_UPSAMPLE:
            layer->output.rows = layer->input.rows * layer->factor;
            layer->output.columns = layer->input.columns * layer->factor;
            return NULL;
        case LAYER_FLATTEN:
            layer->output = (struct shape){1, 1, shape_size(layer->input)};
            return NULL;
        case LAYER_ADD:
            return shape_added(&before[layer->source], layer);
        default:
            return NULL;
    }
}

const char *shape_output(const struct layer *before, struct layer *layer)
{
    layer->output.rows = layer->input.rows;
    layer->output.columns = layer->input.columns;
    const char *wrong = shape_by_kind(before, layer);
    if (wrong) return wrong;
    const uint64_t pixels = (uint64_t)layer->output.rows * layer->output.columns;
    const bool fits = pixels <= MOST_LAYER_VALUES && pixels * layer->output.channels <= MOST_LAYER_VALUES;
    return fits ? NULL : "makes the network too large.";
}

/* Each output of a conv, depthwise or dense layer has weights for so many inputs; 0 for others. */
static uint64_t weighted_inputs(const struct layer *layer)
{
    const uint64_t places = layer->kernel_rows * layer->kernel_columns;
    if (layer->kind == LAYER_CONV) return places * layer->input.channels;
    if (layer->kind == LAYER_DEPTHWISE) return places;
    return layer->kind == LAYER_DENSE ? layer->input.channels : 0;
}

bool shape_parameters(struct layer *layer)
{
    const bool batchnorm = layer->kind == LAYER_BATCHNORM;
    const uint64_t inputs = batchnorm ? 1 : weighted_inputs(layer);
    /* No product here leaves 64 bits. */
    if (inputs > MOST_PARAMETERS || inputs * layer->output.channels > MOST_PARAMETERS) return false;
    layer->weight_count = (size_t)inputs * layer->output.channels;
    layer->bias_count = inputs ? layer->output.channels : 0;
    layer->statistic_count = batchnorm ? 2 * layer->output.channels : 0;
    return true;
}
