/* Scrawl finds and reads handwritten digits in pictures, and trains the network that reads them.
 *
 * This is the only public header, and the manual. Everything works on bytes in memory: the library opens no
 * file, prints nothing and never exits.
 *
 * Failure.   Every call that can fail returns a scrawl_status. Results go through the last pointers and are
 *            written only on SCRAWL_OK. scrawl_error() holds the sentence that says what exactly was wrong
 *            in this thread's latest failing call.
 * Lifetime.  A handle lives from its _create, _load, _from or _predict call to its _free call. _free(NULL)
 *            does nothing. Plain memory that the library hands out ("free with scrawl_free") belongs to the caller.
 * Threads.   Calls that take a const handle may run at the same time on one handle. All others need the
 *            handle for themselves. `threads` counts the calling thread too; 0 means one per processor.
 *            The results do not depend on it: they are bit-identical for any number of threads.
 * Versions.  A program goes on running with every later shared library of the same soname, libscrawl.so.0: calls are
 *            added, none is changed, nor any struct or value here. Options that come from their _default() call and
 *            are named where they are set go on compiling with all later headers.
 *
 *     scrawl_model *model;
 *     scrawl_reading *reading;
 *     if (scrawl_model_load(model_bytes, model_size, &model) != SCRAWL_OK) fail(scrawl_error());
 *     if (scrawl_predict_picture(model, png_bytes, png_size, NULL, &reading) != SCRAWL_OK) fail(scrawl_error());
 *     puts(reading->text);
 *     scrawl_reading_free(reading);
 *     scrawl_model_free(model);
 */
#ifndef SCRAWL_H
#define SCRAWL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __GNUC__ /* seen from outside also when all else is compiled to be hidden */
#pragma GCC visibility push(default)
#endif

#define SCRAWL_VERSION "0.1.0" /* this header's; the library that runs may be newer: see scrawl_version */

enum {
    SCRAWL_IMAGE_SIDE = 28,                                      /* pixels */
    SCRAWL_IMAGE_PIXELS = SCRAWL_IMAGE_SIDE * SCRAWL_IMAGE_SIDE, /* one image: row-major, 0 paper .. 255 ink */
    SCRAWL_MAX_CLASSES = 256,
    SCRAWL_MAX_LABEL_BYTES = 64,
    SCRAWL_MAX_PICTURE_PIXELS = 64 * 1000 * 1000,
    SCRAWL_MAX_STROKES = 2048,
    SCRAWL_MAX_STROKE_POINTS = 1 << 22, /* of all strokes */
    SCRAWL_MAX_THREADS = 64,
    SCRAWL_MAX_EPOCHS = 100000,
    SCRAWL_MAX_BATCH_SIZE = 4096,
    SCRAWL_MAX_RANKS = 32,
    SCRAWL_MAX_EXCHANGES = 16,
};

/* The library's own version, "0.1.0"; never NULL. */
const char *scrawl_version(void);

/* ---- Status ------------------------------------------------------------------------------------------- */

typedef enum scrawl_status {
    SCRAWL_OK = 0,
    SCRAWL_OUT_OF_MEMORY,
    SCRAWL_INVALID_ARGUMENT,     /* a value outside its stated range */
    SCRAWL_INVALID_ARCHITECTURE, /* the architecture text can't be built */
    SCRAWL_INVALID_MODEL,        /* the bytes are no whole Scrawl model */
    SCRAWL_INVALID_DATASET,      /* IDX bytes that lie, labels out of range, unequal counts */
    SCRAWL_INVALID_PICTURE,      /* no picture of a known format, or a damaged one */
    SCRAWL_PICTURE_TOO_LARGE,    /* more than SCRAWL_MAX_PICTURE_PIXELS */
    SCRAWL_UNSUPPORTED,          /* right as such, but not in this build or on this machine */
} scrawl_status;

/* A fixed sentence for each status; never NULL. */
const char *scrawl_status_text(scrawl_status status);

/* The sentence of this thread's latest failing call, "" before the first. Valid until the thread's next failing call.
 */
const char *scrawl_error(void);

/* Frees memory that a call handed out. NULL does nothing. */
void scrawl_free(void *memory);

/* ---- Models ------------------------------------------------------------------------------------------- */

/* A network with its weights, the names of its classes and the normalisation of its input. */
typedef struct scrawl_model scrawl_model;

/* How the 784 grey values of an image become the network's input. */
typedef enum scrawl_normalization {
    SCRAWL_NORMALIZE_UNIT,      /* divided by 255 */
    SCRAWL_NORMALIZE_COLUMN_L2, /* each image column scaled to unit L2 norm, empty columns left 0:
                                   what tf.keras.utils.normalize(images, axis=1) computes */
} scrawl_normalization;

