/* Implements detector.h: the picture at sizes that differ by the square root of 2, the peaks of each, and of boxes that
 * mean the same place the surest. Must not know what is made of them. */
#include "detector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/minmax.h"
#include "base/place_index.h"
#include "layers/detection.h"
#include "picture/local_contrast.h"
#include "picture/scale.h"
#include "region.h"

enum {
    MARGIN = 24,            /* pixels around the picture, so that a digit at its edge has surroundings */
    SIDE_MULTIPLE = 8,      /* of an input's sides: what the detector reduces by */
    MOST_LEVELS = 24,       /* sizes */
    MOST_REGIONS = 64,      /* of a size */
    MOST_DETECTIONS = 4096, /* of all sizes, before those that mean the same are joined */
};

static const double level_step = M_SQRT2; /* from size to size */
/* Pixels of the longer side of a digit's box at a level. What lies outside is for another level: there the detector
 * has learnt nothing, and two small digits side by side look to it like one. */
static const double least_digit = 13, most_digit = 40;
static const double best_digit = 24;      /* pixels of height that are found best */
static const double most_pixels = 2e6;    /* of the largest size */
static const double cheap_pixels = 0.1e6; /* a size that costs little */
static const double most_enlarged = 2;
static const float least_score = 0.05f;
static const float weak_score = 0.5f;
/* Weak detections of the smallest picture, and one more for so many pixels: a texture has as many as there is room. */
static const size_t few_weak = 64, pixels_of_weak = 400;
static const float same_box = 0.45f;     /* intersection over union: both mean the same digit */
static const float same_inside = 0.8f;   /* of the smaller box */
static const float same_opinion = 0.55f; /* intersection over union: its classes count too */

/* ---- Boxes that mean the same ---- */

static int surest_first(const void *a, const void *b)
{
    const struct detection *first = a, *second = b;
    if (first->score != second->score) return first->score > second->score ? -1 : 1;
    if (first->box.left != second->box.left) return first->box.left < second->box.left ? -1 : 1;
    return first->box.top < second->box.top ? -1 : first->box.top > second->box.top;
}

static bool is_same(const struct detection *kept, const struct detection *other)
{
    const float smaller = fminf(place_area(&kept->box), place_area(&other->box));
    return place_overlap(&kept->box, &other->box) > same_box ||
           place_shared(&kept->box, &other->box) > same_inside * smaller;
}

/* The classes of a box that is dropped for a surer one count there, by the square of its score. */
static void add_vote(struct detection *kept, const struct detection *other)
{
    for (size_t i = 0; i < DETECTOR_CLASSES; i++)
        kept->probabilities[i] += other->score * other->score * other->probabilities[i];
}

static void normalize_votes(struct detection *detection)
{
    float sum = 0;
    for (size_t i = 0; i < DETECTOR_CLASSES; i++) sum += detection->probabilities[i];
    for (size_t i = 0; i < DETECTOR_CLASSES; i++) detection->probabilities[i] /= sum;
}

/* The surest kept one before a detection that means the same; the detection itself: none does. */
static size_t surest_same(const struct detection *items, const bool *kept, const struct place_index *index,
                          size_t detection)
{
    size_t surest = detection, other;
    for (struct place_walk walk = place_index_walk(index, &items[detection].box); place_walk_next(&walk, &other);)
        if (other < surest && kept[other] && is_same(&items[other], &items[detection])) surest = other;
    return surest;
}

/* kept[count] is scratch. */
static void join_same(struct detections *detections, const struct place_index *index, bool *kept)
{
    struct detection *items = detections->items;
    size_t count = 0;
    for (size_t i = 0; i < detections->count; i++) {
        const size_t same = surest_same(items, kept, index, i);
        kept[i] = same == i;
        if (kept[i])
            for (size_t k = 0; k < DETECTOR_CLASSES; k++) items[i].probabilities[k] *= items[i].score * items[i].score;
        else if (place_overlap(&items[same].box, &items[i].box) > same_opinion)
            add_vote(&items[same], &items[i]);
    }
    for (size_t i = 0; i < detections->count; i++) {
        if (!kept[i]) continue;
        normalize_votes(&items[i]);
        items[count++] = items[i];
    }
    detections->count = count;
}

static scrawl_status keep_surest(struct detections *detections)
{
    const size_t count = detections->count;
    struct place_index index = {0};
    bool *kept = malloc((count + 1) * sizeof *kept);
    if (!kept) return fail_out_of_memory();
    qsort(detections->items, count, sizeof *detections->items, surest_first);
    scrawl_status status = place_index_create(detections->items, sizeof *detections->items, count, &index);
    if (status == SCRAWL_OK) join_same(detections, &index, kept);
    place_index_free(&index);
    free(kept);
    return status;
}

