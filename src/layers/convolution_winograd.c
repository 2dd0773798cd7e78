/* Convolution by Winograd F(4x4, 3x3): tiles are transformed, multiplied at each of 36 positions as matrices
 * [tiles][input channels] x [input channels][output channels], and transformed back. The gradients are the adjoints of
 * the same steps, so that forward and backward share one grid of tiles. Transforms: kernels/winograd.h. */
#include <string.h>

#include "layer.h"

enum {
    LEAST_CHANNELS = 4, /* with fewer, the transforms cost more than they save */
    TILE_UNIT = 12, /* tiles are transformed and multiplied together in multiples of this and of every tile height */
    MOST_TILE_UNITS = 4,
    CACHE_PARTS = 4, /* of the second-level cache a block of tiles takes one: weights and gradients lie beside it */
    KERNEL_ROWS = 3,
};

bool winograd_fits(const struct layer *layer)
{
    return layer->stride == 1 && layer->kernel_rows == KERNEL_ROWS && layer->kernel_columns == KERNEL_ROWS &&
           layer->input.channels >= LEAST_CHANNELS && layer->output.channels >= LEAST_CHANNELS;
}

/* From position to position of matrices: one more cache line keeps 36 strided accesses out of the same cache sets. */
static size_t position_stride(size_t floats)
{
    return floats + ALIGNMENT_FLOATS;
}

/* Rows of matrices in scratch are whole vectors wide. */
struct grid {
    const struct layer *layer;
    ptrdiff_t padding;
    size_t block_tiles;                     /* that are transformed and multiplied together */
    size_t tile_columns, tiles;             /* per image */
    size_t input_channels, output_channels; /* padded to whole vectors */
    size_t input_stride, output_stride;     /* from position to position */
    size_t gradient_stride;                 /* the same of the weights' gradient */
};

/* The sums' order doesn't depend on it. */
static size_t choose_block_tiles(size_t channels)
{
    const size_t tile_bytes = WINOGRAD_POSITIONS * channels * sizeof(float);
    const size_t units = second_cache_bytes() / CACHE_PARTS / (TILE_UNIT * tile_bytes);
    return TILE_UNIT * max_size(1, min_size(units, MOST_TILE_UNITS));
}

static struct grid make_grid(const struct layer *layer, const struct kernels *kernels)
{
    struct grid grid = {
        .layer = layer,
        .padding = layer->same ? KERNEL_ROWS / 2 : 0,
        .tile_columns = round_up(layer->output.columns, WINOGRAD_OUTPUT) / WINOGRAD_OUTPUT,
        .input_channels = round_up(layer->input.channels, kernels->vector_floats),
        .output_channels = round_up(layer->output.channels, kernels->vector_floats),
    };
    grid.tiles = round_up(layer->output.rows, WINOGRAD_OUTPUT) / WINOGRAD_OUTPUT * grid.tile_columns;
    grid.block_tiles = choose_block_tiles(grid.input_channels + grid.output_channels);
    grid.input_stride = position_stride(grid.block_tiles * grid.input_channels);
    grid.output_stride = position_stride(grid.block_tiles * grid.output_channels);
    grid.gradient_stride = position_stride(layer->input.channels * grid.output_channels);
    return grid;
}

/* A tile of a group of images, counted over all of them: its image and the corner of its outputs there. */
struct tile {
    size_t image;
    ptrdiff_t row, column;
};

static struct tile find_tile(const struct grid *grid, size_t index)
{
    size_t in_image = index % grid->tiles;
    return (struct tile){
        .image = index / grid->tiles,
        .row = (ptrdiff_t)(in_image / grid->tile_columns * WINOGRAD_OUTPUT),
        .column = (ptrdiff_t)(in_image % grid->tile_columns * WINOGRAD_OUTPUT),
    };
}

static size_t scratch(const struct layer *layer, const struct kernels *kernels, size_t batch)
{
    (void)batch;
    struct grid grid = make_grid(layer, kernels);
    return WINOGRAD_POSITIONS * (grid.input_stride + grid.output_stride);
}

/* ---- Weights. Packed: [36][panels of output channels][input channel][panel], backward with inputs and outputs
 * transposed: [36][panels of input channels][output channel][panel]. Columns that fill up the last panel are zero. ----
 */

static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    size_t forward = layer->input.channels * round_up(layer->output.channels, kernels->panel_columns),
           backward = layer->output.channels * round_up(layer->input.channels, kernels->panel_columns);
    return WINOGRAD_POSITIONS * position_stride(max_size(forward, backward));
}

static void pack(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                 float *packed)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    const size_t stride = position_stride(inputs * round_up(outputs, width));
    for (size_t first = 0; first < outputs; first += width)
        for (size_t input = part; input < inputs; input += PACKED_PARTS)
            kernels->winograd_weights(min_size(width, outputs - first), weights + input * outputs + first,
                                      inputs * outputs, packed + first * inputs + input * width, stride);
}

