/* Implements data.h. Must not know what happens to the images. */
#include "data.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "files.h"
#include "folder_names.h"
#include "ordered_jobs.h"
#include "orientation.h"
#include "printable.h"
#include "report.h"

const char *const data_part_names[] = {"train", "test", NULL};

/* ---- IDX files ---- */

/* The path of "<part>-<content><separator><type>" with or without ".gz", to be freed by the caller; NULL when there is
 * none. */
static char *find_idx(const char *folder, enum data_part part, const char *content, const char *type)
{
    static const char *const prefixes[] = {[DATA_TRAIN] = "train", [DATA_TEST] = "t10k"};
    static const char *const separators[] = {"-", "."};
    static const char *const endings[] = {"", ".gz"};
    for (int i = 0; i < 4; i++) {
        char *name = format_text("%s-%s%s%s%s", prefixes[part], content, separators[i / 2], type, endings[i % 2]);
        char *path = path_join(folder, name);
        free(name);
        if (file_exists(path)) return path;
        free(path);
    }
    return NULL;
}

static char *find_idx_images(const char *folder, enum data_part part)
{
    return find_idx(folder, part, "images", "idx3-ubyte");
}

static bool holds_images(const char *path, const scrawl_dataset *dataset)
{
    if (scrawl_dataset_count(dataset) > 0) return true;
    complain("%s holds no image.", path);
    return false;
}

static bool read_idx(const char *images_path, const char *labels_path, size_t class_count, struct data *data)
{
    struct bytes images = {0}, labels = {0};
    bool ok = file_read_in_folder(images_path, &images) && file_read_in_folder(labels_path, &labels);
    if (!ok)
        complain("%s", file_error());
    else if (scrawl_dataset_from_idx(images.data, images.size, labels.data, labels.size, class_count, &data->dataset) !=
             SCRAWL_OK) {
        complain("%s and %s: %s", images_path, labels_path, scrawl_error());
        ok = false;
    }
    ok = ok && holds_images(images_path, data->dataset);
    free(images.data);
    free(labels.data);
    data->class_count = class_count;
    return ok;
}

static bool load_idx(const char *folder, const struct data_request *request, struct data *data)
{
    char *images_path = find_idx_images(folder, request->part);
    char *labels_path = find_idx(folder, request->part, "labels", "idx1-ubyte");
    size_t class_count = request->model ? scrawl_model_class_count(request->model) : request->idx_class_count;
    bool ok = images_path && labels_path;
    if (ok)
        ok = read_idx(images_path, labels_path, class_count, data);
    else
        complain("%s holds IDX files, but not the %s %s. Put that file there, or pass another folder by --data.",
                 folder, request->part == DATA_TRAIN ? "training" : "test", images_path ? "labels" : "images");
    free(images_path);
    free(labels_path);
    return ok;
}

/* ---- CSV files ---- */

/* The path of a CSV file by a name that it usually has, to be freed by the caller; NULL when there is none. */
static char *find_csv(const char *folder, enum data_part part)
{
    static const char *const names[][2] = {
        [DATA_TRAIN] = {"train.csv", "mnist_train.csv"}, [DATA_TEST] = {"test.csv", "mnist_test.csv"}};
    for (int i = 0; i < 2; i++) {
        char *path = path_join(folder, names[part][i]);
        if (file_exists(path)) return path;
        free(path);
    }
    return NULL;
}

static bool load_csv(const char *path, const struct data_request *request, struct data *data)
{
    struct bytes bytes = {0};
    data->class_count = request->model ? scrawl_model_class_count(request->model) : request->idx_class_count;
    if (!file_read_in_folder(path, &bytes)) {
        complain("%s", file_error());
        return false;
    }
    bool ok = scrawl_dataset_from_csv(bytes.data, bytes.size, data->class_count, &data->dataset) == SCRAWL_OK;
    if (!ok) complain("%s: %s", path, scrawl_error());
    free(bytes.data);
    return ok && holds_images(path, data->dataset);
}

/* The part that the request asks for, of a folder in which there is at least one. */
static bool load_csv_of(const char *folder, const struct data_request *request, struct data *data)
{
    char *path = find_csv(folder, request->part);
    if (!path)
        complain("%s holds a CSV file, but no %s.csv. Put that file there, or pass another one by --data.", folder,
                 data_part_names[request->part]);
    bool ok = path && load_csv(path, request, data);
    free(path);
    return ok;
}

