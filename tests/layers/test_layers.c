/* Which way a layer takes; what the ways compute is tested in their own files and in whole networks, test_network.c. */

#include <string.h>

#include "layers/layers.h"
#include "test.h"

static struct layer make_layer(enum layer_kind kind)
{
    return (struct layer){.kind = kind,
                          .input = {9, 9, 8},
                          .output = {7, 7, 8},
                          .kernel_rows = 3,
                          .kernel_columns = 3,
                          .stride = 1,
                          .pool = WINOGRAD_POOL};
}

TEST(kinds_have_words_of_their_own)
{
    for (size_t i = 0; i < LAYER_KIND_COUNT; i++) {
        CHECK(layer_names[i] && layer_names[i][0]);
        for (size_t k = 0; k < i; k++) CHECK(strcmp(layer_names[i], layer_names[k]) != 0);
    }
}

TEST(kinds_go_forward_but_for_those_that_pass_values_on)
{
    for (int i = 0; i < LAYER_KIND_COUNT; i++) {
        const enum layer_kind kind = (enum layer_kind)i;
        struct layer layer = make_layer(kind);
        bool passes_on = kind == LAYER_FLATTEN || kind == LAYER_SOFTMAX || kind == LAYER_INPUT || kind == LAYER_KEEP ||
                         kind == LAYER_DETECTION;
        CHECK_EQUAL(layer_operations(&layer)->forward == NULL, passes_on);
        CHECK_EQUAL(layer_operations(&layer)->backward == NULL, passes_on);
    }
}

TEST(convolutions_and_batchnorm_choose_their_way)
{
    struct layer layer = make_layer(LAYER_CONV);
    CHECK(layer_operations(&layer) == &convolution_winograd);
    layer.stride = 2;
    CHECK(layer_operations(&layer) == &convolution_direct);
    layer = make_layer(LAYER_BATCHNORM);
    CHECK(layer_operations(&layer) == &batchnorm_training);
    layer.statistics = STATISTICS_SCALED;
    CHECK(layer_operations(&layer) == &batchnorm_reading);
    layer.statistics = STATISTICS_FOLDED;
    CHECK(!layer_operations(&layer)->forward);
}

TEST(only_winograd_takes_over_a_pool_of_its_size)
{
    struct layer layer = make_layer(LAYER_CONV), pool = make_layer(LAYER_MAXPOOL), relu = make_layer(LAYER_RELU);
    CHECK(layer_takes_pool(&layer, &pool));
    CHECK(!layer_takes_pool(&layer, &relu));
    pool.pool++;
    CHECK(!layer_takes_pool(&layer, &pool));
    pool.pool = WINOGRAD_POOL;
    layer.stride = 2;
    CHECK(!layer_takes_pool(&layer, &pool));
}
