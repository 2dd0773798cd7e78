/* Implements mistakes.h: a grid of images, each with what it is, what it was read as and how confidently. Must not
 * know how the readings come about. */
#include "mistakes.h"

#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "cli/report.h"
#include "palette.h"
#include "plot.h"

/* Lengths in pixels. */
enum {
    MARGIN = 32,
    TITLE_SCALE = 3,
    TITLE_LINE = 40,
    TEXT_SCALE = 2,
    LINE = 20,
    IMAGE_SCALE = 4,
    IMAGE_SIDE = SCRAWL_IMAGE_SIDE * IMAGE_SCALE,
    WIDTH = 2 * MARGIN + 1232,
    GAP = 26,
    BELOW_IMAGE = 8,
    ARROW = 16, /* its length */
    ARROW_HEAD = 4,
    ARROW_ROOM = 6, /* beside it */
};
static const double arrow_width = 1.6;

/* Columns from one image to the next, as long labels need them or not. */
struct grid {
    int columns, column, text_room; /* the latter two in pixels */
};
static const struct grid short_labels = {9, 140, 132}, long_labels = {7, 184, 176};

struct sheet {
    const char *name;
    const scrawl_model *model;
    const scrawl_dataset *dataset;
    const scrawl_evaluation *evaluation;
    struct canvas canvas;
    size_t *mistakes; /* [evaluation->errors] indices, the most confident first */
    int shown;
    const struct grid *grid; /* with long labels, what it is and what it was read as get a line each */
};

/* ---- Which ones ---- */

struct mistake {
    size_t index;
    float confidence;
};

