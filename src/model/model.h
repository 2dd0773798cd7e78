/* A network with its weights, labels, normalisation and what is known of its making. Knows no file format. */
#ifndef MODEL_H
#define MODEL_H

#include "metadata.h"
#include "network/idle_memory.h"
#include "network/network.h"
#include "network/weights.h"

struct scrawl_model {
    struct network network;
    struct weights weights; /* its own */
    /* What reads: the network with batch normalisation folded away, borrowed from the one above, and its weights; where
     * there is no batch normalisation, both are the same as above, and the weights borrowed. */
    struct network reading;
    struct weights reading_weights; /* none before model_prepare */
    char **labels;                  /* [network.class_count] */
    scrawl_normalization normalization;
    float temperature;        /* what logits are divided by when reading */
    float doubtful_below;     /* this confidence, 0 .. 1 */
    struct metadata metadata; /* only what has no field above: how it was trained */
    /* Of reading_weights, and made with them; who changes weights calls model_update. Its kernels, the ones in use when
     * the model was made, are those of all that is computed of the model, whichever are chosen later. */
    struct packed_weights packed;
    bool folded, prepared;    /* of model_is_folded; by model_prepare, and nothing changed since */
    struct idle_memory *idle; /* for readings, of which several may go on at once */
};

/* Takes the memory of the weights, and for the labels, whose names are still NULL. The caller frees the model also on
 * failure. Fails with OUT_OF_MEMORY only. */
scrawl_status model_allocate(scrawl_model *model);

/* What reading takes beside what model_prepare makes: the end of making a model whose network is there. Fails with
 * OUT_OF_MEMORY only. */
scrawl_status model_begin(scrawl_model *model);

/* Makes what reads of the weights, where there is none yet or it is behind: a model that is never read doesn't cost
 * that time and memory. Whoever reads, or trains, calls it first; several threads may at once. Fails with
 * OUT_OF_MEMORY, but never once made. */
scrawl_status model_prepare(const scrawl_model *model, struct parallel *parallel);

/* That, and the threads and memory of a reading, which go back by idle_memory_give. Fails as parallel_create, and with
 * OUT_OF_MEMORY; then nothing is to be given back. */
scrawl_status model_begin_reading(const scrawl_model *model, int threads, struct reading_memory **memory);

/* Brings it up to date with the weights, once made. complete: see packed_weights_update. */
void model_update(scrawl_model *model, struct parallel *parallel, bool complete);

/* Leaves that to the next reading, once made: for who changes weights often and doesn't read by them. */
void model_fall_behind(scrawl_model *model);

/* Frees what reading made, and what it keeps from one time to the next; it is made anew when it is wanted. Nobody reads
 * or trains meanwhile. */
void model_release(scrawl_model *model);

/* Whether batch normalisation makes what reads differ from the network and its weights. */
bool model_is_folded(const scrawl_model *model);

/* False once a training has diverged; then the check fails with INVALID_MODEL, and says so. */
bool model_is_finite(const scrawl_model *model);
scrawl_status model_check_finite(const scrawl_model *model);

/* Makes the model read as its network says, as one that was never calibrated. */
void model_forget_calibration(scrawl_model *model);

/* 1 .. SCRAWL_MAX_LABEL_BYTES of UTF-8 without control characters, which a terminal might obey. NULL is refused. */
bool model_accepts_label(const char *label);

/* Whether its network is of the kind that is wanted: one that reads images of 28x28, or one that detects digits in
 * planes of any size. Fails with INVALID_ARGUMENT, whose sentence says which one it is. */
scrawl_status model_check_classifies(const scrawl_model *model);
scrawl_status model_check_detects(const scrawl_model *model);

/* How many of `images` images are best read together: enough for the matrix products, few enough for the caches, and
 * for a network of any size at most about 128 MiB. */
size_t model_batch(const scrawl_model *model, size_t images);

/* Memory for reading model_batch images at a time, which is workspace->batch: see workspace_fit. */
scrawl_status model_workspace(const scrawl_model *model, size_t images, const struct parallel *parallel,
                              struct workspace *workspace);

/* What the network says of the first `count` inputs in workspace->activations[0]: see network_forward. model_prepare
 * was called before. */
float *model_forward(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel, size_t count);

/* Probabilities [count][class_count] of up to workspace->batch images [count][28][28]; they lie in the workspace until
 * it is used again. */
float *model_read(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                  const uint8_t *images, size_t count);

/* The same of any number of images, `together` <= workspace->batch at a time, copied to
 * probabilities[count][class_count]. */
void model_read_all(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                    const uint8_t *images, size_t count, size_t together, float *probabilities);

#endif
