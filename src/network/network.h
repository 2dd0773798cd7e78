/* Forward and backward over a batch, through the table of layers. Knows no file, data set or optimizer. */
#ifndef NETWORK_H
#define NETWORK_H

#include "layers/loss.h"
#include "memory_plan.h"
#include "packed_weights.h"

/* One pass: its workspace and packed_backward must be made for packed->kernels, the workspace for as many threads. */
struct network_pass {
    const struct network *network;
    const float *parameters;                               /* [parameter_count] */
    const struct packed_weights *packed, *packed_backward; /* the latter for network_backward only */
    struct workspace *workspace;
    struct parallel *parallel;
    const scrawl_ranks *ranks; /* who share this pass, in training: all call the same; NULL: nobody does */
    size_t batch;      /* images, whose inputs the caller put into workspace->activations[0], each rank its own */
    uint32_t step_key; /* names the dropout masks; matters only in a training workspace */
};

/* Which images of the pass each rank computes. */
struct batch_share network_share(const struct network_pass *pass);

/* Returns probabilities[batch][class_count] inside the workspace; of a detector its cells' values, [batch][last output
 * shape]. Those of other ranks' images are theirs alone. */
float *network_forward(const struct network_pass *pass);

/* After network_forward of the same pass in training: moves the moving averages among `parameters` towards the batch's
 * statistics. step counts the training's from 1. */
void network_update_statistics(const struct network_pass *pass, uint64_t step, float *parameters);

/* After network_forward of the same pass: gradients[parameter_count] of the mean cross-entropy against the batch's
 * targets. Moving averages have none, and keep what was there. With a sink that gets all of them while they are in a
 * cache, and may change the parameters; gradients is only room then. */
void network_backward(const struct network_pass *pass, const struct targets *targets, float *gradients,
                      const struct gradient_sink *sink);

/* Where the gradient of any loss with respect to the last layer's values goes, [batch][last output shape], after
 * network_forward of a pass in training; */
float *network_output_gradient(const struct network_pass *pass);

/* and all gradients from there on, as network_backward gives them. */
void network_backward_from_output(const struct network_pass *pass, float *gradients, const struct gradient_sink *sink);

/* After network_forward of the same pass, in a training workspace: the gradient of a class's logit with respect to each
 * image's input, [batch][input shape] inside the workspace. gradients[parameter_count] is only room. */
const float *network_input_gradient(const struct network_pass *pass, size_t class_index, float *gradients);

#endif