/* ---- Folders of pictures ---- */

/* The pictures of one class. */
struct class_pictures {
    struct data *data;
    char **paths;
    size_t count, label;
    bool ok; /* false: there is no sense in going on */
};

/* What came of one; starts as {0}. */
struct prepared_picture {
    bool was_read;
    scrawl_status status;
    char *sentence; /* what went wrong; NULL without memory for it */
    uint8_t image[SCRAWL_IMAGE_PIXELS];
};

static bool next_picture(void *context, size_t job, void *result)
{
    const struct class_pictures *pictures = context;
    (void)result;
    return job < pictures->count;
}

static void prepare_picture(void *context, size_t job, void *result)
{
    const struct class_pictures *pictures = context;
    struct prepared_picture *prepared = result;
    struct bytes bytes;
    prepared->was_read = file_read_in_folder(pictures->paths[job], &bytes);
    if (!prepared->was_read) {
        prepared->sentence = strdup(file_error());
        return;
    }
    prepared->status = scrawl_image_from_picture(bytes.data, bytes.size, prepared->image);
    if (prepared->status != SCRAWL_OK) prepared->sentence = strdup(scrawl_error());
    free(bytes.data);
}

static void drop_picture(void *result)
{
    struct prepared_picture *prepared = result;
    free(prepared->sentence);
}

/* Complains about a picture that is left out. */
static void leave_out(struct data *data, const char *path, const struct prepared_picture *prepared)
{
    const bool fatal = prepared->status == SCRAWL_OUT_OF_MEMORY;
    if (!prepared->sentence)
        complain("%s: %s", path, scrawl_status_text(SCRAWL_OUT_OF_MEMORY));
    else if (!prepared->was_read)
        complain("%s It is left out.", prepared->sentence);
    else
        complain("%s: %s%s", path, prepared->sentence, fatal ? "" : " It is left out.");
    data->skipped++;
}

static bool add_picture(void *context, size_t job, void *result)
{
    struct class_pictures *pictures = context;
    struct prepared_picture *prepared = result;
    if (prepared->was_read && prepared->status == SCRAWL_OK) {
        prepared->status = scrawl_dataset_add_image(pictures->data->dataset, prepared->image, pictures->label);
        if (prepared->status != SCRAWL_OK) prepared->sentence = strdup(scrawl_error());
    }
    if (!prepared->was_read || prepared->status != SCRAWL_OK) leave_out(pictures->data, pictures->paths[job], prepared);
    pictures->ok = prepared->status != SCRAWL_OUT_OF_MEMORY;
    drop_picture(prepared);
    return pictures->ok;
}

/* False only when there is no sense in going on. */
static bool add_pictures(struct data *data, const char *folder, const struct folder_names *names, size_t label,
                         int threads)
{
    struct class_pictures pictures = {data, allocate(names->count * sizeof *pictures.paths), names->count, label, true};
    for (size_t i = 0; i < names->count; i++) pictures.paths[i] = path_join(folder, names->items[i]);
    const struct ordered_jobs jobs = {
        .most = names->count,
        .threads = threads,
        .result_size = sizeof(struct prepared_picture),
        .context = &pictures,
        .next = next_picture,
        .perform = prepare_picture,
        .take = add_picture,
        .drop = drop_picture,
    };
    ordered_jobs_run(&jobs);
    for (size_t i = 0; i < names->count; i++) free(pictures.paths[i]);
    free(pictures.paths);
    return pictures.ok;
}

static bool add_class(struct data *data, const char *folder, size_t label, const struct data_request *request)
{
    const bool may_be_empty = request->part == DATA_TEST || request->model;
    struct folder_names pictures = {0};
    size_t count_before = scrawl_dataset_count(data->dataset);
    bool ok = folder_names(folder, false, &pictures) && add_pictures(data, folder, &pictures, label, request->threads);
    folder_names_free(&pictures);
    if (ok && !may_be_empty && scrawl_dataset_count(data->dataset) == count_before) {
        complain("%s holds no picture that can be read. Each class needs at least one; remove the folder or fill it.",
                 folder);
        ok = false;
    }
    return ok;
}

/* The class of that name; class_count when there is none. */
static size_t find_label(const struct data *data, const char *name)
{
    size_t label = 0;
    while (label < data->class_count && strcmp(data->labels[label], name) != 0) label++;
    return label;
}

