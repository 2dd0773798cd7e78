/* The loss and its gradient for images that show none of the classes. */
#include <math.h>
#include <string.h>

#include "../src/layers.h"
#include "test.h"

TEST(cross_entropy_leaves_images_of_no_class_out)
{
    const float probabilities[] = {0.5f, 0.25f, 0.25f, 0.1f, 0.8f, 0.1f};
    const uint8_t labels[] = {0, NO_CLASS};
    double loss = 0;
    size_t correct = 0;
    cross_entropy(2, 3, probabilities, labels, &loss, &correct);
    CHECK_NEAR(loss, log(2), 1e-7);
    CHECK_EQUAL(correct, 1);
}

TEST(cross_entropy_gradient_leads_no_class_to_equal_probabilities)
{
    float probabilities[] = {0.5f, 0.25f, 0.25f, 0.1f, 0.8f, 0.1f};
    static const float expected[] = {
        -0.25f, 0.125f, 0.125f, (0.1f - 1 / 3.0f) / 2, (0.8f - 1 / 3.0f) / 2, (0.1f - 1 / 3.0f) / 2};
    const uint8_t labels[] = {0, NO_CLASS};
    cross_entropy_gradient(2, 3, probabilities, labels);
    for (int i = 0; i < 6; i++) CHECK_NEAR(probabilities[i], expected[i], 1e-7);
}
