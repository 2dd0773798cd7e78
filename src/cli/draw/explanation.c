/* Implements explanation.h: lays the sheet out and draws it, panel by panel. Must not know how stages come about. */
#include "explanation.h"

#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "cli/report.h"
#include "palette.h"
#include "plot.h"

/* Lengths in pixels. */
enum {
    MARGIN = 28,
    GAP = 24,
    PANEL_COLUMNS = 3,
    PANEL_SIDE = 640, /* at most, each way */
    LARGEST_ENLARGING = 16,
    NARROWEST_COLUMN = 320, /* the titles fit in */
    TEXT_SCALE = 2,
    HEADING_SCALE = 4,
    LINE = 26, /* of text, with the space below */
    HEADING_LINE = 48,
    BORDER = 2,
    BROAD_BORDER = 3,
    LEAST_LABELLED = 12,   /* lower boxes get no label */
    LEAST_LABEL_ROOM = 44, /* along a line */
    LABEL_ROOM = 3,
    BETWEEN_LABELS = 6,
    SWATCH = 14, /* of the legend */
};

enum panel { PANEL_PICTURE, PANEL_PAPER, PANEL_INK, PANEL_REASONS, PANEL_GROUPS, PANEL_DIGITS, PANELS };

/* Which candidates a grid shows. */
enum kind { KIND_DIGIT, KIND_NO_DIGIT, KIND_OTHER, KINDS };

/* Rows of 28x28 images. More than `most` are only counted. */
struct grid {
    int scale, column, most;
};
static const struct grid few_digits = {5, 160, 24}, many_digits = {3, 128, 480};
static const struct grid other_candidates = {2, 128, 240};

static const struct color page = {0xf6, 0xf5, 0xf1}, pale_text = {0x77, 0x74, 0x6e};
static const struct color sure = {0x12, 0x87, 0x4c}, doubt = {0xd9, 0x78, 0x00};
static const struct color cut_color = {0x24, 0x62, 0xd6};
static const struct color group_color = {0xa9, 0x5f, 0xc4};

/* On white; told apart by colour-blind people too, as tests/web/page_colours.test.mjs computes. */
static const struct color reason_colors[SCRAWL_REASONS] = {
    [SCRAWL_REASON_RULING] = {0x03, 0x73, 0xa9},    [SCRAWL_REASON_FRAME] = {0x90, 0x53, 0x00},
    [SCRAWL_REASON_ENCLOSURE] = {0x71, 0x0d, 0x96}, [SCRAWL_REASON_SHADOW] = {0x9d, 0x8d, 0xbf},
    [SCRAWL_REASON_GRAIN] = {0x0e, 0xa8, 0x68},     [SCRAWL_REASON_NEIGHBOUR] = {0x31, 0x01, 0xe2},
    [SCRAWL_REASON_FAINT] = {0xc5, 0x50, 0xfd},     [SCRAWL_REASON_SPECK] = {0xb9, 0x2d, 0x74},
    [SCRAWL_REASON_NO_DIGIT] = {0xff, 0x5c, 0x15},
};

struct sheet {
    const scrawl_model *model;
    const scrawl_reading *reading;
    struct canvas canvas;
    int panel_width, panel_height, column;
    double scale; /* a panel's pixels per pixel of the picture */
    uint8_t *rgb; /* [explanation's height][its width][3]: scratch */
};

/* ---- Text ---- */

static int write_text(const struct sheet *sheet, int x, int y, struct color color, const char *text)
{
    return canvas_text(&sheet->canvas, x, y, TEXT_SCALE, color, text, sheet->canvas.width - MARGIN - x);
}

/* "3 cuts" in the colour that they are drawn in. Returns where it ends. */
static int write_count(const struct sheet *sheet, int x, int y, struct color color, size_t count, const char *what)
{
    char *text = format_text("%zu %s%s", count, what, count == 1 ? "" : "s");
    int end = write_text(sheet, x, y, color, text);
    free(text);
    return end;
}

static size_t count_doubtful(const scrawl_reading *reading)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->digit_count; i++) count += reading->digits[i].doubtful;
    return count;
}

/* What was read, with a / between lines. */
static void write_text_read(const struct sheet *sheet)
{
    const scrawl_reading *reading = sheet->reading;
    char *text = format_text("%s", reading->digit_count ? reading->text : "no digits found");
    for (char *next = text; *next; next++)
        if (*next == '\n') *next = '/';
    canvas_text(&sheet->canvas, MARGIN, MARGIN, HEADING_SCALE, palette_text, text, sheet->canvas.width - 2 * MARGIN);
    free(text);
}

