/* The network straight from its definitions, in double precision: what the kernels are tested against. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "network/network.h"

/* probabilities[batch][class_count] of inputs[batch][input shape]. Dropout is off. */
void reference_forward(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                       double *probabilities);

/* The same with moving averages where training takes the batch's statistics. */
void reference_read(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                    double *probabilities);

/* The last layer's values of a detector, [batch][last output shape], of inputs[batch][input shape]. */
void reference_values(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                      double *values);

/* The same with moving averages where training takes the batch's statistics. */
void reference_read_values(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                           double *values);

/* Mean cross-entropy against labels[batch]. */
double reference_loss(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                      const uint8_t *labels);

#endif
