/* Tests src/network/architecture.c: texts to tables, what is refused, and first weights. */
#include "network/architecture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "test.h"

TEST(architecture_tables_of_names)
{
    struct network network;
    CHECK_EQUAL(network_create("tutorial", 10, &network), SCRAWL_OK);
    CHECK_EQUAL(network.parameter_count, 320 + 18496 + 2359552 + 2570); /* as Keras counts them */
    CHECK_EQUAL(network.layer_count, 8);
    CHECK_EQUAL(network.layers[1].output.rows, 24);
    CHECK_EQUAL(shape_size(network.layers[4].output), 9216);
    network_free(&network);
    CHECK_EQUAL(network_create("small", 26, &network), SCRAWL_OK);
    CHECK_EQUAL(network.layers[network.layer_count - 1].output.channels, 26);
    network_free(&network);
    CHECK_EQUAL(network_create("small", 10, &network), SCRAWL_OK);
    CHECK(network.parameter_count < 100000); /* 200 kB in half precision */
    network_free(&network);
}

TEST(architecture_tables_that_are_borrowed_leave_the_text_to_their_owner)
{
    struct network owner;
    CHECK_EQUAL(network_create("flatten, dense 10 softmax", 10, &owner), SCRAWL_OK);
    struct network borrowed = network_borrow(&owner), again = network_borrow(&borrowed);
    CHECK(owner.text_owned && !borrowed.text_owned && !again.text_owned);
    again.layers[0].rate = 0.5f;
    network_free(&again);
    network_free(&borrowed);
    CHECK(!borrowed.text);
    CHECK_TEXT(owner.text, "flatten, dense 10 softmax"); /* ASan sees when it was freed */
    network_free(&owner);
    CHECK(!owner.text && !owner.text_owned);
}

TEST(architecture_strides_give_the_shapes_of_keras)
{
    static const struct {
        const char *architecture;
        size_t rows, columns, parameters;
    } expected[] = {
        {"conv 4 3x3 stride 2, globalpool, dense 10 softmax", 13, 13, 40},
        {"conv 4 3x3 stride 2 same, globalpool, dense 10 softmax", 14, 14, 40},
        {"conv 4 5x2 stride 3 same, globalpool, dense 10 softmax", 10, 10, 44},
        {"conv 4 5x2 stride 3, globalpool, dense 10 softmax", 8, 9, 44},
        {"depthwise 3x3 stride 4, globalpool, dense 10 softmax", 7, 7, 10},
        {"depthwise 28x28 stride 31 same relu, globalpool, dense 10 softmax", 1, 1, 785},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct network network;
        if (!CHECK_EQUAL(network_create(expected[i].architecture, 10, &network), SCRAWL_OK)) return;
        const struct layer *layer = &network.layers[0];
        CHECK_EQUAL(layer->output.rows, expected[i].rows);
        CHECK_EQUAL(layer->output.columns, expected[i].columns);
        CHECK_EQUAL(layer->weight_count + layer->bias_count, expected[i].parameters);
        CHECK_EQUAL(network.layers[1].output.rows * network.layers[1].output.columns, 1);
        network_free(&network);
    }
}

TEST(architecture_of_the_finder_fits_its_file)
{
    struct network network;
    CHECK_EQUAL(network_create("finder", 10, &network), SCRAWL_OK);
    const struct layer *last = &network.layers[network.layer_count - 1];
    CHECK(network_detects(&network) && network.any_size);
    CHECK_EQUAL(network.parameter_count, 184703);
    CHECK_EQUAL(network.input.channels, 2);
    CHECK_EQUAL(last->output.rows, NETWORK_ANY_SIDE / 4);
    CHECK_EQUAL(last->output.channels, 15);
    float *parameters = allocate_floats(network.parameter_count);
    network_initialize(&network, 1, parameters);
    CHECK_NEAR((double)parameters[last[-1].bias_offset], -3.5, 1e-6);
    CHECK(parameters[last[-1].bias_offset + 1] == 0);
    free(parameters);
    network_free(&network);
}

TEST(architecture_counts_the_classes_of_a_detector)
{
    struct network network;
    CHECK_EQUAL(network_create("input any 1, conv 8 4x4 stride 4, detection", 0, &network), SCRAWL_OK);
    CHECK_EQUAL(network.class_count, 3);
    network_free(&network);
    CHECK_EQUAL(network_create("input any 1, conv 6 4x4 stride 4, detection", 0, &network),
                SCRAWL_INVALID_ARCHITECTURE);
    CHECK_MENTIONS(scrawl_error(), "more than 5");
}