typedef struct scrawl_model_options {
    /* "small", "best", "fast", "tutorial", "finder", or a text: layers separated by commas, the last one with softmax.
     *     conv OUTPUT_CHANNELS KxK [stride S] [same] [relu]
     *                                                 stride 1 unless given, in both directions; "valid" padding unless
     *                                                 "same"
     *     depthwise KxK [stride S] [same] [relu]      one kernel for each channel
     *     globalpool                                  the mean of each channel, as a vector
     *     maxpool SIZE                                windows of SIZE x SIZE, stride SIZE, incomplete ones dropped
     *     batchnorm [relu]                            per channel; momentum 0.99, in the first steps less:
     *                                                 (1 + step) / (10 + step); epsilon 0.001; costs no time when
     *                                                 reading right behind a conv or dense without activation
     *     dropout RATE                                0 <= RATE <= 0.999, inverted, active in training only
     *     flatten
     *     dense OUTPUTS [relu|softmax]
     *     relu, softmax                               as layers of their own
     *     keep NAME                                   lets everything through, for
     *     add NAME [relu]                             which adds what was kept by that name, of the same shape
     *     upsample FACTOR                             each pixel becomes FACTOR x FACTOR equal ones
     *     input any PLANES, detection                 the first and the last layer of a network that finds digits on
     *                                                 pages of any size: a cell for every 4x4 pixels, with 5 values
     *                                                 and one for each class
     * e.g. "conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax". The input is 28x28x1 where none is named. */
    const char *architecture;
    size_t class_count;        /* 2 .. SCRAWL_MAX_CLASSES, must be the number of outputs; named architectures get
                                  this many. 0: as many as the text says, 10 for a name */
    const char *const *labels; /* names of 1 .. SCRAWL_MAX_LABEL_BYTES of UTF-8 without control characters,
                                  copied, one for each class (then class_count isn't 0); NULL: "0", "1", ... */
    scrawl_normalization normalization;
    uint64_t seed; /* of the weights: Glorot-uniform; biases are zero, batchnorm begins with gamma 1,
                      beta 0, mean 0, variance 1 */
} scrawl_model_options;

/* "small", as many classes as the text says, unit, seed 1. */
scrawl_model_options scrawl_model_default(void);

/* The built-in architectures: the name of the index-th, NULL past the last. */
const char *scrawl_architecture_name(size_t index);

/* Makes an untrained model. options: NULL for the defaults.
 * Fails with INVALID_ARCHITECTURE, whose sentence names the layer, INVALID_ARGUMENT, OUT_OF_MEMORY. */
scrawl_status scrawl_model_create(const scrawl_model_options *options, scrawl_model **model);

/* Reads a model from the bytes of a model file, whose kind its bytes tell: a safetensors file of Scrawl's (a checkpoint
 * is one too), or another program's, see "Model files" below. The bytes may be dropped afterwards.
 * Fails with INVALID_MODEL, whose sentence names the tensor, field, layer or node, and OUT_OF_MEMORY. Never allocates
 * more than the file's size justifies. What only reading takes is made when the model is first read: one that is at
 * hand in case, as a finder is, costs little. */
scrawl_status scrawl_model_load(const void *bytes, size_t size, scrawl_model **model);

/* Writes a model as a safetensors file: F32 tensors "0.weight", "0.bias", ... by layer index, convolutions as
 * [row][column][input][output], depthwise ones as [row][column][channel][1], dense layers as [input][output];
 * batchnorm's gamma and beta as "0.weight" and "0.bias", with "0.mean" and "0.variance". In __metadata__: architecture,
 * labels (a JSON array), normalization, temperature and doubtful_below of a calibrated model, scrawl_version and what
 * scrawl_model_metadata knows. *bytes: free with scrawl_free.
 * Fails with INVALID_MODEL when a weight isn't finite, as after a training that diverged, and OUT_OF_MEMORY. */
scrawl_status scrawl_model_save(const scrawl_model *model, uint8_t **bytes, size_t *size);

/* The same with the weights of convolutions and dense layers rounded to F16, in half the bytes; reading takes as long.
 * scrawl_model_load reads all three. INVALID_MODEL also for weights beyond 65504. */
scrawl_status scrawl_model_save_half(const scrawl_model *model, uint8_t **bytes, size_t *size);

/* The same with these weights as I8, whole numbers -127 .. 127, in about a quarter of the bytes: multiplied with
 * "0.weight_scale", F32, one for each output channel, they are the weights, rounded to 1/127 of the channel's largest.
 * INVALID_MODEL also for weights beyond 1e38. */
scrawl_status scrawl_model_save_int8(const scrawl_model *model, uint8_t **bytes, size_t *size);

void scrawl_model_free(scrawl_model *model);

/* All strings live as long as the model. */
const char *scrawl_model_architecture(const scrawl_model *model);
scrawl_normalization scrawl_model_normalization(const scrawl_model *model);
float scrawl_model_temperature(const scrawl_model *model);    /* what logits are divided by: see below */
float scrawl_model_doubtful_below(const scrawl_model *model); /* the confidence that makes a digit doubtful */
size_t scrawl_model_class_count(const scrawl_model *model);
const char *scrawl_model_label(const scrawl_model *model, size_t class_index); /* NULL when out of range */
size_t scrawl_model_parameter_count(const scrawl_model *model);

/* Whether it finds digits on pages of any size; else it reads images. Where one of the other kind is given, calls fail
 * with INVALID_ARGUMENT. */
bool scrawl_model_detects(const scrawl_model *model);

/* What the file says of its making ("trained_epochs", "trained_images", ...), as text; NULL for an unknown key.
 * Valid until the model is trained again or freed. */
const char *scrawl_model_metadata(const scrawl_model *model, const char *key);

/* One row of the network's table. */
typedef struct scrawl_layer {
    const char *kind;       /* "conv", "depthwise", "maxpool", "globalpool", "batchnorm", "dropout", "flatten", "dense",
                               "relu", "softmax", "input", "upsample", "keep", "add", "detection" */
    const char *activation; /* "", "relu" or "softmax" */
    size_t rows, columns, channels; /* of its output; a vector is 1 x 1 x channels; where the input has any size, of one
                                       of 128 x 128 */
    size_t parameter_count;         /* with batchnorm's moving averages, as Keras counts */
} scrawl_layer;

size_t scrawl_model_layer_count(const scrawl_model *model);

/* Fails with INVALID_ARGUMENT when index is out of range. */
scrawl_status scrawl_model_layer(const scrawl_model *model, size_t index, scrawl_layer *layer);

