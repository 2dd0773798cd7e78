/* The two networks that accept candidates: what speaks for a digit raises both, and nothing makes them no number. */
#include "read/acceptance.h"

#include <math.h>

#include "test.h"

/* A digit of a clean page that all hold for the same. */
static void sure_features(float features[FEATURE_COUNT])
{
    for (int i = 0; i < FEATURE_COUNT; i++) features[i] = 0;
    features[FEATURE_INK] = features[FEATURE_GREY] = features[FEATURE_DETECTOR] = 4;
    features[FEATURE_SCORE] = features[FEATURE_BEST] = 3;
    features[FEATURE_WINDOW] = features[FEATURE_DETECTION] = 1;
    features[FEATURE_OVERLAP] = 0.9f;
    features[FEATURE_WIDTH] = 0.6f;
    features[FEATURE_SIZE] = logf(40);
    features[FEATURE_INK_AGREES] = features[FEATURE_GREY_AGREES] = features[FEATURE_DETECTOR_AGREES] = 1;
}

TEST(acceptance_takes_what_all_hold_for_a_digit)
{
    float sure[FEATURE_COUNT], unseen[FEATURE_COUNT], torn[FEATURE_COUNT];
    sure_features(sure);
    sure_features(unseen);
    unseen[FEATURE_SCORE] = -3;
    unseen[FEATURE_DETECTION] = unseen[FEATURE_DETECTOR] = unseen[FEATURE_OVERLAP] = unseen[FEATURE_DETECTOR_AGREES] =
        0;
    sure_features(torn);
    torn[FEATURE_INK] = torn[FEATURE_DETECTOR] = -4;
    torn[FEATURE_INK_AGREES] = torn[FEATURE_DETECTOR_AGREES] = 0;
    CHECK(acceptance_of_place(sure) > 2 && acceptance_of_class(sure) > 2);
    CHECK(acceptance_of_place(unseen) < acceptance_of_place(sure) - 1);
    CHECK(acceptance_of_class(torn) < acceptance_of_class(sure) - 1);
}

TEST(acceptance_is_a_number_whatever_a_picture_shows)
{
    static const float extremes[] = {-1e30f, -100, 100, 1e30f};
    for (int i = 0; i < FEATURE_COUNT; i++) {
        for (size_t j = 0; j < sizeof extremes / sizeof *extremes; j++) {
            float features[FEATURE_COUNT];
            sure_features(features);
            features[i] = extremes[j];
            CHECK(isfinite(acceptance_of_place(features)));
            CHECK(isfinite(acceptance_of_class(features)));
        }
    }
}
