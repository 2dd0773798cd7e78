/* Tests src/network/segments.c: how a table of layers is cut, and what is active in a pass. */
#include "network/segments.h"

#include "test.h"

/* Layers 0 .. 3 go image by image, 4 by whole batches, 5 and 6 image by image, 7 and 8 by whole batches. */
static const char mixed[] = "conv 4 3x3 relu, dropout 0.5, maxpool 2, dropout 0.5, batchnorm, flatten, dropout 0.5, "
                            "dense 12 relu, dense 10 softmax";

static void check_segment(struct segment segment, size_t begin, size_t end, bool whole_batch)
{
    CHECK_EQUAL(segment.begin, begin);
    CHECK_EQUAL(segment.end, end);
    CHECK_EQUAL(segment.whole_batch, whole_batch);
}

TEST(segments_are_the_same_forward_and_backward)
{
    static const struct segment expected[] = {{0, 4, false}, {4, 5, true}, {5, 7, false}, {7, 8, true}, {8, 9, true}};
    struct network network;
    if (!CHECK_EQUAL(network_create(mixed, 10, &network), SCRAWL_OK)) return;
    CHECK_EQUAL(network.layer_count, 9);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct segment *segment = &expected[i];
        check_segment(segment_from(&network, segment->begin), segment->begin, segment->end, segment->whole_batch);
        check_segment(segment_before(&network, segment->end), segment->begin, segment->end, segment->whole_batch);
    }
    network_free(&network);
}

TEST(segments_may_begin_and_end_between_layers_of_one_image)
{
    struct network network;
    if (!CHECK_EQUAL(network_create(mixed, 10, &network), SCRAWL_OK)) return;
    check_segment(segment_from(&network, 2), 2, 4, false);
    check_segment(segment_before(&network, 2), 0, 2, false);
    network_free(&network);
}

TEST(segments_know_what_is_kept)
{
    struct network network;
    static const char text[] = "conv 4 3x3 same, dropout 0.5, keep a, keep b, relu, batchnorm, add b, keep c, flatten, "
                               "dense 10 softmax";
    if (!CHECK_EQUAL(network_create(text, 10, &network), SCRAWL_OK)) return;
    CHECK(!is_added(&network, 2) && is_added(&network, 3) && !is_added(&network, 7));
    CHECK(is_kept(&network, 0, false) && !is_kept(&network, 0, true)); /* dropout's output is kept in training */
    CHECK(is_kept(&network, 1, true) && !is_kept(&network, 4, true) && !is_kept(&network, 6, true));
    CHECK(has_kept(&network, segment_from(&network, 0)) && !has_kept(&network, segment_from(&network, 6)));
    network_free(&network);
}

TEST(segments_leave_out_dropout_when_reading)
{
    struct network network;
    if (!CHECK_EQUAL(network_create(mixed, 10, &network), SCRAWL_OK)) return;
    const struct segment first = segment_from(&network, 0), flat = segment_from(&network, 5);
    CHECK(is_active(&network, 1, true) && !is_active(&network, 1, false));
    CHECK_EQUAL(next_active(&network, 0, first, true), 1);
    CHECK_EQUAL(next_active(&network, 0, first, false), 2);
    CHECK_EQUAL(next_active(&network, 2, first, false), 4); /* the segment's end */
    CHECK(is_last_active(&network, 2, first, false) && !is_last_active(&network, 2, first, true));
    CHECK(is_first_active(&network, 0, first, true) && !is_first_active(&network, 1, first, true));
    CHECK(has_active(&network, flat, true) && !has_active(&network, flat, false)); /* flatten does nothing ever */
    CHECK(is_first_active(&network, 6, flat, true));
    network_free(&network);
}
