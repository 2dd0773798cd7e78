/* Where a convolution finds the values that an output pixel sees, of its padded image, and the walk over all of them.
 * Knows no order of weights. */
#ifndef PATCHES_H
#define PATCHES_H

#include "layer.h"

/* Rows above, or columns to the left, of an image that count as zero, as Keras places them. */
static inline size_t convolution_padding(const struct layer *layer, size_t input, size_t output, size_t kernel_size)
{
    const size_t seen = (output - 1) * layer->stride + kernel_size; /* rows or columns, with the padding of both ends */
    return layer->same && seen > input ? (seen - input) / 2 : 0;
}

/* A convolution over one padded image; the layer's own, or a part of the one that is its gradient. */
struct convolution {
    struct shape input, output; /* input before padding */
    size_t kernel_rows, kernel_columns;
    ptrdiff_t padding_above, padding_left; /* below 0: so much of the input is not seen */
    size_t stride;                         /* of output pixels, in the padded image */
    size_t offsets;                        /* of each pixel: one for every channel, or 1 where channels don't mix */
    /* Where the output's pixels are in the image that they belong to: every so many rows and columns, from the first
     * on. */
    struct shape image;
    size_t first_row, first_column, spacing;
    /* The places of the layer's kernel that its own are: from the last one back to the first, every so many. */
    size_t kernel_first_row, kernel_first_column;
    size_t first_place; /* places of the convolutions before it */
};

struct convolution forward_convolution(const struct layer *layer);

/* The input's gradient: over the output's gradient, with the kernel rotated by 180 degrees. With a stride, each input
 * pixel was seen by some places of the kernel only, the same ones every `stride` pixels: so it falls into stride *
 * stride convolutions. */
size_t backward_convolution_count(const struct layer *layer);
struct convolution backward_convolution(const struct layer *layer, size_t index);

/* The place, row * columns + column of the layer's kernel, of a place of the convolution's. */
size_t kernel_place(const struct layer *layer, const struct convolution *convolution, size_t row, size_t column);

/* Offsets of one patch. */
size_t patch_depth(const struct convolution *convolution);

/* A kernel that makes one row of output pixels, and one that adds its part of the weights' gradient, as in kernels.h.
 */
typedef void convolve_row(size_t pixels, size_t channels, struct patches patches, const float *weights,
                          const float *bias, int relu, float *output, size_t output_stride);
typedef void convolve_row_gradient(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                   float *gradient);

/* Forward and backward of a layer whose partial gradient is its gradient; weights as row_kernel wants them. */
void convolve_forward(const struct layer *layer, const struct layer_pass *pass, const float *weights,
                      convolve_row *row_kernel);
/* place_size: floats of the packed weights for each place of the kernel. */
void convolve_backward(const struct layer *layer, const struct layer_pass *pass, size_t place_size,
                       convolve_row *row_kernel, convolve_row_gradient *row_gradient);
/* Floats for the offsets of a patch, then a strip of a padded image, of either way. */
size_t convolve_scratch(const struct layer *layer, const struct kernels *kernels, size_t batch);
size_t convolve_partial_gradient(const struct layer *layer, const struct kernels *kernels);
void convolve_finish_gradient(const struct layer *layer, const struct kernels *kernels, const float *partial,
                              float *gradient);

#endif