/* The weights of a convolution or dense layer, [rows][columns][inputs][outputs] of its kernel by shape; of a depthwise
 * one [rows][columns][channels][1], of a dense one [1][1][inputs][outputs]. NULL for other layers, and when index is
 * out of range. They live as long as the model, and change while it is trained. */
const float *scrawl_model_weights(const scrawl_model *model, size_t index, size_t shape[4]);

/* ---- Model files -------------------------------------------------------------------------------------- */

/* A network is a sequence of layers with at most some values that skip layers: a file of another program is read when
 * it holds one, of an image of 28x28, in layers of the kinds that an architecture's text has. What they mean is kept to
 * the last digits of a float: weights as they are, in another order. Labels, normalisation and temperature are found
 * again where Scrawl wrote them; else the labels are "0", "1", ... and the input is taken as divided by 255: see
 * scrawl_model_set_normalization. Where the file doesn't scale its input either, the metadata "trained_normalization"
 * is "unsaid" until the model is trained further. In Keras' files labels and normalisation last until Keras writes them
 * anew, temperature is a Rescaling layer before softmax. What scales the input, such as MNIST's mean and deviation,
 * goes into the first layer's weights, or where that layer pads becomes a "depthwise 1x1" before it; where it makes
 * numbers around 1 of pixels from 0 to 255, it is taken to want these. Keras' layers that do something only in
 * training, as RandomRotation and GaussianNoise, are left out; Dropout stays. */
typedef enum scrawl_format {
    SCRAWL_SAFETENSORS, /* .safetensors: Scrawl's own */
    SCRAWL_KERAS_H5,    /* .h5: Keras in HDF5 */
    SCRAWL_KERAS,       /* .keras: Keras 3 */
    SCRAWL_ONNX,        /* .onnx: IR version 8, opset 17 */
} scrawl_format;

/* The kind of file that a name's ending stands for. Fails with INVALID_ARGUMENT for others. */
scrawl_status scrawl_model_format_of_name(const char *file_name, scrawl_format *format);

/* The kind of file that bytes are the beginning of. Fails with INVALID_MODEL, whose sentence says what it is, where
 * that is no model. */
scrawl_status scrawl_model_format_of_bytes(const void *bytes, size_t size, scrawl_format *format);

/* Says how the input of a model is made, for one whose file doesn't: another program's, that was trained on images
 * whose values aren't just divided by 255. Fails with INVALID_ARGUMENT for a normalisation that there isn't, and for
 * another one than unit of a network that finds digits on pages. */
scrawl_status scrawl_model_set_normalization(scrawl_model *model, scrawl_normalization normalization);

/* Writes a model as such a file; as safetensors it is what scrawl_model_save writes. *bytes: free with scrawl_free.
 * Fails with INVALID_ARGUMENT for a network that finds digits on pages, but as safetensors, INVALID_MODEL as
 * scrawl_model_save, and OUT_OF_MEMORY. */
scrawl_status scrawl_model_export(const scrawl_model *model, scrawl_format format, uint8_t **bytes, size_t *size);

/* ---- Reading ------------------------------------------------------------------------------------------ */

typedef struct scrawl_predict_options {
    bool single;  /* the whole picture is one digit; nothing is searched for */
    bool explain; /* the reading of a picture holds how it came about; strokes have no explanation */
    /* NULL, or a model that finds digits on pages (architecture "finder"), of ten classes as the one that reads:
     * pictures whose writing is in doubt are searched with it too. It must outlive the call. */
    const scrawl_model *finder;
    int threads; /* up to SCRAWL_MAX_THREADS; 0: one per processor. Readings are the same for any number of them */
} scrawl_predict_options;

scrawl_predict_options scrawl_predict_default(void);

/* One digit found, in reading order. The box is in pixels of the upright picture. */
typedef struct scrawl_digit {
    int x, y, width, height;
    int class_index;
    float confidence;     /* probabilities[class_index]: the network's, less where its ink may be divided otherwise */
    bool doubtful;        /* the confidence is so low that this may be another digit, or none; or beside_left_out */
    bool beside_left_out; /* ink beside it in its number is hardly like a digit and was left out of the text */
    int line;             /* of the text: 0, 1, ... */
    bool space_before;    /* a wide gap lies between it and the digit before it on its line */
    const char *label;    /* of the class */
    const float *probabilities; /* [class_count], sum 1 */
    const uint8_t *input;       /* [28][28], what the network saw: 0 paper .. 255 ink */
} scrawl_digit;

/* In pixels of the upright picture. */
typedef struct scrawl_box {
    int x, y, width, height;
} scrawl_box;

/* A segment from one point to another, in pixels of the upright picture, whose first pixel reaches from 0 to 1. */
typedef struct scrawl_line {
    float from_x, from_y, to_x, to_y;
} scrawl_line;

/* Why ink was taken for something other than writing. */
typedef enum scrawl_reason {
    SCRAWL_REASON_NONE,      /* it is writing */
    SCRAWL_REASON_RULING,    /* a line of the paper, of a table or a cell */
    SCRAWL_REASON_FRAME,     /* a frame, or the edge of a box */
    SCRAWL_REASON_ENCLOSURE, /* drawn around writing */
    SCRAWL_REASON_SHADOW,    /* the edge of a shadow */
    SCRAWL_REASON_GRAIN,     /* no clearer than the paper's own noise */
    SCRAWL_REASON_NEIGHBOUR, /* of what stands beside the picture, or far from its digit */
    SCRAWL_REASON_FAINT,     /* much fainter than the writing */
    SCRAWL_REASON_SPECK,     /* too small for a digit */
    SCRAWL_REASON_NO_DIGIT,  /* hardly more like one digit than like any other */
    SCRAWL_REASONS           /* how many there are */
} scrawl_reason;

