/* How likely a candidate is to be a digit, and to be read right, from what speaks for and against it. Knows neither
 * pictures nor candidates. */
#ifndef ACCEPTANCE_H
#define ACCEPTANCE_H

/* What speaks for and against a candidate. */
enum feature {
    FEATURE_INK,         /* logit of the network's probability of the digit, by the window's ink; 0 without a window */
    FEATURE_GREY,        /* the same by the page's grey in its box */
    FEATURE_DETECTOR,    /* the same by the detector; 0 without a detection */
    FEATURE_SCORE,       /* logit of the detector's score; a low one without a detection */
    FEATURE_WINDOW,      /* 1 with a window */
    FEATURE_DETECTION,   /* 1 with a detection */
    FEATURE_OVERLAP,     /* of window and detection: intersection over union; 0 without either */
    FEATURE_LOWER,       /* logarithm by which it is lower than the picture's surest candidates; 0: it is not */
    FEATURE_HIGHER,      /* the same by which it is higher */
    FEATURE_PRIOR,       /* nats by which the window's shape is unlikely */
    FEATURE_RULES,       /* nats by which rules take its ink for something else */
    FEATURE_MADE,        /* 1 where the window was made from the detection's box */
    FEATURE_BEST,        /* logit of the picture's best score */
    FEATURE_CROWD,       /* logarithm of how many candidates have a good score */
    FEATURE_BROAD,       /* by how much it is broader than high, in heights */
    FEATURE_WIDTH,       /* its width in typical heights, of 2 at most */
    FEATURE_SIZE,        /* logarithm of its height in pixels, of 60 at most */
    FEATURE_GRAIN,       /* the paper's noise, in parts of full ink, of 0.3 at most */
    FEATURE_INK_AGREES,  /* 1 where the ink alone says the same digit */
    FEATURE_GREY_AGREES, /* 1 where the grey alone does */
    FEATURE_DETECTOR_AGREES, /* 1 where the detector alone does */
    FEATURE_COVERS,          /* sum of the scores of other detections whose middles are in its box */
    FEATURE_BESIDE,          /* sum of the scores of detections as high beside it in its row, of 2 at most */
    FEATURE_LEFT_OUT,        /* logarithm of 1 + the components as large as digits that rules took out; 3 at most */
    FEATURE_BLANK,           /* 1 where the rules take all that is on the paper for its grain */
    FEATURE_INSIDE,          /* the best score of a larger detection that holds most of it */
    FEATURE_FIELD, /* logarithm of the picture's height in typical heights, 0 .. 2: small for a cut-out field */
    FEATURE_COUNT
};

enum { ACCEPTANCE_HIDDEN = 6 }; /* units */

/* The logit of the probability that a digit stands there; */
float acceptance_of_place(const float features[FEATURE_COUNT]);

/* and, if so, that it is read right. */
float acceptance_of_class(const float features[FEATURE_COUNT]);

#endif