TEST(architecture_is_resized_with_the_same_parameters)
{
    struct network network, resized = {.layer_count = 77};
    CHECK_EQUAL(network_create("finder", 10, &network), SCRAWL_OK);
    CHECK_EQUAL(network_resize(&network, 200, 1000, &resized), SCRAWL_OK);
    const struct layer *last = &resized.layers[resized.layer_count - 1];
    CHECK_EQUAL(resized.input.rows, 200);
    CHECK_EQUAL(resized.input.channels, 2);
    CHECK_EQUAL(last->output.rows, 50);
    CHECK_EQUAL(last->output.columns, 250);
    CHECK_EQUAL(last[-1].weight_offset, network.layers[network.layer_count - 2].weight_offset);
    CHECK(!resized.text_owned);
    network_free(&network);
}

TEST(architecture_refuses_sizes_that_do_not_fit)
{
    struct network network, resized = {.layer_count = 77};
    CHECK_EQUAL(network_create("finder", 10, &network), SCRAWL_OK);
    static const struct {
        size_t rows, columns;
        const char *mention;
    } wrong[] = {{100, 128, "100 x 128: what was kept"},
                 {128, 8, "kernel is larger"},
                 {0, 128, "from 1 to 32768"},
                 {128, 65536, "from 1 to 32768"},
                 {32768, 32768, "too large"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQUAL(network_resize(&network, wrong[i].rows, wrong[i].columns, &resized), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), wrong[i].mention);
    }
    network_free(&network);
    CHECK_EQUAL(network_create("small", 10, &network), SCRAWL_OK);
    CHECK_EQUAL(network_resize(&network, 56, 56, &resized), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "size is fixed");
    CHECK_EQUAL(resized.layer_count, 77);
    network_free(&network);
}

TEST(architecture_batchnorm_begins_as_keras_has_it)
{
    struct network network;
    CHECK_EQUAL(network_create("conv 3 3x3, batchnorm relu, flatten, dense 10 softmax", 10, &network), SCRAWL_OK);
    CHECK_EQUAL(network.parameter_count, 30 + 12 + 26 * 26 * 3 * 10 + 10);
    float *parameters = allocate_floats(network.parameter_count);
    network_initialize(&network, 1, parameters);
    static const float expected[] = {1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1}; /* gamma, beta, means, variances */
    CHECK(memcmp(parameters + network.layers[1].weight_offset, expected, sizeof expected) == 0);
    free(parameters);
    network_free(&network);
}

TEST(architecture_initial_weights_are_glorot_uniform)
{
    struct network network;
    CHECK_EQUAL(network_create("conv 8 3x3 relu, flatten, dense 10 softmax", 10, &network), SCRAWL_OK);
    float *parameters = allocate_floats(network.parameter_count);
    network_initialize(&network, 1, parameters);
    const struct layer *conv = &network.layers[0], *dense = &network.layers[2];
    const double limits[] = {sqrt(6.0 / (9 + 9 * 8)), sqrt(6.0 / (26 * 26 * 8 + 10))};
    const struct layer *layers[] = {conv, dense};
    for (size_t l = 0; l < 2; l++) {
        double largest = 0, squares = 0;
        for (size_t i = 0; i < layers[l]->weight_count; i++) {
            double weight = (double)parameters[layers[l]->weight_offset + i];
            largest = fmax(largest, fabs(weight));
            squares += weight * weight;
        }
        CHECK(largest <= limits[l] && largest > 0.9 * limits[l]);
        CHECK_NEAR(squares / (double)layers[l]->weight_count, limits[l] * limits[l] / 3,
                   0.2 * limits[l] * limits[l] / 3);
        for (size_t i = 0; i < layers[l]->bias_count; i++) CHECK(parameters[layers[l]->bias_offset + i] == 0);
    }
    free(parameters);
    network_free(&network);
}

static void check_refused(const char *architecture, const char *mention)
{
    struct network network = {.layer_count = 77};
    test_check(network_create(architecture, 10, &network) == SCRAWL_INVALID_ARCHITECTURE, __FILE__, __LINE__,
               "\"%s\" was accepted", architecture);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK_EQUAL(network.layer_count, 77);
}

