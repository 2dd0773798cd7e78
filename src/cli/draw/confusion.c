/* Implements confusion.h: lays the matrix out by its number of classes and draws it. Must not know how the counts
 * come about. */
#include "confusion.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "cli/report.h"
#include "palette.h"
#include "plot.h"

/* Lengths in pixels. */
enum {
    MARGIN = 32,
    GAP = 12,
    TITLE_SCALE = 3,
    TITLE_LINE = 40,
    TEXT_SCALE = 2,
    LINE = 30,
    LARGEST_LABEL = 168, /* longer ones are cut */
    CELL_ROOM = 8,       /* around a count */
    LEAST_CELL = 44,     /* at text scale 2 */
    LARGEST_CELL = 88,
    LEAST_MATRIX = 440,
    UNNUMBERED_CELL = CANVAS_TEXT_HEIGHT + 2,
    RATE_WIDTH = 84,  /* of "100.0 %" */
    RATE_TITLE = 108, /* of "precision" */
    LEGEND_WIDTH = 260,
    LEGEND_GAP = 120,
    LEGEND_HEIGHT = 16,
    LEAST_WIDTH = 780, /* the legends fit in side by side */
    COUNT_SIZE = 32,   /* bytes of text */
};

/* Of more classes the text is small, and of more the counts are left out, lest the picture becomes too large. */
enum { MOST_LARGE = 30, MOST_NUMBERED = 100 };

static const double dark_part = 0.6; /* of a color, above which text upon it is white */

/* A share of a row's images as a part of a color. Few are misread: by its power, one in a thousand is seen. */
struct scale {
    const struct color *full;
    double power;
    const char *title;
    double ticks[4]; /* shares that get a number */
};
static const struct scale right_scale = {&palette_blue, 1, "right, of the row's images", {0.01, 0.25, 0.5, 1}};
static const struct scale misread_scale = {
    &palette_orange, 0.25, "misread, of the row's images", {0.001, 0.01, 0.1, 1}};

struct sheet {
    const char *name;
    const scrawl_model *model;
    const scrawl_evaluation *evaluation;
    struct canvas canvas;
    int classes, scale, cell;
    bool numbered;               /* with counts in the cells and rates beside them */
    int row_label, column_label; /* the room for them */
    int left, top;               /* of the cells */
};

static size_t count_at(const struct sheet *sheet, int actual, int read)
{
    return sheet->evaluation->confusion[(size_t)actual * sheet->evaluation->class_count + (size_t)read];
}

static size_t row_sum(const struct sheet *sheet, int actual)
{
    size_t sum = 0;
    for (int read = 0; read < sheet->classes; read++) sum += count_at(sheet, actual, read);
    return sum;
}

static size_t column_sum(const struct sheet *sheet, int read)
{
    size_t sum = 0;
    for (int actual = 0; actual < sheet->classes; actual++) sum += count_at(sheet, actual, read);
    return sum;
}

/* ---- Colors ---- */

/* From paper to the full color. */
static struct color shade(struct color full, double part)
{
    const struct color from = palette_paper;
    return (struct color){
        (uint8_t)(from.red + part * (full.red - from.red) + 0.5),
        (uint8_t)(from.green + part * (full.green - from.green) + 0.5),
        (uint8_t)(from.blue + part * (full.blue - from.blue) + 0.5),
    };
}

static struct color text_upon(double part)
{
    return part > dark_part ? palette_paper : palette_text;
}

/* ---- Layout ---- */

static const char *label_of(const struct sheet *sheet, int index)
{
    return scrawl_model_label(sheet->model, (size_t)index);
}

static int widest_label(const struct sheet *sheet)
{
    int widest = 0;
    for (int i = 0; i < sheet->classes; i++)
        widest = max_int(widest, canvas_text_width(sheet->scale, label_of(sheet, i)));
    return min_int(widest, LARGEST_LABEL);
}

static int widest_count(const struct sheet *sheet)
{
    size_t largest = 0, cells = sheet->evaluation->class_count * sheet->evaluation->class_count;
    char text[COUNT_SIZE];
    for (size_t i = 0; i < cells; i++)
        if (sheet->evaluation->confusion[i] > largest) largest = sheet->evaluation->confusion[i];
    snprintf(text, sizeof text, "%zu", largest);
    return canvas_text_width(sheet->scale, text);
}

/* Few classes get larger cells than their counts need. */
static int numbered_cell(const struct sheet *sheet)
{
    int needed = max_int(LEAST_CELL * sheet->scale / TEXT_SCALE, widest_count(sheet) + CELL_ROOM * sheet->scale);
    int wanted = LEAST_MATRIX / sheet->classes;
    return max_int(needed, min_int(wanted, LARGEST_CELL));
}

