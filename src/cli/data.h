/* Finds the labelled images in a folder: IDX files, CSV files, or one sub-folder of pictures per class. Knows no
 * command. */
#ifndef DATA_H
#define DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "scrawl.h"

enum data_part { DATA_TRAIN, DATA_TEST };

/* For an option's choices: the name of each part, then NULL. */
extern const char *const data_part_names[];

struct data_request {
    const char *folder; /* NULL: DATA_DEFAULT_FOLDER */
    enum data_part part;
    const scrawl_model *model; /* pictures' folders must be named as its classes; NULL: they make the classes */
    size_t idx_class_count;    /* without a model: IDX files don't say how many classes there are */
    int threads;               /* that read pictures: see scrawl.h; the data are the same for any number */
    bool spread; /* pictures of each class evenly over the order, so that the last part holds some of all */
};

#define DATA_DEFAULT_FOLDER "build/mnist"

struct data {
    scrawl_dataset *dataset;
    size_t class_count;
    char **labels;  /* class_count names; NULL: "0", "1", ... */
    size_t skipped; /* pictures that couldn't be read; each has been complained about */
};

/* For IDX files, FOLDER holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
 * t10k-labels-idx1-ubyte, also gzipped with ".gz" or with a dot before "idx". A CSV file
 * may stand for the folder, and is both parts; or the folder holds train.csv and test.csv. Images of these files that
 * lie transposed are turned upright, with a complaint. For pictures, it holds
 * train/CLASS/PICTURE and test/CLASS/PICTURE, or CLASS/PICTURE, which then is both parts. Unless spread, classes
 * and pictures come in natural order ("2" before "10"); hidden files don't count.
 * Complains and returns false when there is no image, and, for training, when a class has no picture. */
bool data_load(const struct data_request *request, struct data *data);

void data_free(struct data *data);

#endif