static bool add_classes(struct data *data, const char *folder, const struct folder_names *classes,
                        const struct data_request *request)
{
    bool ok = true;
    for (size_t i = 0; ok && i < classes->count; i++) {
        size_t label = find_label(data, classes->items[i]);
        char *path = path_join(folder, classes->items[i]);
        ok = label < data->class_count;
        if (ok)
            ok = add_class(data, path, label, request);
        else
            complain("%s is named as no class of the model. Rename the folder, or pass another one by --data.", path);
        free(path);
    }
    return ok;
}

static bool class_count_fits(const char *folder, size_t count)
{
    if (count >= 2 && count <= SCRAWL_MAX_CLASSES) return true;
    complain("%s holds %zu sub-folder%s. Give it one for each class, 2 to %d in all.", folder, count,
             count == 1 ? "" : "s", (int)SCRAWL_MAX_CLASSES);
    return false;
}

/* What the library accepts as the name of a class: scrawl_model_options. */
static bool is_class_name(const char *name)
{
    if (strlen(name) > SCRAWL_MAX_LABEL_BYTES) return false;
    for (size_t length; *name; name += length) {
        length = character_length(name);
        if (length == 0 || is_control_character(name)) return false;
    }
    return true;
}

static bool names_are_classes(const char *folder, const struct folder_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (is_class_name(names->items[i])) continue;
        char *path = path_join(folder, names->items[i]);
        complain("%s can't be a class: its name must be UTF-8 of at most %d bytes, without control characters. Rename "
                 "the folder.",
                 path, (int)SCRAWL_MAX_LABEL_BYTES);
        free(path);
        return false;
    }
    return true;
}

static void set_labels(struct data *data, const struct folder_names *classes, const scrawl_model *model)
{
    data->class_count = model ? scrawl_model_class_count(model) : classes->count;
    data->labels = allocate(data->class_count * sizeof *data->labels);
    for (size_t i = 0; i < data->class_count; i++)
        data->labels[i] = format_text("%s", model ? scrawl_model_label(model, i) : classes->items[i]);
}

static bool load_classes(const char *folder, const struct folder_names *classes, const struct data_request *request,
                         struct data *data)
{
    if (!request->model && !(class_count_fits(folder, classes->count) && names_are_classes(folder, classes)))
        return false;
    set_labels(data, classes, request->model);
    if (scrawl_dataset_create(data->class_count, &data->dataset) != SCRAWL_OK) {
        complain("%s", scrawl_error());
        return false;
    }
    if (!add_classes(data, folder, classes, request)) return false;
    if (scrawl_dataset_count(data->dataset) > 0) return true;
    complain("%s holds no picture that can be read.", folder);
    return false;
}

/* ---- Spread ---- */