static void choose_layout(struct sheet *sheet)
{
    sheet->scale = sheet->classes <= MOST_LARGE ? TEXT_SCALE : 1;
    sheet->numbered = sheet->classes <= MOST_NUMBERED;
    sheet->cell = sheet->numbered ? numbered_cell(sheet) : UNNUMBERED_CELL;
    sheet->row_label = widest_label(sheet);
    sheet->column_label = sheet->row_label;
    if (sheet->row_label + CELL_ROOM / 2 <= sheet->cell) sheet->column_label = CANVAS_TEXT_HEIGHT * sheet->scale;
    sheet->left = MARGIN + LINE + sheet->row_label + GAP;
    sheet->top = MARGIN + TITLE_LINE + LINE + GAP + LINE + sheet->column_label + GAP;
}

static int cells_end(const struct sheet *sheet, int start)
{
    return start + sheet->classes * sheet->cell;
}

/* From a cell's edge to a line of text in its middle. */
static int text_inset(const struct sheet *sheet)
{
    return (sheet->cell - CANVAS_TEXT_HEIGHT * sheet->scale) / 2 + 1;
}

/* ---- Drawing ---- */

static void write_centered(const struct sheet *sheet, int middle, int y, int scale, struct color color,
                           const char *text)
{
    canvas_text(&sheet->canvas, middle - canvas_text_width(scale, text) / 2, y, scale, color, text,
                sheet->canvas.width);
}

static void write_title(const struct sheet *sheet)
{
    const scrawl_evaluation *evaluation = sheet->evaluation;
    const char *slash = strrchr(sheet->name, '/');
    int room = sheet->canvas.width - 2 * MARGIN;
    char *title = format_text("Confusion matrix of %s", slash ? slash + 1 : sheet->name);
    char *facts = format_text("%zu image%s, %zu misread, accuracy %.2f %%", evaluation->images,
                              evaluation->images == 1 ? "" : "s", evaluation->errors, 100 * evaluation->accuracy);
    canvas_text(&sheet->canvas, MARGIN, MARGIN, TITLE_SCALE, palette_text, title, room);
    canvas_text(&sheet->canvas, MARGIN, MARGIN + TITLE_LINE, TEXT_SCALE, palette_pale_text, facts, room);
    free(title);
    free(facts);
}

static void draw_cell(const struct sheet *sheet, int actual, int read, size_t row_images)
{
    size_t count = count_at(sheet, actual, read);
    int x = sheet->left + read * sheet->cell, y = sheet->top + actual * sheet->cell;
    if (count == 0) return;
    const struct scale *scale = actual == read ? &right_scale : &misread_scale;
    double part = pow((double)count / (double)row_images, scale->power);
    char text[COUNT_SIZE];
    canvas_fill(&sheet->canvas, x, y, sheet->cell, sheet->cell, shade(*scale->full, part));
    if (!sheet->numbered) return;
    snprintf(text, sizeof text, "%zu", count);
    write_centered(sheet, x + sheet->cell / 2 + 1, y + text_inset(sheet), sheet->scale, text_upon(part), text);
}

static void draw_cells(const struct sheet *sheet)
{
    int side = sheet->classes * sheet->cell;
    for (int actual = 0; actual < sheet->classes; actual++) {
        size_t row_images = row_sum(sheet, actual);
        for (int read = 0; read < sheet->classes; read++) draw_cell(sheet, actual, read, row_images);
    }
    for (int i = 1; sheet->numbered && i < sheet->classes; i++) {
        canvas_fill(&sheet->canvas, sheet->left + i * sheet->cell, sheet->top, 1, side, palette_grid);
        canvas_fill(&sheet->canvas, sheet->left, sheet->top + i * sheet->cell, side, 1, palette_grid);
    }
    canvas_outline(&sheet->canvas, sheet->left, sheet->top, side + 1, side + 1, 1, palette_frame);
}

static void write_column_label(const struct sheet *sheet, int index)
{
    int middle = sheet->left + index * sheet->cell + sheet->cell / 2 + 1,
        text_height = CANVAS_TEXT_HEIGHT * sheet->scale;
    const char *label = label_of(sheet, index);
    if (sheet->column_label == text_height)
        write_centered(sheet, middle, sheet->top - GAP - text_height, sheet->scale, palette_text, label);
    else
        canvas_text_upwards(&sheet->canvas, middle - text_height / 2, sheet->top - GAP, sheet->scale, palette_text,
                            label, sheet->column_label + sheet->scale);
}

static void write_row_label(const struct sheet *sheet, int index)
{
    int y = sheet->top + index * sheet->cell + text_inset(sheet);
    const char *label = label_of(sheet, index);
    int width = min_int(canvas_text_width(sheet->scale, label), sheet->row_label);
    canvas_text(&sheet->canvas, sheet->left - GAP - width, y, sheet->scale, palette_text, label,
                sheet->row_label + sheet->scale);
}