/* One or two words in lower case, such as "ruling" and "no digit"; NULL for no such reason. */
const char *scrawl_reason_name(scrawl_reason reason);

/* A stretch of ink that the network was shown. */
typedef struct scrawl_candidate {
    scrawl_box box;
    int class_index;      /* the most probable */
    float confidence;     /* the network's, as if its ink were surely one digit's */
    int digit;            /* the index of the digit that it became; -1: none */
    scrawl_reason reason; /* NO_DIGIT: left out, though no other reading of its ink was better; else NONE */
    const uint8_t *input; /* [28][28], what the network saw: 0 paper .. 255 ink */
} scrawl_candidate;

/* A piece of ink that was found and taken for something other than writing. */
typedef struct scrawl_left_out {
    scrawl_box box;
    scrawl_reason reason;
    float cost; /* nats: by how much what speaks for a digit would have to outweigh the reason */
} scrawl_left_out;

/* How a picture was read, stage by stage. The planes are [height][width] of the upright picture reduced by `factor`:
 * each pixel is the mean of factor x factor of the picture's. */
typedef struct scrawl_explanation {
    int width, height, factor;
    const uint8_t *grey;      /* 0 black .. 255 white: of the colour channel in which pen and paper differ most */
    const uint8_t *paper;     /* how bright the paper is there, on the same scale */
    const uint8_t *ink;       /* 0 paper .. 255: the difference, in proportion to the paper's brightness */
    const uint8_t *clean_ink; /* the same without rulings */
    const uint8_t *reasons;   /* of each pixel of a stroke why it is in no digit (scrawl_reason); 0 elsewhere */
    bool dark_paper;          /* light ink on dark paper */
    float rotation; /* the page's, degrees clockwise, as rulings or lines of writing show it; 0 if uncertain */
    int threshold;  /* where a stroke's ink begins; above 255: there is none */
    size_t ruling_count, group_count, cut_count, candidate_count, left_out_count;
    const scrawl_line *rulings; /* lines of the paper, of tables and cells that were removed */
    const scrawl_box *groups;   /* ink that belongs together and may be one digit or several, in reading order */
    const scrawl_line *cuts;    /* where groups may be divided: the ends of paths from the top to the bottom */
    const scrawl_candidate *candidates; /* in reading order by where they begin */
    const scrawl_left_out *left_out;    /* from the top; last what is left of rulings */
} scrawl_explanation;

/* All of it is owned by the reading and lives until scrawl_reading_free. It does not refer to the model. */
typedef struct scrawl_reading {
    /* The labels in reading order; lines are separated by '\n', wide gaps by ' '. Lines may slant. What is aligned
     * across a gap, as in a table, is one line; blocks side by side with a clear gap between them, whose lines are not
     * aligned with each other, are read one after the other. */
    const char *text;
    size_t digit_count;
    const scrawl_digit *digits;
    int width, height;                     /* of the upright picture */
    const scrawl_explanation *explanation; /* NULL unless they were asked for */
} scrawl_reading;

/* Reads the digits in the bytes of a PNG, JPEG, BMP, GIF (first frame) or PNM (PBM, binary PGM or PPM) file. The
 * orientation that a JPEG or PNG states (EXIF) is honoured, transparent pixels lie on white. options: NULL for the
 * defaults. A picture without ink gives an empty reading. Groups of ink to which every class is about as likely, other
 * writing or dirt, are left out, and the digits beside them in a number are doubtful; the explanation shows them. Fails
 * with INVALID_PICTURE, PICTURE_TOO_LARGE, OUT_OF_MEMORY. Memory: at most about 16 bytes per pixel while decoding; the
 * search reduces large pictures to 3.2 megapixels and takes time in proportion to the pixels. The explanation takes
 * five bytes for each pixel of the reduced picture, for as long as the reading lives. */
scrawl_status scrawl_predict_picture(const scrawl_model *model, const void *bytes, size_t size,
                                     const scrawl_predict_options *options, scrawl_reading **reading);

/* The same for several files, bytes[count] of sizes[count], to readings[count], which are NULL on failure, and where
 * scrawl_predict_picture would fail by INVALID_PICTURE or PICTURE_TOO_LARGE: it says why. The readings are the same,
 * but small pictures take less time: a network whose weights fill the caches reads their digits together. Fails with
 * INVALID_ARGUMENT and OUT_OF_MEMORY. */
scrawl_status scrawl_predict_pictures(const scrawl_model *model, size_t count, const void *const *bytes,
                                      const size_t *sizes, const scrawl_predict_options *options,
                                      scrawl_reading **readings);

/* The same for raw pixels: rgba[height][width][4], 0..255, alpha not premultiplied. */
scrawl_status scrawl_predict_rgba(const scrawl_model *model, const uint8_t *rgba, size_t width, size_t height,
                                  const scrawl_predict_options *options, scrawl_reading **reading);

/* A point that a pen passed: x to the right, y downwards, in any unit; pressure 0 .. 1, 0.5 where none is known. */
typedef struct scrawl_point {
    float x, y, pressure;
} scrawl_point;

/* What a pen wrote between touching the paper and leaving it: a line through points[point_count]; one is a dot. */
typedef struct scrawl_stroke {
    const scrawl_point *points;
    size_t point_count;
} scrawl_stroke;

/* The same for strokes, in the order in which they were written: they are drawn at the network's resolution right away,
 * which takes some microseconds. Boxes are in the strokes' units, and so are the reading's width and height, from the
 * origin to the drawing's right and lower end. Circles and boxes around digits, underlines and dashes are left out,
 * points and commas too, and what is hardly more like one digit than like any: a reading may have none, but a single
 * one. Fails with INVALID_ARGUMENT for a coordinate or pressure that is no number or a coordinate beyond +-16777216,
 * more than SCRAWL_MAX_STROKES strokes or SCRAWL_MAX_STROKE_POINTS points, and with OUT_OF_MEMORY. Memory: at most
 * about 16 bytes per point. */