/* How often each reason was given; rulings count as lines. */
static void count_reasons(const scrawl_explanation *explanation, size_t counts[SCRAWL_REASONS])
{
    memset(counts, 0, SCRAWL_REASONS * sizeof *counts);
    for (size_t i = 0; i < explanation->left_out_count; i++) counts[explanation->left_out[i].reason]++;
    for (size_t i = 0; i < explanation->candidate_count; i++) counts[explanation->candidates[i].reason]++;
    counts[SCRAWL_REASON_RULING] = explanation->ruling_count;
}

/* The reasons for which ink was left out, each with its color and how often it was. */
static void write_legend(const struct sheet *sheet, int y)
{
    size_t counts[SCRAWL_REASONS];
    int x = write_text(sheet, MARGIN, y, pale_text, "Left out: "), start = x;
    count_reasons(sheet->reading->explanation, counts);
    for (int reason = SCRAWL_REASON_NONE + 1; reason < SCRAWL_REASONS; reason++) {
        if (counts[reason] == 0) continue;
        char *text = format_text("%s %zu", scrawl_reason_name(reason), counts[reason]);
        canvas_fill(&sheet->canvas, x, y, SWATCH, SWATCH, reason_colors[reason]);
        x = write_text(sheet, x + SWATCH + BETWEEN_LABELS, y, palette_text, text) + GAP;
        free(text);
    }
    if (x == start) write_text(sheet, x, y, pale_text, "nothing");
}

static void write_heading(const struct sheet *sheet, const char *name)
{
    const scrawl_reading *reading = sheet->reading;
    const scrawl_explanation *explanation = reading->explanation;
    const char *slash = strrchr(name, '/');
    char *searched = explanation->factor > 1
                         ? format_text(", searched at %d x %d", explanation->width, explanation->height)
                         : format_text("%s", "");
    size_t doubtful = count_doubtful(reading);
    char *doubts = doubtful ? format_text(", %zu doubtful", doubtful) : format_text("%s", "");
    char *rotated = explanation->rotation != 0 ? format_text(", turned by %.1f degrees", explanation->rotation)
                                               : format_text("%s", "");
    char *facts = format_text("%s: %d x %d pixels%s, %s%s%s", slash ? slash + 1 : name, reading->width, reading->height,
                              searched, explanation->dark_paper ? "light on dark" : "dark on light", rotated, doubts);
    write_text_read(sheet);
    write_text(sheet, MARGIN, MARGIN + HEADING_LINE, pale_text, facts);
    write_legend(sheet, MARGIN + HEADING_LINE + LINE);
    free(searched);
    free(rotated);
    free(doubts);
    free(facts);
}

/* ---- Planes to colors ---- */

static void color_plane(const struct sheet *sheet, const uint8_t *plane, bool is_ink)
{
    size_t pixels = (size_t)sheet->reading->explanation->width * (size_t)sheet->reading->explanation->height;
    colormap_apply(is_ink ? COLORMAP_BINARY : COLORMAP_GRAY, plane, pixels, sheet->rgb);
}

/* What was left out, in its reason's color; rulings with their soft edges. */
static void color_reasons(const struct sheet *sheet)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    color_plane(sheet, explanation->clean_ink, true);
    for (size_t i = 0; i < (size_t)explanation->width * (size_t)explanation->height; i++) {
        const int reason = explanation->reasons[i], removed = explanation->ink[i] - explanation->clean_ink[i];
        const struct color color = reason_colors[reason ? reason : SCRAWL_REASON_RULING];
        const uint8_t channels[] = {color.red, color.green, color.blue};
        for (int channel = 0; channel < CANVAS_CHANNELS; channel++) {
            uint8_t *value = &sheet->rgb[i * CANVAS_CHANNELS + (size_t)channel];
            if (reason)
                *value = channels[channel];
            else
                *value = (uint8_t)(*value - removed * (UINT8_MAX - channels[channel]) / UINT8_MAX);
        }
    }
}

/* So that what is drawn upon it stands out. */
static void color_palely(const struct sheet *sheet, const uint8_t *plane, bool is_ink)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    color_plane(sheet, plane, is_ink);
    for (size_t i = 0; i < (size_t)explanation->width * (size_t)explanation->height * CANVAS_CHANNELS; i++) {
        sheet->rgb[i] = (uint8_t)((sheet->rgb[i] + UINT8_MAX) / 2);
    }
}