static void write_axes(const struct sheet *sheet)
{
    static const char down[] = "is", right[] = "read as";
    int middle = sheet->classes * sheet->cell / 2;
    for (int i = 0; i < sheet->classes; i++) {
        write_row_label(sheet, i);
        write_column_label(sheet, i);
    }
    write_centered(sheet, sheet->left + middle, MARGIN + TITLE_LINE + LINE + GAP, TEXT_SCALE, palette_pale_text, right);
    canvas_text_upwards(&sheet->canvas, MARGIN, sheet->top + middle + canvas_text_width(TEXT_SCALE, down) / 2,
                        TEXT_SCALE, palette_pale_text, down, LARGEST_LABEL);
}

/* "98.1 %", level from the point to the right or upwards to it; nothing where there is no image to be right about. */
static void write_rate(const struct sheet *sheet, int x, int y, bool upwards, size_t right, size_t all)
{
    if (all == 0) return;
    char *text = format_text("%.1f %%", 100 * (double)right / (double)all);
    if (upwards)
        canvas_text_upwards(&sheet->canvas, x, y + canvas_text_width(sheet->scale, text), sheet->scale,
                            palette_pale_text, text, RATE_WIDTH + GAP);
    else
        canvas_text(&sheet->canvas, x, y, sheet->scale, palette_pale_text, text, RATE_WIDTH + GAP);
    free(text);
}

static void write_rates(const struct sheet *sheet)
{
    if (!sheet->numbered) return;
    int right = cells_end(sheet, sheet->left) + GAP, bottom = cells_end(sheet, sheet->top) + GAP;
    int inside = text_inset(sheet);
    for (int i = 0; i < sheet->classes; i++) {
        size_t hits = count_at(sheet, i, i);
        write_rate(sheet, right, sheet->top + i * sheet->cell + inside, false, hits, row_sum(sheet, i));
        write_rate(sheet, sheet->left + i * sheet->cell + inside, bottom, true, hits, column_sum(sheet, i));
    }
    canvas_text(&sheet->canvas, right, sheet->top - GAP - CANVAS_TEXT_HEIGHT * TEXT_SCALE, TEXT_SCALE,
                palette_pale_text, "recall", RATE_TITLE + GAP);
    canvas_text(&sheet->canvas, right, bottom, TEXT_SCALE, palette_pale_text, "precision", RATE_TITLE + GAP);
}

/* A scale's colors, with shares in per cent below. */
static void draw_legend(const struct sheet *sheet, int x, int y, const struct scale *scale)
{
    canvas_text(&sheet->canvas, x, y, TEXT_SCALE, palette_text, scale->title, sheet->canvas.width);
    y += LINE - GAP / 2;
    for (int i = 0; i < LEGEND_WIDTH; i++)
        canvas_fill(&sheet->canvas, x + i, y, 1, LEGEND_HEIGHT, shade(*scale->full, (double)(i + 1) / LEGEND_WIDTH));
    canvas_outline(&sheet->canvas, x, y, LEGEND_WIDTH, LEGEND_HEIGHT, 1, palette_frame);
    for (size_t i = 0; i < sizeof scale->ticks / sizeof scale->ticks[0]; i++) {
        int at = x + (int)(pow(scale->ticks[i], scale->power) * (LEGEND_WIDTH - 1));
        char *text = format_text("%g%s", 100 * scale->ticks[i], scale->ticks[i] < 1 ? "" : " %");
        canvas_fill(&sheet->canvas, at, y + LEGEND_HEIGHT, 1, GAP / 2, palette_pale_text);
        write_centered(sheet, at, y + LEGEND_HEIGHT + GAP * 3 / 4, TEXT_SCALE, palette_pale_text, text);
        free(text);
    }
}

bool draw_confusion(const char *name, const scrawl_model *model, const scrawl_evaluation *evaluation, uint8_t **png,
                    size_t *size)
{
    struct sheet sheet = {
        .name = name, .model = model, .evaluation = evaluation, .classes = (int)evaluation->class_count};
    choose_layout(&sheet);
    int rates = sheet.numbered ? GAP + RATE_WIDTH : 0;
    int legend = cells_end(&sheet, sheet.top) + rates + 2 * GAP;
    int width = max_int(LEAST_WIDTH, cells_end(&sheet, sheet.left) + (sheet.numbered ? GAP + RATE_TITLE : 0) + MARGIN);
    sheet.canvas = canvas_create(width, legend + 2 * LINE + LEGEND_HEIGHT + MARGIN, palette_paper);
    write_title(&sheet);
    draw_cells(&sheet);
    write_axes(&sheet);
    write_rates(&sheet);
    draw_legend(&sheet, MARGIN, legend, &right_scale);
    draw_legend(&sheet, MARGIN + LEGEND_WIDTH + LEGEND_GAP, legend, &misread_scale);
    bool ok = plot_png(sheet.canvas.rgb, (size_t)sheet.canvas.height, (size_t)sheet.canvas.width, 1, png, size);
    free(sheet.canvas.rgb);
    return ok;
}
