/* All that may be a digit of a picture, from both sources: the finder's windows and the detector's boxes; what the
 * network and the detector say of each; and which of them are taken. Knows neither pixels nor how either comes about.
 */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include "acceptance.h"
#include "choose_candidates.h"
#include "model/detector.h"
#include "split_digits.h"

enum { NO_SOURCE = SIZE_MAX };

struct candidate {
    struct place box;         /* in pixels of the ink */
    size_t window, detection; /* of the finding and of the detections; NO_SOURCE */
    struct window made;       /* from the detection's box, where no window of the finding is there; else without ink */
    const float *ink;         /* [classes]: what the network says of the window's ink; NULL without a window */
    size_t class_index;       /* by all that was said together */
    float features[FEATURE_COUNT];
    float confidence; /* that it is a digit and read right; of a chosen one also as against other ways to choose */
    bool beaten;      /* a chosen one takes its ink */
};

/* Of a chosen candidate, at least: what is hardly surer than chance is no digit. */
static const float least_confidence = 0.19f;

/* Starts as {0}. */
struct candidates {
    struct candidate *items;
    struct choice *choices; /* [count] */
    size_t count;
    float *grey;               /* [count][classes]: what the network says of the page's grey in their boxes */
    float *probabilities;      /* [count][classes]: by all that was said, together */
    uint8_t *inputs;           /* [count][28][28]: the page's grey in their boxes */
    float *made_probabilities; /* of the windows that were made from boxes */
    bool texture;              /* many were likely, none surely: then none is chosen */
};

/* Where the detector sees digits of about the sizes that the finding has. threads: as
 * parallel_create. Fails with OUT_OF_MEMORY only, as the other;
 * the finding has its picture. */
scrawl_status detect_for(const scrawl_model *detector, const struct finding *finding, int threads,
                         struct detections *detections);

scrawl_status candidates_find(struct reader *reader, struct finding *finding, const struct split *split,
                              const struct detections *detections, struct candidates *candidates);
void candidates_free(struct candidates *candidates);

#endif