scrawl_status scrawl_predict_strokes(const scrawl_model *model, const scrawl_stroke *strokes, size_t stroke_count,
                                     const scrawl_predict_options *options, scrawl_reading **reading);

void scrawl_reading_free(scrawl_reading *reading);

/* Reads images that are already as the network wants them: images[count][28][28], probabilities[count][class_count].
 * Fails with INVALID_ARGUMENT (threads, a model that finds digits on pages) and OUT_OF_MEMORY. */
scrawl_status scrawl_predict_images(const scrawl_model *model, const uint8_t *images, size_t count, int threads,
                                    float *probabilities);

/* What a layer made of an image: values[rows][columns][channels]. */
typedef struct scrawl_activation {
    size_t rows, columns, channels; /* as scrawl_model_layer has them */
    const float *values;
} scrawl_activation;

/* The inside of the network on one image. All of it lives until scrawl_inspection_free. */
typedef struct scrawl_inspection {
    size_t layer_count;
    /* Of each layer of the model. One that does nothing when reading (dropout, flatten, a batchnorm that is folded into
     * the layer before it) has the values of the one before. */
    const scrawl_activation *layers;
    const float *probabilities; /* [class_count], sum 1: the last layer's values */
    int class_index;            /* the class that the saliency speaks of */
    /* [28][28]: how much each pixel's ink spoke for the class, or below 0 against it: the gradient of the class's logit
     * with respect to the network's input, times that input (Shrikumar et al., "Not just a black box", 2016). */
    const float *saliency;
} scrawl_inspection;

/* Reads image[28][28] and keeps what comes about on the way. class_index: -1 for the most probable one. Fails with
 * INVALID_ARGUMENT (a class that there isn't) and OUT_OF_MEMORY. */
scrawl_status scrawl_inspect(const scrawl_model *model, const uint8_t *image, int class_index,
                             scrawl_inspection **inspection);

void scrawl_inspection_free(scrawl_inspection *inspection);

/* The network's input for one image: image[28][28] to values[28][28]. */
void scrawl_normalize(const uint8_t *image, scrawl_normalization normalization, float *values);

/* ---- Data --------------------------------------------------------------------------------------------- */

/* Labelled images of 28x28. */
typedef struct scrawl_dataset scrawl_dataset;

/* From the bytes of two IDX files (images n x 28 x 28, labels n; unsigned bytes), each raw or, natively, gzipped.
 * Labels must be below class_count. Fails with INVALID_DATASET for a wrong magic number, size or label, missing or
 * trailing bytes, and unequal counts; UNSUPPORTED for gzip where it isn't built in; OUT_OF_MEMORY. */
scrawl_status scrawl_dataset_from_idx(const void *images, size_t images_size, const void *labels, size_t labels_size,
                                      size_t class_count, scrawl_dataset **dataset);

/* From the bytes of a CSV file, a row per image: its label, then its 784 pixels, 0 to 255; a first line of names is
 * passed over. So Kaggle's train.csv and others have MNIST. Fails with INVALID_DATASET, naming the line, and
 * OUT_OF_MEMORY. */
scrawl_status scrawl_dataset_from_csv(const void *bytes, size_t size, size_t class_count, scrawl_dataset **dataset);

/* From arrays, which are copied: images[count][28][28], labels[count], each below class_count.
 * Fails with INVALID_DATASET (a label), INVALID_ARGUMENT (class_count) and OUT_OF_MEMORY. */
scrawl_status scrawl_dataset_from_arrays(const uint8_t *images, const uint8_t *labels, size_t count, size_t class_count,
                                         scrawl_dataset **dataset);

/* An empty data set to add pictures to. */
scrawl_status scrawl_dataset_create(size_t class_count, scrawl_dataset **dataset);

/* Makes image[28][28] of one picture file's bytes, exactly as scrawl_predict_picture with `single` prepares it. Several
 * pictures may be prepared at the same time, and then added in the order that is wanted. Fails as
 * scrawl_predict_picture, with INVALID_PICTURE also for a picture without ink. */
scrawl_status scrawl_image_from_picture(const void *bytes, size_t size, uint8_t *image);

/* Adds image[28][28], which is copied, of the class `label`. On failure the data set is as before: INVALID_ARGUMENT
 * (the label), OUT_OF_MEMORY. */
scrawl_status scrawl_dataset_add_image(scrawl_dataset *dataset, const uint8_t *image, size_t label);

/* Both in one: adds a picture file's bytes as an image of the class `label`. Fails as they do. */
scrawl_status scrawl_dataset_add_picture(scrawl_dataset *dataset, const void *bytes, size_t size, size_t label);

size_t scrawl_dataset_count(const scrawl_dataset *dataset);
size_t scrawl_dataset_class_count(const scrawl_dataset *dataset);
/* [28][28], and the images after it behind it; NULL out of range. */
const uint8_t *scrawl_dataset_image(const scrawl_dataset *dataset, size_t index);
int scrawl_dataset_label(const scrawl_dataset *dataset, size_t index); /* -1 out of range */
const uint8_t *scrawl_dataset_labels(const scrawl_dataset *dataset);   /* [count] */
void scrawl_dataset_free(scrawl_dataset *dataset);

/* ---- Ranks --------------------------------------------------------------------------------------------- */

/* Bytes that go to another rank, or come from it. */
typedef struct scrawl_part {
    void *bytes;
    size_t size;
} scrawl_part;

/* Processes, on one machine or several, that share one training or evaluation, as MPI's ranks do: each calls the same
 * functions in the same order, and has the same model, data and options. The caller brings the way between them. */
