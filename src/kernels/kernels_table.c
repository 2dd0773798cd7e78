/* The table of kernels KERNELS_TABLE, compiled once per instruction set: the width of a vector follows from predefined
 * macros (kernels/vector.h). Knows no layer and chooses nothing. */
#ifndef KERNELS_TABLE /* compiled once, as where there is no make */
#define KERNELS_TABLE kernels_baseline
#define KERNELS_NAME "baseline"
#endif

#include "kernels.h"

#include "depthwise.h"
#include "direct.h"
#include "elementwise.h"
#include "multiply.h"
#include "winograd.h"

_Static_assert((int)TILE_COLUMNS <= (int)MAX_PANEL_COLUMNS, "callers make room for that many");

extern const struct kernels KERNELS_TABLE;
const struct kernels KERNELS_TABLE = {
    .name = KERNELS_NAME,
    .panel_columns = TILE_COLUMNS,
    .vector_floats = VECTOR_FLOATS,
    .depth_block = DEPTH_BLOCK,
    .multiply = multiply,
    .pack = pack,
    .multiply_panels = multiply_panels,
    .multiply_transposed = multiply_transposed,
    .convolve_row = convolve_row,
    .convolve_row_gradient = convolve_row_gradient,
    .depthwise_row = depthwise_row,
    .depthwise_row_gradient = depthwise_row_gradient,
    .winograd_input = winograd_input,
    .winograd_input_adjoint = winograd_input_adjoint,
    .winograd_output = winograd_output,
    .winograd_output_pooled = winograd_output_pooled,
    .winograd_output_adjoint = winograd_output_adjoint,
    .winograd_weights = winograd_weights,
    .winograd_weights_adjoint = winograd_weights_adjoint,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .sum_moments = sum_moments,
    .sum_products = sum_products,
    .scale_rows = scale_rows,
    .combine_rows = combine_rows,
    .relu = relu,
    .relu_gradient = relu_gradient,
    .maximum = maximum,
    .maximum_gradient = maximum_gradient,
    .chosen_gradient = chosen_gradient,
    .pool_gradient = pool_gradient,
    .dropout = dropout,
    .sum = sum,
    .add = add,
    .scale = scale,
    .approach = approach,
    .adam = adam,
    .sgd = sgd,
};