/* ---- One size ---- */

struct level {
    const struct picture *picture;
    struct scaled_size size;
    double x_scale, y_scale; /* pixels of the level in one of the picture */
    bool finest, coarsest;
};

static int round_up_to(int value, int multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

static struct level level_of(const struct picture *picture, double scale)
{
    struct level level = {.picture = picture};
    level.size.width = (int)fmax(4, floor(picture->width * scale + 0.5));
    level.size.height = (int)fmax(4, floor(picture->height * scale + 0.5));
    level.size.margin = MARGIN;
    level.size.all_width = round_up_to(level.size.width + 2 * MARGIN, SIDE_MULTIPLE);
    level.size.all_height = round_up_to(level.size.height + 2 * MARGIN, SIDE_MULTIPLE);
    level.x_scale = (double)level.size.width / picture->width;
    level.y_scale = (double)level.size.height / picture->height;
    return level;
}

/* Whether a cell's centre is at least as sure as its eight neighbours'. */
static bool is_peak(const float *values, size_t stride, size_t rows, size_t columns, size_t row, size_t column)
{
    const float own = values[(row * columns + column) * stride];
    for (size_t y = row > 0 ? row - 1 : 0; y <= row + 1 && y < rows; y++)
        for (size_t x = column > 0 ? column - 1 : 0; x <= column + 1 && x < columns; x++)
            if (values[(y * columns + x) * stride] > own) return false;
    return true;
}

/* Whether a box of these sides is for this level to say. */
static bool is_of_level(const struct level *level, const float sides[DETECTION_SIDE_COUNT])
{
    const float side = fmaxf(sides[0] + sides[2], sides[1] + sides[3]);
    return (level->finest || side >= (float)least_digit) && (level->coarsest || side <= (float)most_digit);
}

/* x, y: a cell's middle, pixels of the level without its margin. */
static void add_detection(const struct level *level, const float *values, float x, float y,
                          struct detections *detections)
{
    float sides[DETECTION_SIDE_COUNT];
    struct detection detection = {.score = detection_centre(values)};
    if (!(detection.score >= least_score) || detections->count == MOST_DETECTIONS) return; /* nor what is no number */
    detection_sides(values, sides);
    if (!is_of_level(level, sides)) return;
    detection_classes(DETECTOR_CLASSES, values, detection.probabilities);
    const float x_scale = (float)level->x_scale, y_scale = (float)level->y_scale;
    detection.box = (struct place){(x - sides[0]) / x_scale, (y - sides[1]) / y_scale, (x + sides[2]) / x_scale,
                                   (y + sides[3]) / y_scale};
    const float middle_x = (detection.box.left + detection.box.right) / 2;
    const float middle_y = (detection.box.top + detection.box.bottom) / 2;
    if (middle_x >= 0 && middle_y >= 0 && middle_x <= (float)level->picture->width &&
        middle_y <= (float)level->picture->height)
        detections->items[detections->count++] = detection;
}

static float cell_middle(size_t cell, int start)
{
    return ((float)cell + 0.5f) * DETECTION_CELL + (float)(start - MARGIN);
}

static void take_peaks(const struct level *level, const struct box *region, const struct shape *shape,
                       const float *values, struct detections *detections)
{
    for (size_t row = 0; row < shape->rows; row++)
        for (size_t column = 0; column < shape->columns; column++) {
            const float *cell = values + (row * shape->columns + column) * shape->channels;
            if (is_peak(values + DETECTION_CENTRE, shape->channels, shape->rows, shape->columns, row, column))
                add_detection(level, cell, cell_middle(column, region->left), cell_middle(row, region->top),
                              detections);
        }
}

/* ---- Regions with contrast: paper without any is left out ---- */

enum {
    CONTRAST_CELL = SIDE_MULTIPLE,         /* pixels of a side */
    MARGIN_CELLS = MARGIN / CONTRAST_CELL, /* around what has contrast, as around a picture */
};
static const float least_contrast = 0.6f; /* of paper's grain less, of a faint stroke's middle more */
static const double most_part = 0.8;      /* of a size, in regions that are looked at one by one */

struct contrast_cells {
    size_t rows, columns;
    bool *has_contrast; /* [rows][columns] */
};

/* Stretches of rows, or columns, of cells, from a first one to behind the last. */
struct stretch {
    size_t first, end;
};

static bool row_has_contrast(const struct contrast_cells *cells, size_t row, struct stretch columns)
{
    return memchr(cells->has_contrast + row * cells->columns + columns.first, true, columns.end - columns.first);
}

static bool column_has_contrast(const struct contrast_cells *cells, size_t column, struct stretch rows)
{
    for (size_t row = rows.first; row < rows.end; row++)
        if (cells->has_contrast[row * cells->columns + column]) return true;
    return false;
}

typedef bool has_contrast(const struct contrast_cells *cells, size_t line, struct stretch across);

/* The next stretch of lines with contrast from *at on, in which gaps are narrower than two margins; false: none. */
static bool next_stretch(const struct contrast_cells *cells, has_contrast *has, struct stretch across, size_t end,
                         size_t *at, struct stretch *stretch)
{
    size_t gap = 0;
    while (*at < end && !has(cells, *at, across)) ++*at;
    if (*at == end) return false;
    *stretch = (struct stretch){*at, *at + 1};
    for (++*at; *at < end && gap < 2 * MARGIN_CELLS; ++*at) {
        gap = has(cells, *at, across) ? 0 : gap + 1;
        if (gap == 0) stretch->end = *at + 1;
    }
    return true;
}

/* With margins, in pixels. */
static struct box region_of(const struct contrast_cells *cells, struct stretch rows, struct stretch columns)
{
    const size_t left = columns.first - min_size(columns.first, MARGIN_CELLS),
                 top = rows.first - min_size(rows.first, MARGIN_CELLS),
                 right = min_size(columns.end + MARGIN_CELLS, cells->columns),
                 bottom = min_size(rows.end + MARGIN_CELLS, cells->rows);
    return (struct box){(int)left * CONTRAST_CELL, (int)top * CONTRAST_CELL, (int)right * CONTRAST_CELL,
                        (int)bottom * CONTRAST_CELL};
}

/* Cuts where rows, and within them columns, and within them rows have none: regions[MOST_REGIONS]. Returns how many;
 * one of all when they would be too many, or save little. */
static size_t find_regions(const struct contrast_cells *cells, struct box regions[MOST_REGIONS])
{
    const struct stretch all_columns = {0, cells->columns};
    struct stretch band, columns, rows;
    size_t count = 0;
    double area = 0;
    for (size_t y = 0; next_stretch(cells, row_has_contrast, all_columns, cells->rows, &y, &band);)
        for (size_t x = 0; next_stretch(cells, column_has_contrast, band, cells->columns, &x, &columns);)
            for (size_t inner = band.first; next_stretch(cells, row_has_contrast, columns, band.end, &inner, &rows);) {
                const struct box region = region_of(cells, rows, columns);
                area += (double)box_width(&region) * box_height(&region);
                if (count < MOST_REGIONS) regions[count] = region;
                count++;
            }
    if (count <= MOST_REGIONS &&
        area <= most_part * (double)(cells->rows * cells->columns) * CONTRAST_CELL * CONTRAST_CELL)
        return count;
    regions[0] = (struct box){0, 0, (int)cells->columns * CONTRAST_CELL, (int)cells->rows * CONTRAST_CELL};
    return 1;
}

/* The largest contrast of some neighbours in `CONTRAST_CELL` rows. */
static void find_most(const float *planes, size_t stride, float most[CONTRAST_CELL * LOCAL_CONTRAST_PLANES])
{
    for (size_t i = 0; i < CONTRAST_CELL * LOCAL_CONTRAST_PLANES; i++) most[i] = 0;
    for (size_t row = 0; row < CONTRAST_CELL; row++)
        for (size_t i = 0; i < CONTRAST_CELL * LOCAL_CONTRAST_PLANES; i++)
            most[i] = max_float(most[i], fabsf(planes[row * stride + i]));
}

static bool cell_has_contrast(const float *planes, size_t stride)
{
    float most[CONTRAST_CELL * LOCAL_CONTRAST_PLANES];
    bool has = false;
    find_most(planes, stride, most);
    for (size_t i = 0; i < CONTRAST_CELL * LOCAL_CONTRAST_PLANES; i++) has |= most[i] >= least_contrast;
    return has;
}

static void find_contrast(const float *planes, struct contrast_cells *cells)
{
    const size_t cell = CONTRAST_CELL * LOCAL_CONTRAST_PLANES, stride = cells->columns * cell;
    for (size_t row = 0; row < cells->rows; row++)
        for (size_t column = 0; column < cells->columns; column++)
            cells->has_contrast[row * cells->columns + column] =
                cell_has_contrast(planes + row * CONTRAST_CELL * stride + column * cell, stride);
}

/* ---- A size, region by region ---- */

/* cells: of the whole size; room for its own. */
static scrawl_status look_at_regions(struct region_reader *reader, const struct level *level, const float *planes,
                                     struct contrast_cells *cells, struct detections *detections)
{
    const size_t stride = (size_t)level->size.all_width * LOCAL_CONTRAST_PLANES;
    struct box regions[MOST_REGIONS];
    scrawl_status status = SCRAWL_OK;
    find_contrast(planes, cells);
    const size_t count = find_regions(cells, regions);
    for (size_t i = 0; status == SCRAWL_OK && i < count; i++) {
        const struct box *region = &regions[i];
        const float *values = NULL;
        status = region_reader_read(
            reader, planes + (size_t)region->top * stride + (size_t)region->left * LOCAL_CONTRAST_PLANES, stride,
            (size_t)box_height(region), (size_t)box_width(region), &values);
        if (status != SCRAWL_OK) break;
        const struct network *network = &reader->network;
        take_peaks(level, region, &network->layers[network->layer_count - 1].output, values, detections);
    }
    return status;
}

static scrawl_status look_at_level(struct region_reader *reader, const struct level *level,
                                   struct detections *detections)
{
    const size_t rows = (size_t)level->size.all_height, columns = (size_t)level->size.all_width;
    const size_t scratch_count = LOCAL_CONTRAST_SCRATCH * columns;
    struct contrast_cells cells = {rows / CONTRAST_CELL, columns / CONTRAST_CELL, NULL};
    struct picture scaled = {0};
    float *planes = malloc(LOCAL_CONTRAST_PLANES * rows * columns * sizeof *planes);
    uint32_t *scratch = malloc(scratch_count * sizeof *scratch);
    cells.has_contrast = malloc(cells.rows * cells.columns);
    scrawl_status status = planes && scratch && cells.has_contrast ? SCRAWL_OK : fail_out_of_memory();
    if (status == SCRAWL_OK) status = scale_picture(level->picture, &level->size, &scaled);
    if (status == SCRAWL_OK) {
        local_contrast(scaled.grey, columns, rows, scratch, planes);
        status = look_at_regions(reader, level, planes, &cells, detections);
    }
    picture_free(&scaled);
    free(cells.has_contrast);
    free(scratch);
    free(planes);
    return status;
}

/* ---- All sizes ---- */

/* So that the lowest digits are seen at all and, where that costs little, at their best. */
static double finest_scale(const struct picture *picture, double least_height)
{
    const double pixels = (double)picture->width * picture->height;
    const double longest = NETWORK_MOST_SIDE - 2 * MARGIN - SIDE_MULTIPLE;
    const double best = fmin(best_digit / least_height, sqrt(cheap_pixels / pixels));
    const double most = fmin(most_enlarged, sqrt(most_pixels / pixels));
    return fmin(fmin(fmax(least_digit / least_height, best), most), longest / max_int(picture->width, picture->height));
}

static void drop_weakest(const struct picture *picture, struct detections *detections)
{
    const size_t most_weak = few_weak + (size_t)picture->width * (size_t)picture->height / pixels_of_weak;
    size_t sure = 0;
    while (sure < detections->count && detections->items[sure].score >= weak_score) sure++;
    detections->count = min_size(detections->count, sure + most_weak);
}

scrawl_status detect(const scrawl_model *detector, const struct picture *picture, double least_height,
                     double most_height, int threads, struct detections *detections)
{
    struct region_reader reader = {0};
    struct detections found = {.items = malloc(MOST_DETECTIONS * sizeof *found.items)};
    scrawl_status status = found.items ? region_reader_create(detector, threads, &reader) : fail_out_of_memory();
    double scale = finest_scale(picture, least_height);
    for (int i = 0; status == SCRAWL_OK && i < MOST_LEVELS; i++, scale /= level_step) {
        struct level level = level_of(picture, scale);
        level.finest = i == 0;
        level.coarsest = scale * fmin(most_height, fmax(picture->width, picture->height)) <= best_digit;
        status = look_at_level(&reader, &level, &found);
        if (level.coarsest) break;
    }
    region_reader_free(&reader);
    if (status == SCRAWL_OK) status = keep_surest(&found);
    if (status == SCRAWL_OK) drop_weakest(picture, &found);
    if (status == SCRAWL_OK)
        *detections = found;
    else
        detections_free(&found);
    return status;
}

void detections_free(struct detections *detections)
{
    free(detections->items);
    *detections = (struct detections){0};
}