typedef struct scrawl_ranks {
    int rank, count; /* this one's number from 0, and how many there are: 1 .. SCRAWL_MAX_RANKS */
    /* Sends sent[r] to every other rank r and receives received[r] from it; both [count], and what stands at the own
     * number is passed over. Both ends know a part's size, and nothing is sent where it is 0. Returns when all that was
     * sent may be overwritten and all that was wanted is there. It can't fail: where a rank is lost it ends the
     * program. One thread calls at a time. */
    void (*exchange)(void *context, const scrawl_part *sent, const scrawl_part *received);
    /* The same in two halves, so that bytes travel while ranks compute: nobody touches the bytes from begin until
     * finish of that number, below SCRAWL_MAX_EXCHANGES, has returned. All ranks begin and finish the same ones in the
     * same order, with other exchanges between. Both NULL: exchange does it all where they would begin. */
    void (*begin)(void *context, int number, const scrawl_part *sent, const scrawl_part *received);
    void (*finish)(void *context, int number);
    void *context;
} scrawl_ranks;

/* ---- Evaluation --------------------------------------------------------------------------------------- */

/* How well a model reads labelled images: those that an evaluator has read so far, `images` of `total`. */
typedef struct scrawl_evaluation {
    size_t images, total, errors; /* errors: those read as another class */
    double loss;                  /* mean cross-entropy, nats; NaN, as the next two, before any image was read */
    double accuracy;              /* 0 .. 1 */
    /* Expected calibration error, 0 .. 1: the images sorted into SCRAWL_CALIBRATION_BINS by confidence, the mean of the
     * distances between a bin's mean confidence and its accuracy, weighted by its images (Guo et al., "On calibration
     * of modern neural networks", 2017, equation 3). */
    double calibration_error;
    size_t class_count;
    const size_t *confusion;    /* [class_count][class_count] images: [actual class][class read] */
    const uint8_t *predictions; /* [images]: the most probable class of each, the first of several */
    const float *confidences;   /* [images]: the probability of that class, 0 .. 1 */
} scrawl_evaluation;

enum { SCRAWL_CALIBRATION_BINS = 15 };

/* Lets a model read labelled images in parts that the caller hands over. */
typedef struct scrawl_evaluator scrawl_evaluator;

/* For `count` images, whose labels[count] are copied. It keeps `model`, which must outlive it; while the model is
 * trained, each part is read with the weights of its time. It allocates all it needs here: about ten bytes per image.
 * Fails with INVALID_ARGUMENT (no image, or threads), INVALID_DATASET (a label that is no class of the model) and
 * OUT_OF_MEMORY. */
scrawl_status scrawl_evaluator_create(const scrawl_model *model, const uint8_t *labels, size_t count, int threads,
                                      scrawl_evaluator **evaluator);

/* Reads the next `count` images [count][28][28], which it doesn't keep. The evaluation does not depend on how they are
 * divided into parts. Fails with INVALID_ARGUMENT when these are more than are left, and, on all ranks, when the ranks'
 * images differ; it reads none of them then. */
scrawl_status scrawl_evaluator_read(scrawl_evaluator *evaluator, const uint8_t *images, size_t count);

/* From now on each rank reads a share of every part that all of them hand over; the result is every rank's, and the
 * same bytes as one process has. Before the first part; `ranks` must outlive the evaluator. Fails with INVALID_ARGUMENT
 * when the ranks' versions, kernels, models or labels differ; the sentence names the first rank that does, on all of
 * them. */
scrawl_status scrawl_evaluator_share(scrawl_evaluator *evaluator, const scrawl_ranks *ranks);

/* What came of all that was read. It lives as long as the evaluator and changes with each part. */
const scrawl_evaluation *scrawl_evaluator_result(const scrawl_evaluator *evaluator);

void scrawl_evaluator_free(scrawl_evaluator *evaluator);

/* ---- Training ----------------------------------------------------------------------------------------- */

typedef enum scrawl_optimizer {
    SCRAWL_ADAM, /* Kingma & Ba 2015 as Keras and PyTorch have it: beta 0.9 and 0.999, epsilon 1e-7 */
    SCRAWL_SGD,  /* with momentum: velocity = momentum * velocity + gradient, weight -= learning_rate * velocity */
} scrawl_optimizer;

/* How the learning rate changes over the whole training, from step to step, by the share of its images that are trained
 * halfway through the step. */
typedef enum scrawl_schedule {
    SCRAWL_CONSTANT,  /* it doesn't */
    SCRAWL_ONE_CYCLE, /* Smith & Topin 2018: up in a straight line from 4 % over the first quarter, then down to 0 */
    SCRAWL_COSINE,    /* up from 0 over the first 5 %, then down to 0 as half a cosine (Loshchilov & Hutter 2017) */
} scrawl_schedule;