/* ---- Panels ---- */

static void draw_lines(const struct sheet *sheet, const struct canvas *panel, const scrawl_line *lines, size_t count,
                       struct color color)
{
    for (size_t i = 0; i < count; i++) {
        const scrawl_line *line = &lines[i];
        canvas_line(panel, line->from_x * sheet->scale, line->from_y * sheet->scale, line->to_x * sheet->scale,
                    line->to_y * sheet->scale, BORDER, color);
    }
}

static int within(double value, int most)
{
    return value < 0 ? 0 : value > most ? most : (int)value;
}

/* A box in the panel's pixels, around what it holds, inside the panel. */
static scrawl_box scaled_box(const struct sheet *sheet, int x, int y, int width, int height)
{
    int left = within(x * sheet->scale - BORDER, sheet->panel_width);
    int top = within(y * sheet->scale - BORDER, sheet->panel_height);
    int right = within((x + width) * sheet->scale + BORDER, sheet->panel_width);
    int bottom = within((y + height) * sheet->scale + BORDER, sheet->panel_height);
    return (scrawl_box){left, top, right - left, bottom - top};
}

/* Boxes too: what is small would not be seen. */
static void draw_left_out(const struct sheet *sheet, const struct canvas *panel)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    for (size_t i = 0; i < explanation->left_out_count; i++) {
        const scrawl_left_out *left_out = &explanation->left_out[i];
        if (left_out->reason == SCRAWL_REASON_RULING) continue;
        const scrawl_box *place = &left_out->box;
        scrawl_box box = scaled_box(sheet, place->x, place->y, place->width, place->height);
        canvas_outline(panel, box.x, box.y, box.width, box.height, BORDER, reason_colors[left_out->reason]);
    }
    draw_lines(sheet, panel, explanation->rulings, explanation->ruling_count, reason_colors[SCRAWL_REASON_RULING]);
}

static void draw_groups(const struct sheet *sheet, const struct canvas *panel)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    for (size_t i = 0; i < explanation->group_count; i++) {
        const scrawl_box *group = &explanation->groups[i];
        scrawl_box box = scaled_box(sheet, group->x, group->y, group->width, group->height);
        canvas_outline(panel, box.x, box.y, box.width, box.height, BORDER, group_color);
    }
    draw_lines(sheet, panel, explanation->cuts, explanation->cut_count, cut_color);
}

static struct color color_of(const scrawl_digit *digit)
{
    return digit->doubtful ? doubt : sure;
}

/* The digit's label on a ground, at the upper left of its box, and above it where there is room. */
static void draw_label(const struct canvas *panel, int scale, const scrawl_box *box, const scrawl_digit *digit)
{
    int height = CANVAS_TEXT_HEIGHT * scale + 2 * LABEL_ROOM;
    int y = max_int(0, box->y - height);
    char *label = format_text("%s%s", digit->label, digit->doubtful ? "?" : "");
    int most = max_int(box->width, LEAST_LABEL_ROOM);
    struct canvas nowhere = canvas_part(panel, 0, 0, 0, 0);
    int width = canvas_text(&nowhere, 0, 0, scale, palette_paper, label, most) + 2 * LABEL_ROOM - scale;
    canvas_fill(panel, box->x, y, width, height, color_of(digit));
    canvas_text(panel, box->x + LABEL_ROOM, y + LABEL_ROOM, scale, palette_paper, label, most);
    free(label);
}

static void draw_digits(const struct sheet *sheet, const struct canvas *panel)
{
    const scrawl_reading *reading = sheet->reading;
    int scale = reading->digit_count <= (size_t)few_digits.most ? TEXT_SCALE : 1; /* of labels */
    for (size_t i = 0; i < reading->digit_count; i++) {
        const scrawl_digit *digit = &reading->digits[i];
        scrawl_box box = scaled_box(sheet, digit->x, digit->y, digit->width, digit->height);
        canvas_outline(panel, box.x, box.y, box.width, box.height, BORDER, color_of(digit));
        if (box.height >= LEAST_LABELLED) draw_label(panel, scale, &box, digit);
    }
}