/* kernels[9][count] that lead from some inputs to one output. */
static void gather_kernels(const struct layer *layer, const float *weights, size_t count, float *kernels)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    for (size_t k = 0; k < KERNEL_ROWS * KERNEL_ROWS; k++)
        for (size_t i = 0; i < count; i++) kernels[k * count + i] = weights[(k * inputs + i) * outputs];
}

static void pack_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    const size_t stride = position_stride(outputs * round_up(inputs, width));
    float gathered[KERNEL_ROWS * KERNEL_ROWS * MAX_PANEL_COLUMNS];
    for (size_t first = 0; first < inputs; first += width)
        for (size_t output = part; output < outputs; output += PACKED_PARTS) {
            const size_t count = min_size(width, inputs - first);
            gather_kernels(layer, weights + first * outputs + output, count, gathered);
            kernels->winograd_weights(count, gathered, count, packed + first * outputs + output * width, stride);
        }
}

/* ---- Forward ---- */

/* Behind a max-pool, rows and columns that fill no window are left out. */
static struct shape pooled_shape(struct shape shape)
{
    return (struct shape){shape.rows / WINOGRAD_POOL, shape.columns / WINOGRAD_POOL, shape.channels};
}

/* A tile's outputs, or the largest of every 2x2 of them, and in training which they are. */
static void write_output(const struct layer *layer, const struct layer_pass *pass, struct tile tile, bool pooled,
                         const float *products, size_t stride)
{
    const int relu = layer->activation == ACTIVATION_RELU;
    const struct shape shape = pooled ? pooled_shape(layer->output) : layer->output;
    const size_t start = tile.image * shape_size(shape);
    if (!pooled)
        pass->kernels->winograd_output(shape, pass->output + start, tile.row, tile.column, products, stride, pass->bias,
                                       relu);
    else
        pass->kernels->winograd_output_pooled(shape, pass->output + start, pass->choices ? pass->choices + start : NULL,
                                              tile.row / WINOGRAD_POOL, tile.column / WINOGRAD_POOL, products, stride,
                                              pass->bias, relu);
}

static void convolve(const struct layer *layer, const struct layer_pass *pass, bool pooled)
{
    const struct kernels *kernels = pass->kernels;
    const struct grid grid = make_grid(layer, kernels);
    const size_t inputs = layer->input.channels, width = kernels->panel_columns;
    const size_t packed_stride = position_stride(inputs * round_up(layer->output.channels, width));
    const size_t begin = pass->first_row / WINOGRAD_OUTPUT * grid.tile_columns,
                 tiles = pass->end_row ? round_up(pass->end_row, WINOGRAD_OUTPUT) / WINOGRAD_OUTPUT * grid.tile_columns
                                       : pass->images * grid.tiles;
    float *transformed = pass->scratch, *products = transformed + WINOGRAD_POSITIONS * grid.input_stride;
    for (size_t first = begin; first < tiles; first += grid.block_tiles) {
        size_t count = min_size(grid.block_tiles, tiles - first);
        for (size_t i = 0; i < count; i++) {
            struct tile tile = find_tile(&grid, first + i);
            kernels->winograd_input(layer->input, pass->input + tile.image * shape_size(layer->input),
                                    tile.row - grid.padding, tile.column - grid.padding,
                                    transformed + i * grid.input_channels, grid.input_stride);
        }
        for (size_t position = 0; position < WINOGRAD_POSITIONS; position++)
            kernels->multiply_panels(
                count, grid.output_channels, inputs,
                (struct matrix){transformed + position * grid.input_stride, grid.input_channels, 1},
                (struct panels){pass->packed + position * packed_stride, width, inputs * width},
                products + position * grid.output_stride, grid.output_channels, 0);
        for (size_t i = 0; i < count; i++)
            write_output(layer, pass, find_tile(&grid, first + i), pooled, products + i * grid.output_channels,
                         grid.output_stride);
    }
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve(layer, pass, false);
}

static void forward_pooled(const struct layer *layer, const struct layer_pass *pass)
{
    convolve(layer, pass, true);
}

/* ---- Backward. The partial gradient is [36][input channel][output channels padded], then the biases. ---- */

static size_t partial_gradient(const struct layer *layer, const struct kernels *kernels)
{
    struct grid grid = make_grid(layer, kernels);
    return WINOGRAD_POSITIONS * grid.gradient_stride + layer->bias_count;
}

static void finish_gradient(const struct layer *layer, const struct kernels *kernels, const float *partial,
                            float *gradient)
{
    const struct grid grid = make_grid(layer, kernels);
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    for (size_t input = 0; input < inputs; input++)
        kernels->winograd_weights_adjoint(outputs, partial + input * grid.output_channels, grid.gradient_stride,
                                          gradient + input * outputs, inputs * outputs);
    memcpy(gradient + layer->weight_count, partial + WINOGRAD_POSITIONS * grid.gradient_stride,
           layer->bias_count * sizeof *gradient);
}

/* Adds what a block of tiles says of the weights: at each position, [input channels][tiles] x [tiles][output channels].
 */