typedef struct scrawl_training_options {
    int epochs;     /* 1 .. SCRAWL_MAX_EPOCHS */
    int batch_size; /* 1 .. SCRAWL_MAX_BATCH_SIZE; the last batch of an epoch may be smaller */
    scrawl_optimizer optimizer;
    float learning_rate; /* > 0; the schedule's highest */
    scrawl_schedule schedule;
    float momentum;        /* 0 <= momentum < 1; SGD only */
    float epsilon;         /* > 0; Adam only */
    float weight_decay;    /* 0 .. 1: each step first takes learning rate * weight_decay of every weight off it, but
                              nothing off biases and batchnorm (AdamW: Loshchilov & Hutter 2019) */
    float average;         /* 0 <= a < 1: the model is the running average of the trained weights (and batchnorm's
                              averages), of which each step keeps a, in the first steps less: (1 + step) / (10 + step).
                              The training goes on with the weights themselves. 0: the model is these */
    bool dropout;          /* false: the network's dropout layers let everything through */
    float label_smoothing; /* 0 <= s < 1: train towards 1 - s for the label and s / classes for every class (Szegedy
                              et al. 2016); losses are still reported against the labels */
    const scrawl_model *teacher; /* NULL, or a model of the same classes whose probabilities for each training image
                                    count for teacher_share of what is trained towards, and the labels for the rest
                                    (Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015). It
                                    must outlive the trainer */
    float teacher_share;         /* 0 < share <= 1; without a teacher it says nothing */
    double epoch_share;          /* 0 < share <= 1: of the images for training, rounded up, drawn anew for each epoch */
    double validation_split;     /* 0 <= split < 1: the last fraction of the data set, taken before shuffling: it should
                                  hold images of every class */
    uint64_t seed;               /* of shuffling and dropout, and of all that follows */
    int threads;
    /* Each image that is trained on is distorted by chance (affine, elastic, pen, paper), made anew for every epoch.
     * Validation images never are. */
    float augment;      /* strength, 0 .. 1 */
    float augment_fade; /* part of the strength that is lost, evenly, over the last fifth of the training, 0 .. 1: at
                           the end the network meets the images more as they are */
    float synthetic;    /* part of the training images that are digits written by the library in many hands, 0 .. 1; for
                           models of ten classes that are the digits in order */
    float unknown;  /* part of them that show no digit, for which every class shall be as probable (Hendrycks et al.,
                       "Deep anomaly detection with outlier exposure", 2019), 0 .. 1; up to 255 classes */
    float touching; /* part of them made of two images that touch: both together, or a piece cut off; what isn't nearly
                       one of the two counts as unknown. 0 .. 1 */
    float pages; /* part of them that are boxes of made pages, as a detector would cut them out: a digit with rulings,
                    neighbours and paper around it, and for a fifth a box without one, which counts as unknown. For
                    models of the digits. 0 .. 1. The four parts together are at most 1; the rest is the data set's.
                    Of the four only `touching` is built into WebAssembly, where the others must be 0. */
} scrawl_training_options;

/* 5 epochs, batch 128, Adam, 0.001, constant, momentum 0.9, epsilon 1e-7, no weight decay, no average, dropout, no
 * label smoothing, all images in each epoch, no validation, seed 1, threads 0, and nothing but the data set's images as
 * they are. */
scrawl_training_options scrawl_training_default(void);

typedef enum scrawl_option_kind {
    SCRAWL_WHOLE,  /* a whole number */
    SCRAWL_REAL,   /* any finite number */
    SCRAWL_SWITCH, /* 0 or 1: an index into its words, "off" and "on" */
    SCRAWL_CHOICE, /* an index into its words */
} scrawl_option_kind;

/* What there is to know of a training option, for whoever offers it to people: a command line, a form. The teacher,
 * which is no number, has none. All texts live as long as the program. */
typedef struct scrawl_option {
    const char *name;  /* as scrawl_training_options has it, with dashes: "label-smoothing" */
    const char *title; /* a heading, which a sentence takes with "The" and a small letter: "Label smoothing" */
    const char *help;  /* what it does, to stand beside the name; says neither range nor default */
    scrawl_option_kind kind;
    double least, most;           /* most: INFINITY for no limit; of the seed 2^64 */
    bool above_least, below_most; /* the least, the most itself is not allowed */
    const char *const *words;     /* one for each value of a switch or choice, up to a NULL; else NULL */
    double initial;               /* as scrawl_training_default has it */
    bool resumable;               /* a training that is resumed may have another value */
    bool missing;                 /* from this build, where it must stay as it is initially */
} scrawl_option;

/* The index-th option, in the order that people may read them in; NULL past the last. */
const scrawl_option *scrawl_training_option(size_t index);

/* The option's value. Of a seed from 2^53 on, the nearest double. Fails with INVALID_ARGUMENT for an unknown name or
 * NULL. */
scrawl_status scrawl_training_get(const scrawl_training_options *options, const char *name, double *value);

/* Sets one option. Fails with INVALID_ARGUMENT for an unknown name or NULL, and for a value out of its range. */
scrawl_status scrawl_training_set(scrawl_training_options *options, const char *name, double value);

/* The same for a whole number, exact also where a double isn't: for seeds from 2^53 on. */
scrawl_status scrawl_training_set_whole(scrawl_training_options *options, const char *name, uint64_t value);

/* Options that have proved themselves, each for the architecture of its name; what a preset doesn't speak of is as
 * scrawl_training_default has it.
 *     "fast"      99 % of the MNIST test images in the shortest time: 1 epoch of 75 % of the images, batch 64, Adam,
 *                 0.01, one-cycle, no dropout, label smoothing 0.1
 *     "small"     40 epochs, Adam, 0.003, cosine, weight decay 0.02, validation split 0.05, augmentation 0.7 that
 *                 fades by 0.6, of the images 18 % synthetic, 12 % unknown, 10 % touching, 20 % boxes of pages;
 *                 better with a teacher
 *     "best"      the same with 15 % synthetic and 25 % boxes of pages
 *     "tutorial"  with column-l2: as the Keras tutorial trains: 10 epochs, validation split 0.3
 *     "finder"    20 epochs, batch 32, Adam, 0.003, cosine, weight decay 0.02, average 0.999, validation split 0.05.
 *                 Not in WebAssembly.
 * What isn't built in stays as scrawl_training_default has it: the data set's images take the place of made ones.
 * Fails with INVALID_ARGUMENT for NULL, and for an unknown name, with a sentence that lists the known. */
scrawl_status scrawl_training_preset(const char *name, scrawl_training_options *options);

