/* Softmax, its loss, and what is read off probabilities. Knows no layer. */
#ifndef LOSS_H
#define LOSS_H

#include <stddef.h>
#include <stdint.h>

/* logits[images][classes] to probabilities, in place. */
void softmax(size_t images, size_t classes, float *values);

/* The class of the largest of probabilities[classes]; the first of equal ones. */
size_t most_probable(size_t classes, const float *probabilities);

/* The label of an image that shows none of the classes. So is every label from the number of classes on. */
enum { NO_CLASS = UINT8_MAX };

/* For probabilities[images][classes]: adds to *loss each image's -log p[label], counts in *correct the images whose
 * largest probability is the label's; NO_CLASS counts for neither. */
void cross_entropy(size_t images, size_t classes, const float *probabilities, const uint8_t *labels, double *loss,
                   size_t *correct);

/* What probabilities shall become. */
struct targets {
    const uint8_t *labels; /* [images] */
    /* s: 1 - s for the label and s / classes for every class; 1 / classes for each at NO_CLASS */
    float label_smoothing;
    /* [images][classes]: another network's probabilities, which count for teacher_share of the target (Hinton, Vinyals,
     * Dean 2015); NULL: it is all by labels */
    const float *taught;
    float teacher_share; /* 0 .. 1 */
};

/* The cross-entropy's gradient with respect to the logits of some images of a batch, averaged over the batch, in place:
 * (p - target) / batch. */
void cross_entropy_gradient(size_t images, size_t batch, size_t classes, float *probabilities,
                            const struct targets *targets);

#endif
