/* The loss's gradient against differences in double. */
#include "layers/loss.h"

#include <math.h>
#include <string.h>

#include "test.h"

enum { IMAGES = 3, CLASSES = 5 };

/* Cross-entropy of softmax(logits) against smoothed targets, averaged over the images. */
static double smoothed_loss(const double logits[IMAGES][CLASSES], const uint8_t labels[IMAGES], double smoothing)
{
    double loss = 0;
    for (size_t image = 0; image < IMAGES; image++) {
        double sum = 0;
        for (size_t i = 0; i < CLASSES; i++) sum += exp(logits[image][i]);
        for (size_t i = 0; i < CLASSES; i++) {
            double target = (i == labels[image] ? 1 - smoothing : 0) + smoothing / CLASSES;
            loss -= target * (logits[image][i] - log(sum));
        }
    }
    return loss / IMAGES;
}

TEST(cross_entropy_gradient_is_that_of_the_smoothed_loss)
{
    static const double logits[IMAGES][CLASSES] = {{1, -2, 0.5, 0, 3}, {0, 0, 0, 0, 0}, {-1, 4, 2, -3, 0.25}};
    static const uint8_t labels[IMAGES] = {2, 0, 1};
    static const float smoothings[] = {0, 0.1f, 0.9f};
    static const double nudge = 1e-5;
    for (size_t s = 0; s < sizeof smoothings / sizeof *smoothings; s++) {
        float values[IMAGES * CLASSES];
        for (size_t i = 0; i < IMAGES * CLASSES; i++) values[i] = (float)logits[i / CLASSES][i % CLASSES];
        softmax(IMAGES, CLASSES, values);
        cross_entropy_gradient(IMAGES, IMAGES, CLASSES, values, &(struct targets){labels, smoothings[s], NULL, 0});
        for (size_t i = 0; i < IMAGES * CLASSES; i++) {
            double up[IMAGES][CLASSES], down[IMAGES][CLASSES];
            memcpy(up, logits, sizeof up);
            memcpy(down, logits, sizeof down);
            up[i / CLASSES][i % CLASSES] += nudge;
            down[i / CLASSES][i % CLASSES] -= nudge;
            double smoothing = (double)smoothings[s];
            double expected =
                (smoothed_loss(up, labels, smoothing) - smoothed_loss(down, labels, smoothing)) / (2 * nudge);
            CHECK_NEAR((double)values[i], expected, 1e-6);
        }
    }
}

TEST(cross_entropy_gradient_leads_towards_what_is_taught)
{
    static const float before[] = {0.5f, 0.25f, 0.25f, 0.1f, 0.8f, 0.1f},
                       taught[] = {0.7f, 0.2f, 0.1f, 0.3f, 0.3f, 0.4f};
    static const uint8_t labels[] = {1, NO_CLASS};
    static const float shares[] = {0, 0.25f, 1};
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
        float values[6];
        memcpy(values, before, sizeof values);
        cross_entropy_gradient(2, 2, 3, values, &(struct targets){labels, 0, taught, shares[s]});
        for (int i = 0; i < 6; i++) {
            const double by_label = i > 2 ? 1 / 3.0 : i == 1, share = (double)shares[s];
            CHECK_NEAR((double)values[i], ((double)before[i] - (1 - share) * by_label - share * (double)taught[i]) / 2,
                       1e-7);
        }
    }
}

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
    cross_entropy_gradient(2, 2, 3, probabilities, &(struct targets){labels, 0, NULL, 0});
    for (int i = 0; i < 6; i++) CHECK_NEAR(probabilities[i], expected[i], 1e-7);
}