/* The name of the index-th preset, NULL past the last. */
const char *scrawl_preset_name(size_t index);

/* Trains a model in steps that the caller pulls. One that finds digits on pages is trained on pages of 128x128, which
 * are made anew: an epoch has as many as it would have images, whose digits they show beside others and among all that
 * stands on paper. Its accuracy is the share of digits that are found with the right class; the validation's are on up
 * to 1,000 pages, made of the validation images. */
typedef struct scrawl_trainer scrawl_trainer;

typedef enum scrawl_phase {
    SCRAWL_TRAINING,   /* the step trained one batch */
    SCRAWL_VALIDATING, /* the step read a part of the validation images */
    SCRAWL_EPOCH_END,  /* as the two before, and the epoch is complete with it */
    SCRAWL_FINISHED,   /* all epochs were complete before: nothing was done */
} scrawl_phase;

typedef struct scrawl_progress {
    scrawl_phase phase;
    int epoch, epochs;                           /* epoch counts from 0; at EPOCH_END it is the one that ended */
    size_t images, epoch_images;                 /* trained in this epoch, of how many */
    double loss, accuracy;                       /* running averages over this epoch's digits, as Keras shows them; the
                                                    loss is NaN once the training has diverged */
    size_t validation_images, validation_total;  /* read so far, of how many */
    double validation_loss, validation_accuracy; /* running too; complete at EPOCH_END; NaN without validation */
} scrawl_progress;

/* The trainer keeps `model` and `dataset` until it is freed; both must outlive it. Between steps the model may be
 * used for reading and saved. It allocates all it needs here. options: NULL for the defaults.
 * Fails with INVALID_ARGUMENT (also when the class counts differ, no image would be left for training, or an option is
 * for images where pages are trained on), UNSUPPORTED (synthetic or unknown images, or pages, in a build that makes
 * none, as wasm), OUT_OF_MEMORY. */
scrawl_status scrawl_trainer_create(scrawl_model *model, const scrawl_dataset *dataset,
                                    const scrawl_training_options *options, scrawl_trainer **trainer);

/* Does the next step and describes it. Never fails. */
void scrawl_trainer_step(scrawl_trainer *trainer, scrawl_progress *progress);

/* From now on each rank computes a share of every step that all of them pull: whole images, and of dense layers'
 * weights a part. Weights, optimizer and progress are every rank's own and the same bytes as one process has, for any
 * number of ranks and threads. Between two steps, mostly before the first; `ranks` must outlive the trainer. Fails with
 * INVALID_ARGUMENT when a full batch has fewer chunks than there are ranks (at least 8 for batches of 8 and more; the
 * sentence says how many), and when the ranks' versions, kernels, networks, normalizations, options, data, weights or
 * places in the training differ: it names the first rank that differs from rank 0, on all of them. */
scrawl_status scrawl_trainer_share(scrawl_trainer *trainer, const scrawl_ranks *ranks);

/* Compares the ranks' trained weights, optimizers and places in the training; all of them call it, between steps. Fails
 * with INVALID_ARGUMENT, on all of them, when one differs, and names it: a machine that computes wrongly. OK without
 * ranks. */
scrawl_status scrawl_trainer_compare(const scrawl_trainer *trainer);

/* Writes a checkpoint: a model file that also holds the options, the trained weights beside their average, the
 * optimizer's state and the place in the data. *bytes: free with scrawl_free. */
scrawl_status scrawl_trainer_save(const scrawl_trainer *trainer, uint8_t **bytes, size_t *size);

/* Continues from a checkpoint, bit-identically to one that was never interrupted, given the same data set and
 * kernels. teacher: the one it began with, or NULL. epochs: a new total, which the schedule then follows, or 0 to keep
 * the checkpoint's. The caller frees both results, the trainer first. Fails with INVALID_MODEL (no checkpoint, or a
 * damaged one), INVALID_ARGUMENT (another data set or teacher, or other kernels than the training began with: see
 * scrawl_kernels_choose), UNSUPPORTED (as scrawl_trainer_create), OUT_OF_MEMORY. */
scrawl_status scrawl_trainer_load(const void *bytes, size_t size, const scrawl_dataset *dataset,
                                  const scrawl_model *teacher, int epochs, int threads, scrawl_model **model,
                                  scrawl_trainer **trainer);

/* Makes the model's confidence true, on the first 3,000 validation images: chooses the temperature that its logits are
 * divided by from now on (Guo et al., "On calibration of modern neural networks", 2017), and the confidence below which
 * a digit is doubtful, which few of the rightly read ones are. For the end of the training: a trainer that goes on, or
 * begins, forgets both. Without validation images nothing changes, nor of a model that finds digits on pages. Takes as
 * long as reading those. Fails with OUT_OF_MEMORY. */
scrawl_status scrawl_trainer_calibrate(scrawl_trainer *trainer);

const scrawl_training_options *scrawl_trainer_options(const scrawl_trainer *trainer);

void scrawl_trainer_free(scrawl_trainer *trainer);

/* ---- This machine -------------------------------------------------------------------------------------- */

/* The kernel tables that this processor can run, best first ("avx512", "avx2", "sse2"; "wasm-simd128" or
 * "wasm-relaxed-simd", as the module was built; "baseline" on other processors, and where it was compiled without
 * make); NULL past the last. */
const char *scrawl_kernels_name(size_t index);

/* Chooses the table that models made or loaded from now on use: by name, or NULL for the best. All that is computed of
 * a model, its training too, stays with the table that it was made with. Fails with UNSUPPORTED. Without
 * it, the environment variable SCRAWL_KERNELS names one; a name that this processor can't run counts for nothing. */
scrawl_status scrawl_kernels_choose(const char *name);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
