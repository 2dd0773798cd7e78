/* Reads boxes of pages with a model, for measuring it apart from what finds boxes: those that are named, or boxes of
 * made pages. Knows no scores: boxes.mjs does.
 * Usage: read_boxes MODEL < lines of LEFT TOP RIGHT BOTTOM FILE   prints a line of CLASS CONFIDENCE for each
 *        read_boxes MODEL COUNT DIR   makes boxes of MNIST's images for validation: LABEL CLASS CONFIDENCE, - for no
 * digit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/data.h"
#include "cli/files.h"
#include "cli/models.h"
#include "cli/report.h"
#include "data/dataset.h"
#include "layers/loss.h"
#include "pages/page.h"
#include "picture/grey_input.h"
#include "picture/picture.h"
#include "picture/polarity.h"

enum {
    CLASSES = 10,
    MOST_LINE = 5000,        /* bytes */
    TRAINING_IMAGES = 57000, /* of MNIST's 60,000: the others validate */
    SEED = 1000003           /* no training's */
};

static void print_answer(const scrawl_model *model, const uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    float probabilities[CLASSES];
    if (scrawl_predict_images(model, image, 1, 1, probabilities) != SCRAWL_OK) {
        complain("%s", scrawl_error());
        exit(EXIT_TROUBLE);
    }
    const size_t best = most_probable(CLASSES, probabilities);
    printf("%zu %.6f\n", best, (double)probabilities[best]);
}

/* ---- Boxes of pictures ---- */

/* The last picture that was named. */
struct shown {
    char path[MOST_LINE];
    struct picture picture;
    bool dark;
};

static bool show(const char *path, struct shown *shown)
{
    struct bytes bytes;
    if (strcmp(path, shown->path) == 0) return true;
    picture_free(&shown->picture);
    if (!file_read(path, &bytes)) {
        complain("%s", file_error());
        return false;
    }
    const bool ok = picture_decode(bytes.data, bytes.size, &shown->picture) == SCRAWL_OK;
    free(bytes.data);
    if (!ok) {
        complain("%s: %s", path, scrawl_error());
        return false;
    }
    memcpy(shown->path, path, strlen(path) + 1);
    shown->dark = paper_is_dark(&shown->picture);
    return true;
}

/* What a line names: its box, and where the file's name begins; NULL when there are no four numbers before it. */
static const char *parse_line(char *line, struct place *box)
{
    float *const sides[] = {&box->left, &box->top, &box->right, &box->bottom};
    char *rest = line;
    line[strcspn(line, "\n")] = 0;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        char *const start = rest;
        *sides[i] = strtof(start, &rest);
        if (rest == start || *rest != ' ') return NULL;
    }
    return rest + 1;
}

static bool read_named(const scrawl_model *model)
{
    static struct shown shown;
    static char line[MOST_LINE];
    bool ok = true;
    while (ok && fgets(line, sizeof line, stdin)) {
        struct place box;
        uint8_t image[SCRAWL_IMAGE_PIXELS];
        const char *path = parse_line(line, &box);
        if (!path) complain("A line must be LEFT TOP RIGHT BOTTOM FILE.");
        ok = path && show(path, &shown);
        if (!ok) break;
        const struct picture *picture = &shown.picture;
        grey_input(picture->grey, picture->width, picture->height, shown.dark ? UINT8_MAX : 0, &box, image);
        print_answer(model, image);
    }
    picture_free(&shown.picture);
    return ok;
}

/* ---- Boxes of made pages ---- */

static bool read_made(const scrawl_model *model, uint64_t count, const char *folder)
{
    const struct data_request request = {.folder = folder, .part = DATA_TRAIN, .idx_class_count = CLASSES};
    struct data data;
    struct page_boxes *boxes;
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    if (!data_load(&request, &data)) return false;
    const scrawl_dataset *all = data.dataset;
    if (all->count <= TRAINING_IMAGES || page_boxes_create(1, &boxes) != SCRAWL_OK) {
        complain("There are no images for validation, or no memory for pages.");
        data_free(&data);
        return false;
    }
    const struct page_source source = {all->images + (size_t)TRAINING_IMAGES * SCRAWL_IMAGE_PIXELS,
                                       all->labels + TRAINING_IMAGES, all->count - TRAINING_IMAGES};
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t label = page_boxes_make(boxes, 0, &source, SEED, i, image);
        if (label == NO_CLASS)
            printf("- ");
        else
            printf("%d ", label);
        print_answer(model, image);
    }
    page_boxes_free(boxes);
    data_free(&data);
    return true;
}

int main(int argument_count, char **arguments)
{
    scrawl_model *model = NULL;
    if (argument_count != 2 && argument_count != 4) {
        complain("Usage: read_boxes MODEL [COUNT DIR]");
        return EXIT_USAGE;
    }
    if (!model_open(arguments[1], &model)) return EXIT_TROUBLE;
    bool ok = scrawl_model_class_count(model) == CLASSES;
    if (!ok) complain("The model doesn't read the ten digits.");
    if (ok && argument_count == 2) ok = read_named(model);
    if (ok && argument_count == 4) ok = read_made(model, strtoull(arguments[2], NULL, 10), arguments[3]);
    scrawl_model_free(model);
    return ok ? EXIT_FINE : EXIT_TROUBLE;
}