struct place {
    double share; /* of its class that comes before it, 0 .. 1 */
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *one = a, *other = b;
    if (one->share != other->share) return one->share < other->share ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

static struct place *spread_places(const scrawl_dataset *dataset)
{
    const size_t count = scrawl_dataset_count(dataset);
    struct place *places = allocate(count * sizeof *places);
    size_t totals[SCRAWL_MAX_CLASSES] = {0}, seen[SCRAWL_MAX_CLASSES] = {0};
    for (size_t i = 0; i < count; i++) totals[scrawl_dataset_label(dataset, i)]++;
    for (size_t i = 0; i < count; i++) {
        const int label = scrawl_dataset_label(dataset, i);
        places[i] = (struct place){((double)seen[label]++ + 0.5) / (double)totals[label], i};
    }
    qsort(places, count, sizeof *places, compare_places);
    return places;
}

static bool spread(struct data *data)
{
    const size_t count = scrawl_dataset_count(data->dataset);
    struct place *places = spread_places(data->dataset);
    uint8_t *images = allocate(count * SCRAWL_IMAGE_PIXELS), *labels = allocate(count);
    scrawl_dataset *result = NULL;
    for (size_t i = 0; i < count; i++) {
        memcpy(images + i * SCRAWL_IMAGE_PIXELS, scrawl_dataset_image(data->dataset, places[i].index),
               SCRAWL_IMAGE_PIXELS);
        labels[i] = (uint8_t)scrawl_dataset_label(data->dataset, places[i].index);
    }
    const scrawl_status status = scrawl_dataset_from_arrays(images, labels, count, data->class_count, &result);
    free(places);
    free(images);
    free(labels);
    if (status != SCRAWL_OK) {
        complain("%s", scrawl_error());
        return false;
    }
    scrawl_dataset_free(data->dataset);
    data->dataset = result;
    return true;
}

static bool load_pictures(const char *folder, const struct data_request *request, struct data *data)
{
    struct folder_names classes = {0};
    bool ok = folder_names(folder, true, &classes);
    if (ok && classes.count == 0) {
        complain(
            "%s holds neither IDX files (train-images-idx3-ubyte, ...) nor train.csv nor one sub-folder of pictures "
            "per class. Pass another folder by --data.",
            folder);
        ok = false;
    }
    ok = ok && load_classes(folder, &classes, request, data);
    folder_names_free(&classes);
    return ok && (!request->spread || spread(data));
}

/* FOLDER/train or FOLDER/test where the pictures are split, FOLDER where they aren't; freed by the caller. NULL, after
 * a complaint, when only the other part is there. */
static char *part_folder(const char *folder, enum data_part part)
{
    char *wanted = path_join(folder, data_part_names[part]);
    char *other = path_join(folder, data_part_names[part == DATA_TRAIN ? DATA_TEST : DATA_TRAIN]);
    char *result = NULL;
    if (file_is_folder(wanted))
        result = format_text("%s", wanted);
    else if (file_is_folder(other))
        complain("There is no folder %s beside %s. Make it, or pass another folder by --data.", wanted, other);
    else
        result = format_text("%s", folder);
    free(wanted);
    free(other);
    return result;
}

/* ---- Both ---- */

static bool holds_either(const char *folder, char *(*find)(const char *folder, enum data_part part))
{
    char *train = find(folder, DATA_TRAIN), *test = find(folder, DATA_TEST);
    bool found = train || test;
    free(train);
    free(test);
    return found;
}

/* What was read as it lies in a file, where nobody has looked at it. */
static bool turn_upright(const char *path, const struct data_request *request, struct data *data)
{
    const struct orientation_evidence evidence = orientation_look(data->dataset, request->threads);
    if (!orientation_is_transposed(&evidence)) return true;
    const double images = (double)evidence.images;
    complain(
        "The images of %s lie transposed, as EMNIST's do, and are turned upright: of %zu that were tried, a network "
        "reads %.0f %% right upright and %.0f %% as they lie.",
        path, evidence.images, 100 * (double)evidence.transposed / images, 100 * (double)evidence.as_they_lie / images);
    bool ok = orientation_transpose(&data->dataset) == SCRAWL_OK;
    if (!ok) complain("%s", scrawl_error());
    return ok;
}

static bool load(const char *path, const struct data_request *request, struct data *data)
{
    if (!file_is_folder(path)) return load_csv(path, request, data) && turn_upright(path, request, data);
    if (holds_either(path, find_idx_images)) return load_idx(path, request, data) && turn_upright(path, request, data);
    if (holds_either(path, find_csv)) return load_csv_of(path, request, data) && turn_upright(path, request, data);
    char *pictures = part_folder(path, request->part);
    bool ok = pictures && load_pictures(pictures, request, data);
    free(pictures);
    return ok;
}

static bool is_csv_name(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending && strcasecmp(ending, ".csv") == 0;
}

bool data_load(const struct data_request *request, struct data *data)
{
    const char *folder = request->folder ? request->folder : DATA_DEFAULT_FOLDER;
    *data = (struct data){0};
    if (!request->folder && !file_exists(folder)) {
        complain("There is no data in %s. Pass --data DIR, a folder with MNIST's files or pictures; among Scrawl's "
                 "sources `make data` "
                 "fetches MNIST.",
                 folder);
        return false;
    }
    if (!file_is_folder(folder) && !(file_exists(folder) && is_csv_name(folder))) {
        complain("%s is %s. Pass the folder with the data, or a CSV file, by --data.", folder,
                 file_exists(folder) ? "a file, but no CSV" : "not there");
        return false;
    }
    if (load(folder, request, data)) return true;
    data_free(data);
    return false;
}

void data_free(struct data *data)
{
    scrawl_dataset_free(data->dataset);
    for (size_t i = 0; data->labels && i < data->class_count; i++) free(data->labels[i]);
    free(data->labels);
    *data = (struct data){0};
}