static void draw_panel(const struct sheet *sheet, enum panel which, const struct canvas *panel)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    if (which == PANEL_PICTURE) color_plane(sheet, explanation->grey, false);
    if (which == PANEL_PAPER) color_plane(sheet, explanation->paper, false);
    if (which == PANEL_INK) color_plane(sheet, explanation->ink, true);
    if (which == PANEL_REASONS) color_reasons(sheet);
    if (which == PANEL_GROUPS) color_palely(sheet, explanation->clean_ink, true);
    if (which == PANEL_DIGITS) color_palely(sheet, explanation->grey, false);
    canvas_picture(panel, sheet->rgb, explanation->width, explanation->height);
    if (which == PANEL_REASONS) draw_left_out(sheet, panel);
    if (which == PANEL_GROUPS) draw_groups(sheet, panel);
    if (which == PANEL_DIGITS) draw_digits(sheet, panel);
}

static void write_panel_title(const struct sheet *sheet, enum panel which, int x, int y)
{
    static const char *const titles[PANELS] = {"1 Picture", "2 Paper", "3 Ink", "4 What was left out", "5 ", "6 "};
    const scrawl_explanation *explanation = sheet->reading->explanation;
    int end = write_text(sheet, x, y, palette_text, titles[which]);
    if (which == PANEL_GROUPS) {
        end = write_count(sheet, end, y, group_color, explanation->group_count, "group");
        end = write_text(sheet, end, y, palette_text, ", ");
        write_count(sheet, end, y, cut_color, explanation->cut_count, "cut");
    }
    if (which == PANEL_DIGITS) write_count(sheet, end, y, sure, sheet->reading->digit_count, "digit");
}

static void draw_panels(const struct sheet *sheet, int y)
{
    for (int i = 0; i < PANELS; i++) {
        int left = MARGIN + i % PANEL_COLUMNS * (sheet->column + GAP);
        int top = y + i / PANEL_COLUMNS * (LINE + sheet->panel_height + GAP);
        write_panel_title(sheet, i, left, top);
        canvas_outline(&sheet->canvas, left - 1, top + LINE - 1, sheet->panel_width + 2, sheet->panel_height + 2, 1,
                       palette_frame);
        struct canvas panel = canvas_part(&sheet->canvas, left, top + LINE, sheet->panel_width, sheet->panel_height);
        draw_panel(sheet, i, &panel);
    }
}

/* ---- The network's inputs ---- */

static int grid_columns(const struct sheet *sheet, const struct grid *grid)
{
    return (PANEL_COLUMNS * (sheet->column + GAP) - GAP) / grid->column;
}

static int grid_row(const struct grid *grid)
{
    return SCRAWL_IMAGE_SIDE * grid->scale + (CANVAS_TEXT_HEIGHT + 2 * LABEL_ROOM) * TEXT_SCALE + GAP / 2;
}

/* With its title, and a line for what doesn't fit; 0 for no images. */
static int grid_height(const struct sheet *sheet, const struct grid *grid, size_t count)
{
    int columns = grid_columns(sheet, grid), shown = (int)(count < (size_t)grid->most ? count : (size_t)grid->most);
    if (count == 0) return 0;
    return LINE + (shown + columns - 1) / columns * grid_row(grid) + (count > (size_t)shown ? LINE : 0) + GAP;
}

static void draw_input(const struct sheet *sheet, const struct grid *grid, int x, int y, const scrawl_candidate *seen)
{
    const scrawl_digit *digit = seen->digit < 0 ? NULL : &sheet->reading->digits[seen->digit];
    const bool no_digit = seen->reason == SCRAWL_REASON_NO_DIGIT;
    struct color color = digit ? color_of(digit) : reason_colors[SCRAWL_REASON_NO_DIGIT];
    uint8_t rgb[SCRAWL_IMAGE_PIXELS * CANVAS_CHANNELS];
    int side = SCRAWL_IMAGE_SIDE * grid->scale;
    struct canvas image = canvas_part(&sheet->canvas, x, y, side, side);
    colormap_apply(COLORMAP_GRAY, seen->input, SCRAWL_IMAGE_PIXELS, rgb);
    canvas_picture(&image, rgb, SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE);
    if (digit || no_digit)
        canvas_outline(&sheet->canvas, x - BROAD_BORDER, y - BROAD_BORDER, side + 2 * BROAD_BORDER,
                       side + 2 * BROAD_BORDER, BROAD_BORDER, color);
    char *reading =
        format_text("%s%s %.1f %%", scrawl_model_label(sheet->model, (size_t)seen->class_index),
                    no_digit || (digit && digit->doubtful) ? "?" : "", 100 * (double)seen->confidence);
    canvas_text(&sheet->canvas, x, y + side + 2 * LABEL_ROOM, TEXT_SCALE, digit || no_digit ? color : pale_text,
                reading, grid->column - BETWEEN_LABELS);
    free(reading);
}