static void add_weight_gradient(const struct grid *grid, const struct layer_pass *pass, size_t first, size_t count,
                                const float *transformed, const float *products)
{
    const bool overwrite = pass->is_first_group && first == 0;
    const size_t inputs = grid->layer->input.channels;
    for (size_t position = 0; position < WINOGRAD_POSITIONS; position++)
        pass->kernels->multiply_panels(
            inputs, grid->output_channels, count,
            (struct matrix){transformed + position * grid->input_stride, 1, grid->input_channels},
            (struct panels){products + position * grid->output_stride, grid->output_channels,
                            pass->kernels->panel_columns},
            pass->weight_gradient + position * grid->gradient_stride, grid->output_channels, !overwrite);
}

/* Adds a block's part of the input's gradient; `transformed` is overwritten on the way. */
static void add_input_gradient(const struct grid *grid, const struct layer_pass *pass, size_t first, size_t count,
                               float *transformed, const float *products)
{
    const struct layer *layer = grid->layer;
    const size_t outputs = layer->output.channels, width = pass->kernels->panel_columns;
    const size_t packed_stride = position_stride(outputs * round_up(layer->input.channels, width));
    for (size_t position = 0; position < WINOGRAD_POSITIONS; position++)
        pass->kernels->multiply_panels(
            count, grid->input_channels, outputs,
            (struct matrix){products + position * grid->output_stride, grid->output_channels, 1},
            (struct panels){pass->packed_backward + position * packed_stride, width, outputs * width},
            transformed + position * grid->input_stride, grid->input_channels, 0);
    for (size_t i = 0; i < count; i++) {
        struct tile tile = find_tile(grid, first + i);
        pass->kernels->winograd_input_adjoint(
            layer->input, pass->input_gradient + tile.image * shape_size(layer->input), tile.row - grid->padding,
            tile.column - grid->padding, transformed + i * grid->input_channels, grid->input_stride);
    }
}

/* The transform of a tile's gradient, of its outputs or of their 2x2 windows. */
static void transform_gradient(const struct grid *grid, const struct layer_pass *pass, struct tile tile, bool pooled,
                               float *products)
{
    const struct shape output = grid->layer->output, shape = pooled ? pooled_shape(output) : output;
    const size_t start = tile.image * shape_size(shape);
    const ptrdiff_t side = pooled ? WINOGRAD_POOL : 1;
    pass->kernels->winograd_output_adjoint(shape, pass->output_gradient + start, pooled ? pass->choices + start : NULL,
                                           tile.row / side, tile.column / side, products, grid->output_stride);
}

static void add_bias_gradient(const struct layer *layer, const struct layer_pass *pass, size_t pixels, float *gradient)
{
    if (pass->is_first_group) memset(gradient, 0, layer->bias_count * sizeof *gradient);
    pass->kernels->sum_rows(pass->images * pixels, layer->output.channels, pass->output_gradient, gradient);
}

static void go_back(const struct layer *layer, const struct layer_pass *pass, bool pooled)
{
    const struct grid grid = make_grid(layer, pass->kernels);
    const struct shape output = pooled ? pooled_shape(layer->output) : layer->output;
    const size_t tiles = pass->images * grid.tiles, inputs = shape_size(layer->input);
    float *transformed = pass->scratch, *products = transformed + WINOGRAD_POSITIONS * grid.input_stride;
    add_bias_gradient(layer, pass, output.rows * output.columns,
                      pass->weight_gradient + WINOGRAD_POSITIONS * grid.gradient_stride);
    if (pass->input_gradient) memset(pass->input_gradient, 0, pass->images * inputs * sizeof(float));
    for (size_t first = 0; first < tiles; first += grid.block_tiles) {
        size_t count = min_size(grid.block_tiles, tiles - first);
        for (size_t i = 0; i < count; i++) {
            struct tile tile = find_tile(&grid, first + i);
            pass->kernels->winograd_input(layer->input, pass->input + tile.image * inputs, tile.row - grid.padding,
                                          tile.column - grid.padding, transformed + i * grid.input_channels,
                                          grid.input_stride);
            transform_gradient(&grid, pass, tile, pooled, products + i * grid.output_channels);
        }
        add_weight_gradient(&grid, pass, first, count, transformed, products);
        if (pass->input_gradient) add_input_gradient(&grid, pass, first, count, transformed, products);
    }
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    mask_relu(layer, pass);
    go_back(layer, pass, false);
}

static void backward_pooled(const struct layer *layer, const struct layer_pass *pass)
{
    if (layer->activation == ACTIVATION_RELU)
        pass->kernels->chosen_gradient(pass->images * shape_size(pooled_shape(layer->output)), pass->choices,
                                       pass->output_gradient);
    go_back(layer, pass, true);
}

static size_t row_unit(const struct layer *layer)
{
    (void)layer;
    return WINOGRAD_OUTPUT;
}

const struct layer_operations convolution_winograd = {
    .row_unit = row_unit,
    .forward = forward,
    .forward_pooled = forward_pooled,
    .backward = backward,
    .backward_pooled = backward_pooled,
    .scratch = scratch,
    .packed_size = packed_size,
    .pack = pack,
    .pack_backward = pack_backward,
    .partial_gradient = partial_gradient,
    .finish_gradient = finish_gradient,
};