static int by_confidence(const void *left, const void *right)
{
    const struct mistake *a = left, *b = right;
    if (a->confidence != b->confidence) return a->confidence < b->confidence ? 1 : -1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void choose_mistakes(struct sheet *sheet)
{
    const scrawl_evaluation *evaluation = sheet->evaluation;
    struct mistake *mistakes = allocate(evaluation->errors * sizeof *mistakes);
    size_t count = 0;
    for (size_t i = 0; i < evaluation->images; i++)
        if (evaluation->predictions[i] != scrawl_dataset_label(sheet->dataset, i))
            mistakes[count++] = (struct mistake){i, evaluation->confidences[i]};
    qsort(mistakes, count, sizeof *mistakes, by_confidence);
    sheet->mistakes = allocate(count * sizeof *sheet->mistakes);
    for (size_t i = 0; i < count; i++) sheet->mistakes[i] = mistakes[i].index;
    sheet->shown = count < MISTAKES_DRAWN ? (int)count : MISTAKES_DRAWN;
    free(mistakes);
}

/* ---- Drawing ---- */

static void write_title(const struct sheet *sheet)
{
    const scrawl_evaluation *evaluation = sheet->evaluation;
    const char *slash = strrchr(sheet->name, '/'), *name = slash ? slash + 1 : sheet->name;
    int room = sheet->canvas.width - 2 * MARGIN;
    char *title = format_text("%zu of %zu image%s misread by %s", evaluation->errors, evaluation->images,
                              evaluation->images == 1 ? "" : "s", name);
    char *facts = evaluation->errors == 0 ? format_text("Every image was read as what it is: there is nothing to show.")
                  : evaluation->errors > MISTAKES_DRAWN
                      ? format_text("the %d most confident ones: what it is, what it was read as, confidence, number",
                                    (int)MISTAKES_DRAWN)
                      : format_text("the most confident first: what it is, what it was read as, confidence, number");
    canvas_text(&sheet->canvas, MARGIN, MARGIN, TITLE_SCALE, palette_text, title, room);
    canvas_text(&sheet->canvas, MARGIN, MARGIN + TITLE_LINE, TEXT_SCALE, palette_pale_text, facts, room);
    free(title);
    free(facts);
}

/* To the right, in the middle of a line of text; returns where the next letter may begin. */
static int draw_arrow(const struct canvas *canvas, int x, int y)
{
    double middle = y + CANVAS_TEXT_HEIGHT * TEXT_SCALE / 2.0;
    int tip = x + ARROW;
    canvas_smooth_line(canvas, x + 1, middle, tip - 1, middle, arrow_width, palette_pale_text);
    canvas_smooth_line(canvas, tip - 1 - ARROW_HEAD, middle - ARROW_HEAD, tip - 1, middle, arrow_width,
                       palette_pale_text);
    canvas_smooth_line(canvas, tip - 1 - ARROW_HEAD, middle + ARROW_HEAD, tip - 1, middle, arrow_width,
                       palette_pale_text);
    return tip + ARROW_ROOM;
}

static int label_width(const struct sheet *sheet, size_t class)
{
    return canvas_text_width(TEXT_SCALE, scrawl_model_label(sheet->model, class));
}

static bool fits_one_line(const struct sheet *sheet, size_t index)
{
    size_t actual = (size_t)scrawl_dataset_label(sheet->dataset, index), read = sheet->evaluation->predictions[index];
    return label_width(sheet, actual) + 2 * ARROW_ROOM + ARROW + label_width(sheet, read) <= short_labels.text_room;
}

/* Returns the next line's y. */
static int write_reading(const struct sheet *sheet, int x, int y, size_t index)
{
    const char *actual = scrawl_model_label(sheet->model, (size_t)scrawl_dataset_label(sheet->dataset, index));
    const char *read = scrawl_model_label(sheet->model, sheet->evaluation->predictions[index]);
    const struct canvas *canvas = &sheet->canvas;
    int room = sheet->grid->text_room, next = x;
    canvas_text(canvas, x, y, TEXT_SCALE, palette_text, actual, room);
    if (sheet->grid == &long_labels)
        y += LINE;
    else
        next += canvas_text_width(TEXT_SCALE, actual) + ARROW_ROOM;
    next = draw_arrow(canvas, next, y);
    canvas_text(canvas, next, y, TEXT_SCALE, palette_orange, read, x + room + TEXT_SCALE - next);
    return y + LINE;
}

static void draw_image(const struct sheet *sheet, int x, int y, const uint8_t *grey)
{
    uint8_t rgb[SCRAWL_IMAGE_PIXELS * CANVAS_CHANNELS];
    struct canvas image = canvas_part(&sheet->canvas, x, y, IMAGE_SIDE, IMAGE_SIDE);
    colormap_apply(COLORMAP_BINARY, grey, SCRAWL_IMAGE_PIXELS, rgb);
    canvas_picture(&image, rgb, SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE);
    canvas_outline(&sheet->canvas, x - 1, y - 1, IMAGE_SIDE + 2, IMAGE_SIDE + 2, 1, palette_frame);
}

static void draw_mistake(const struct sheet *sheet, int x, int y, size_t index)
{
    draw_image(sheet, x, y, scrawl_dataset_image(sheet->dataset, index));
    y = write_reading(sheet, x, y + IMAGE_SIDE + BELOW_IMAGE, index);
    char *confidence = format_text("%.1f %%", 100 * (double)sheet->evaluation->confidences[index]);
    char *number = format_text("#%zu", index);
    canvas_text(&sheet->canvas, x, y, TEXT_SCALE, palette_text, confidence, sheet->grid->text_room);
    canvas_text(&sheet->canvas, x, y + LINE, TEXT_SCALE, palette_pale_text, number, sheet->grid->text_room);
    free(confidence);
    free(number);
}

static void choose_grid(struct sheet *sheet)
{
    sheet->grid = &short_labels;
    for (int i = 0; i < sheet->shown; i++)
        if (!fits_one_line(sheet, sheet->mistakes[i])) sheet->grid = &long_labels;
}

static void draw_sheet(struct sheet *sheet)
{
    int columns = sheet->grid->columns, rows = (sheet->shown + columns - 1) / columns;
    int top = MARGIN + TITLE_LINE + LINE + GAP, lines = sheet->grid == &long_labels ? 4 : 3;
    int row_height = IMAGE_SIDE + BELOW_IMAGE + lines * LINE + GAP;
    int height = top + rows * row_height - GAP + MARGIN - (LINE - CANVAS_TEXT_HEIGHT * TEXT_SCALE);
    sheet->canvas = canvas_create(WIDTH, height, palette_paper);
    write_title(sheet);
    for (int i = 0; i < sheet->shown; i++) {
        draw_mistake(sheet, MARGIN + i % columns * sheet->grid->column, top + i / columns * row_height,
                     sheet->mistakes[i]);
    }
}

bool draw_mistakes(const char *name, const scrawl_model *model, const scrawl_dataset *dataset,
                   const scrawl_evaluation *evaluation, uint8_t **png, size_t *size)
{
    struct sheet sheet = {.name = name, .model = model, .dataset = dataset, .evaluation = evaluation};
    choose_mistakes(&sheet);
    choose_grid(&sheet);
    draw_sheet(&sheet);
    bool ok = plot_png(sheet.canvas.rgb, (size_t)sheet.canvas.height, (size_t)sheet.canvas.width, 1, png, size);
    free(sheet.canvas.rgb);
    free(sheet.mistakes);
    return ok;
}