static enum kind kind_of(const scrawl_candidate *candidate)
{
    if (candidate->digit >= 0) return KIND_DIGIT;
    return candidate->reason == SCRAWL_REASON_NO_DIGIT ? KIND_NO_DIGIT : KIND_OTHER;
}

/* The candidates of a kind. Returns where the next thing may begin. */
static int draw_grid(const struct sheet *sheet, const struct grid *grid, enum kind kind, size_t count, int number,
                     int y)
{
    static const char *const titles[KINDS] = {
        [KIND_DIGIT] = "What the network saw",
        [KIND_NO_DIGIT] = "Left out: hardly more like one digit than like any other",
        [KIND_OTHER] = "What it saw too, and is read better another way",
    };
    const scrawl_explanation *explanation = sheet->reading->explanation;
    int columns = grid_columns(sheet, grid), shown = 0;
    if (count == 0) return y;
    char *title = format_text("%d %s", number, titles[kind]);
    write_text(sheet, MARGIN, y, palette_text, title);
    free(title);
    for (size_t i = 0; i < explanation->candidate_count && shown < grid->most; i++) {
        if (kind_of(&explanation->candidates[i]) != kind) continue;
        draw_input(sheet, grid, MARGIN + shown % columns * grid->column, y + LINE + shown / columns * grid_row(grid),
                   &explanation->candidates[i]);
        shown++;
    }
    int end = y + grid_height(sheet, grid, count);
    if (count > (size_t)shown) {
        char *rest = format_text("and %zu more", count - (size_t)shown);
        write_text(sheet, MARGIN, end - GAP - LINE, pale_text, rest);
        free(rest);
    }
    return end;
}

/* ---- The sheet ---- */

/* Small pictures are enlarged by whole factors, so that each pixel stays a square. */
static void choose_panel(struct sheet *sheet)
{
    const scrawl_reading *reading = sheet->reading;
    int longer = max_int(reading->width, reading->height);
    int enlarging = min_int(PANEL_SIDE / longer, LARGEST_ENLARGING);
    sheet->scale = enlarging > 0 ? enlarging : (double)PANEL_SIDE / longer;
    sheet->panel_width = max_int(1, (int)(reading->width * sheet->scale + 0.5));
    sheet->panel_height = max_int(1, (int)(reading->height * sheet->scale + 0.5));
    sheet->column = max_int(sheet->panel_width, NARROWEST_COLUMN);
}

static void draw_sheet(struct sheet *sheet, const char *name)
{
    const scrawl_explanation *explanation = sheet->reading->explanation;
    const struct grid *grids[KINDS] = {&few_digits, &other_candidates, &other_candidates};
    size_t counts[KINDS] = {0};
    for (size_t i = 0; i < explanation->candidate_count; i++) counts[kind_of(&explanation->candidates[i])]++;
    if (counts[KIND_DIGIT] > (size_t)few_digits.most) grids[KIND_DIGIT] = &many_digits;
    int panels = MARGIN + HEADING_LINE + 2 * LINE + GAP;
    int inputs = panels + PANELS / PANEL_COLUMNS * (LINE + sheet->panel_height + GAP);
    int height = inputs + MARGIN - GAP, width = 2 * MARGIN + PANEL_COLUMNS * (sheet->column + GAP) - GAP;
    for (int kind = 0; kind < KINDS; kind++) height += grid_height(sheet, grids[kind], counts[kind]);
    sheet->canvas = canvas_create(width, height, page);
    write_heading(sheet, name);
    draw_panels(sheet, panels);
    for (int kind = 0, number = PANELS + 1; kind < KINDS; kind++) {
        inputs = draw_grid(sheet, grids[kind], kind, counts[kind], number, inputs);
        number += counts[kind] > 0;
    }
}

bool draw_explanation(const char *name, const scrawl_model *model, const scrawl_reading *reading, uint8_t **png,
                      size_t *size)
{
    const scrawl_explanation *explanation = reading->explanation;
    struct sheet sheet = {.model = model, .reading = reading};
    sheet.rgb = allocate((size_t)explanation->width * (size_t)explanation->height * CANVAS_CHANNELS);
    choose_panel(&sheet);
    draw_sheet(&sheet, name);
    bool ok = plot_png(sheet.canvas.rgb, (size_t)sheet.canvas.height, (size_t)sheet.canvas.width, 1, png, size);
    free(sheet.canvas.rgb);
    free(sheet.rgb);
    return ok;
}