TEST(architecture_refuses_with_a_sentence)
{
    check_refused("", "Layer 1");
    check_refused("larger", "there are conv");
    for (size_t i = 0; scrawl_architecture_name(i); i++) check_refused("Small", scrawl_architecture_name(i));
    check_refused("conv 8 3x3 relu,, flatten, dense 10 softmax", "Layer 2");
    check_refused("conv 8 3y3, flatten, dense 10 softmax", "conv 8 3y3");
    check_refused("conv 0 3x3, flatten, dense 10 softmax", "CHANNELS");
    check_refused("conv 8 29x3, flatten, dense 10 softmax", "larger than");
    check_refused("conv 8 3x3 relu relu, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 softmax, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 stride, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 stride 0, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 stride 32, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 stride 1 stride 2, flatten, dense 10 softmax", "doesn't belong");
    check_refused("conv 8 3x3 stride 2 stride 2, flatten, dense 10 softmax", "doesn't belong");
    check_refused("dense 8 stride 2, flatten, dense 10 softmax", "flatten");
    check_refused("depthwise 8 3x3, flatten, dense 10 softmax", "depthwise ROWS");
    check_refused("depthwise 29x3, flatten, dense 10 softmax", "larger than");
    check_refused("globalpool 2, dense 10 softmax", "takes nothing more");
    check_refused("batchnorm 3, flatten, dense 10 softmax", "doesn't belong");
    check_refused("batchnorm softmax", "doesn't belong");
    check_refused("maxpool 29, flatten, dense 10 softmax", "larger than");
    check_refused("maxpool 2 2, flatten, dense 10 softmax", "maxpool SIZE");
    check_refused("dropout 1, flatten, dense 10 softmax", "rate");
    check_refused("dropout x, flatten, dense 10 softmax", "rate");
    check_refused("dense 10 softmax", "flatten");
    check_refused("flatten 2, dense 10 softmax", "takes nothing more");
    check_refused("flatten, dense 10", "end with softmax");
    check_refused("flatten, dense 11 softmax", "11 outputs");
    check_refused("flatten, dense 10 softmax, dense 10 softmax", "after softmax");
    check_refused("flatten, dense 99999999999999999999 softmax", "OUTPUTS");
    check_refused("conv 4096 1x1, conv 4096 31x31 same, flatten, dense 10 softmax", "larger than");
    check_refused("conv 4096 28x28, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, "
                  "conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, "
                  "conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, conv 4096 1x1, "
                  "flatten, dense 10 softmax",
                  "too large");
    check_refused("input any 2", "must end with");
    check_refused("input any 2, conv 10 4x4 stride 4, globalpool, dense 10 softmax", "must end with");
    check_refused("input 28x28 1, flatten, dense 10 softmax", "input any PLANES");
    check_refused("input any 0, conv 15 4x4 stride 4, detection", "input any PLANES");
    check_refused("conv 3 3x3, input any 2, conv 15 4x4 stride 4, detection", "first layer");
    check_refused("input any 2, flatten, detection", "fixed size");
    check_refused("conv 15 4x4 stride 4, detection", "input any PLANES");
    check_refused("input any 2, conv 15 2x2 stride 2, detection", "4 x 4 pixels");
    check_refused("input any 2, conv 15 4x4 stride 4, detection 3", "takes nothing more");
    check_refused("input any 2, conv 15 4x4 stride 4, detection, relu", "after detection");
    check_refused("input any 2, conv 14 4x4 stride 4, detection", "14 outputs");
    check_refused("upsample, flatten, dense 10 softmax", "upsample FACTOR");
    check_refused("upsample 32, flatten, dense 10 softmax", "upsample FACTOR");
    check_refused("keep, flatten, dense 10 softmax", "keep NAME");
    check_refused("keep abcdefghijklmnopqrstuvwxyzabcdefg, flatten, dense 10 softmax", "32 letters");
    check_refused("keep a, relu, keep a, flatten, dense 10 softmax", "name is taken");
    check_refused("keep a, relu, add, flatten, dense 10 softmax", "add NAME");
    check_refused("keep a, relu, add ab, flatten, dense 10 softmax", "keeps that name");
    check_refused("add a, keep a, flatten, dense 10 softmax", "keeps that name");
    check_refused("keep a, conv 1 3x3, add a, flatten, dense 10 softmax", "other rows, columns or channels");
    check_refused("keep a, conv 2 1x1, add a, flatten, dense 10 softmax", "other rows, columns or channels");
    check_refused("keep a, relu, add a softmax, flatten, dense 10 softmax", "doesn't belong");
    check_refused("upsample 31, upsample 31, flatten, dense 10 softmax", "too large");
    /* Sizes that would wrap around to small ones in 32 bits. */
    check_refused("conv 4096 1x1, conv 4096 16x16, maxpool 13, flatten, dense 10 softmax", "too large");
}
