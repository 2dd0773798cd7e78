/* Implements curves.h: two charts side by side, with axes, curves and a legend. Must not know how a training
 * goes. */
#include "curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"
#include "cli/report.h"
#include "palette.h"
#include "plot.h"

/* Lengths in pixels. */
enum {
    MARGIN = 36,
    TITLE_SCALE = 3,
    TITLE_LINE = 40,
    TEXT_SCALE = 2,
    TEXT_HEIGHT = CANVAS_TEXT_HEIGHT * TEXT_SCALE,
    LINE = 30,
    GAP = 10,
    CHART_WIDTH = 520, /* within the axes */
    CHART_HEIGHT = 380,
    TICK_ROOM = 92, /* for "0.0025" and "99.75 %" left of an axis */
    BETWEEN = 40,
    TICK = 6,
    LEGEND_SAMPLE = 36,
    MOST_MARKED = 60, /* epochs; the dots of more would run together */
    WIDTH = 2 * (MARGIN + TICK_ROOM + CHART_WIDTH) + BETWEEN,
    HEIGHT = MARGIN + TITLE_LINE + LINE + GAP + LINE + CHART_HEIGHT + 4 * LINE + MARGIN,
};
enum { LEAST_TICKS = 4, LEAST_STEPS = 3, MOST_EPOCH_TICKS = 10 };
static const double least_span = 1e-4, lonely_span = 0.1; /* of an axis; the latter times its only value */

/* In pixels; where two curves lie upon each other, the lower one's edges are seen. */
struct pen {
    const struct color *color;
    double line, dot;
};
static const struct pen training_pen = {&palette_blue, 3.4, 8}, validation_pen = {&palette_orange, 1.8, 5};

enum curve { LOSS, ACCURACY, VALIDATION_LOSS, VALIDATION_ACCURACY };

/* From value to pixel: ticks are whole multiples of the step. */
struct axis {
    double low, high, step;
};

struct chart {
    struct canvas canvas; /* what lies within the axes */
    const struct epoch_figures *epochs;
    size_t count;
    struct axis across, up;
};

static double figure(const struct epoch_figures *epoch, enum curve curve)
{
    return curve == LOSS              ? epoch->loss
           : curve == ACCURACY        ? epoch->accuracy
           : curve == VALIDATION_LOSS ? epoch->validation_loss
                                      : epoch->validation_accuracy;
}

/* ---- Axes ---- */

/* The largest of 1, 2 and 5 times a power of ten that goes into the span so many times. */
static double round_step(double span, int times)
{
    double wanted = span / times, power = pow(10, floor(log10(wanted)));
    return wanted >= 5 * power ? 5 * power : wanted >= 2 * power ? 2 * power : power;
}

/* Around all values of two curves, between whole steps; 0 .. 1 without any. */
static struct axis axis_around(const struct epoch_figures *epochs, size_t count, enum curve first, enum curve second)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, fmin(figure(&epochs[i], first), figure(&epochs[i], second)));
        high = fmax(high, fmax(figure(&epochs[i], first), figure(&epochs[i], second)));
    }
    if (low > high) return (struct axis){0, 1, 0.2};
    double step = round_step(high - low > least_span ? high - low : fmax(high * lonely_span, least_span), LEAST_TICKS);
    struct axis axis = {floor(low / step) * step, ceil(high / step) * step, step};
    for (int steps = (int)((axis.high - axis.low) / step + 0.5); steps < LEAST_STEPS; steps++) {
        if (axis.low > step / 2)
            axis.low -= step;
        else
            axis.high += step;
    }
    return axis;
}

static struct axis axis_of_epochs(size_t count)
{
    double step = fmax(1, round_step((double)count, LEAST_TICKS));
    if ((double)count / step > MOST_EPOCH_TICKS) step *= 2;
    if (count <= MOST_EPOCH_TICKS) step = 1;
    return count > 1 ? (struct axis){1, (double)count, step} : (struct axis){0, 2, 1};
}

static double place_across(const struct chart *chart, double epoch)
{
    const struct axis *axis = &chart->across;
    return (epoch - axis->low) / (axis->high - axis->low) * chart->canvas.width;
}

static double place_up(const struct chart *chart, double value)
{
    const struct axis *axis = &chart->up;
    return (axis->high - value) / (axis->high - axis->low) * chart->canvas.height;
}

static int decimals_of(double step)
{
    int decimals = (int)ceil(-log10(step) - 1e-9);
    return decimals > 0 ? decimals : 0;
}

/* ---- Drawing ---- */

static void write_up_tick(const struct canvas *sheet, int right, int middle, const struct axis *axis, double value,
                          bool per_cent)
{
    double times = per_cent ? 100 : 1;
    char *text = format_text("%.*f%s", decimals_of(axis->step * times), value * times, per_cent ? " %" : "");
    int width = canvas_text_width(TEXT_SCALE, text);
    canvas_text(sheet, right - width, middle - TEXT_HEIGHT / 2, TEXT_SCALE, palette_pale_text, text, TICK_ROOM + GAP);
    free(text);
}

static void draw_up_axis(const struct canvas *sheet, const struct chart *chart, int left, int top, bool per_cent)
{
    const struct axis *axis = &chart->up;
    int steps = (int)((axis->high - axis->low) / axis->step + 0.5);
    for (int i = 0; i <= steps; i++) {
        double value = axis->low + i * axis->step;
        int y = top + (int)(place_up(chart, value) + 0.5);
        canvas_fill(sheet, left, y, CHART_WIDTH, 1, palette_grid);
        canvas_fill(sheet, left - TICK, y, TICK, 1, palette_frame);
        write_up_tick(sheet, left - TICK - GAP, y, axis, value, per_cent);
    }
}

static void draw_epoch_tick(const struct canvas *sheet, const struct chart *chart, int left, int bottom, double epoch)
{
    int x = left + (int)(place_across(chart, epoch) + 0.5);
    char *text = format_text("%.0f", epoch);
    canvas_fill(sheet, x, bottom, 1, TICK, palette_frame);
    canvas_text(sheet, x - canvas_text_width(TEXT_SCALE, text) / 2, bottom + TICK + GAP, TEXT_SCALE, palette_pale_text,
                text, CHART_WIDTH);
    free(text);
}

/* The first epoch, and whole steps that leave it room. */
static void draw_epoch_axis(const struct canvas *sheet, const struct chart *chart, int left, int bottom)
{
    static const char title[] = "epoch";
    double step = chart->across.step;
    draw_epoch_tick(sheet, chart, left, bottom, 1);
    for (double epoch = step; epoch <= (double)chart->count; epoch += step)
        if (epoch > 1) draw_epoch_tick(sheet, chart, left, bottom, epoch);
    canvas_text(sheet, left + CHART_WIDTH / 2 - canvas_text_width(TEXT_SCALE, title) / 2, bottom + TICK + GAP + LINE,
                TEXT_SCALE, palette_pale_text, title, CHART_WIDTH);
}

/* Epochs next to each other are joined; dots show where each lies. */
static void draw_curve(const struct canvas *sheet, const struct chart *chart, int left, int top, enum curve curve,
                       const struct pen *pen)
{
    double from_x = NAN, from_y = NAN;
    for (size_t i = 0; i < chart->count; i++) {
        double value = figure(&chart->epochs[i], curve);
        double x = left + 0.5 + place_across(chart, (double)i + 1), y = top + 0.5 + place_up(chart, value);
        bool alone = isnan(from_x) && (i + 1 == chart->count || isnan(figure(&chart->epochs[i + 1], curve)));
        if (isnan(value)) {
            from_x = NAN;
            continue;
        }
        if (!isnan(from_x)) canvas_smooth_line(sheet, from_x, from_y, x, y, pen->line, *pen->color);
        if (chart->count <= MOST_MARKED || alone) canvas_smooth_line(sheet, x, y, x, y, pen->dot, *pen->color);
        from_x = x;
        from_y = y;
    }
}

static int draw_legend_entry(const struct canvas *sheet, int x, int y, const struct pen *pen, const char *text)
{
    double middle = y + TEXT_HEIGHT / 2.0;
    canvas_smooth_line(sheet, x, middle, x + LEGEND_SAMPLE, middle, pen->line, *pen->color);
    canvas_smooth_line(sheet, x + LEGEND_SAMPLE / 2.0, middle, x + LEGEND_SAMPLE / 2.0, middle, pen->dot, *pen->color);
    return canvas_text(sheet, x + LEGEND_SAMPLE + GAP, y, TEXT_SCALE, palette_text, text, CHART_WIDTH) + BETWEEN;
}

static void draw_chart(const struct canvas *sheet, int left, const struct epoch_figures *epochs, size_t count,
                       enum curve curve, enum curve validation)
{
    int top = MARGIN + TITLE_LINE + LINE + GAP + LINE;
    struct chart chart = {
        .canvas = canvas_part(sheet, left, top, CHART_WIDTH, CHART_HEIGHT),
        .epochs = epochs,
        .count = count,
        .across = axis_of_epochs(count),
        .up = axis_around(epochs, count, curve, validation),
    };
    canvas_text(sheet, left, top - LINE, TEXT_SCALE, palette_text, curve == LOSS ? "loss" : "accuracy", CHART_WIDTH);
    draw_up_axis(sheet, &chart, left, top, curve == ACCURACY);
    draw_epoch_axis(sheet, &chart, left, top + CHART_HEIGHT);
    canvas_fill(sheet, left, top, 1, CHART_HEIGHT, palette_frame);
    canvas_fill(sheet, left, top + CHART_HEIGHT, CHART_WIDTH + 1, 1, palette_frame);
    draw_curve(sheet, &chart, left, top, curve, &training_pen);
    draw_curve(sheet, &chart, left, top, validation, &validation_pen);
}

/* The last epoch that is known; `count` for none. */
static size_t last_known(const struct epoch_figures *epochs, size_t count)
{
    for (size_t i = count; i > 0; i--)
        if (!isnan(epochs[i - 1].loss)) return i - 1;
    return count;
}

static void write_title(const struct canvas *sheet, const char *name, const struct epoch_figures *epochs, size_t count)
{
    const char *slash = strrchr(name, '/');
    size_t last = last_known(epochs, count);
    char *title = format_text("Training of %s", slash ? slash + 1 : name);
    canvas_text(sheet, MARGIN, MARGIN, TITLE_SCALE, palette_text, title, WIDTH - 2 * MARGIN);
    free(title);
    if (last == count) return;
    const struct epoch_figures *figures = &epochs[last];
    char *validation = isnan(figures->validation_loss)
                           ? format_text("%s", "")
                           : format_text(", validation loss %.4f, accuracy %.2f %%", figures->validation_loss,
                                         100 * figures->validation_accuracy);
    char *facts = format_text("after epoch %zu of %zu: loss %.4f, accuracy %.2f %%%s", last + 1, count, figures->loss,
                              100 * figures->accuracy, validation);
    canvas_text(sheet, MARGIN, MARGIN + TITLE_LINE, TEXT_SCALE, palette_pale_text, facts, WIDTH - 2 * MARGIN);
    free(validation);
    free(facts);
}

static void draw_legend(const struct canvas *sheet, const struct epoch_figures *epochs, size_t count)
{
    size_t last = last_known(epochs, count);
    int x = draw_legend_entry(sheet, MARGIN + TICK_ROOM, HEIGHT - MARGIN - TEXT_HEIGHT, &training_pen,
                              "training (mean while it learned)");
    if (last < count && !isnan(epochs[last].validation_loss))
        draw_legend_entry(sheet, x, HEIGHT - MARGIN - TEXT_HEIGHT, &validation_pen, "validation (at the epoch's end)");
}

bool draw_curves(const char *name, const struct epoch_figures *epochs, size_t count, uint8_t **png, size_t *size)
{
    struct canvas sheet = canvas_create(WIDTH, HEIGHT, palette_paper);
    int second = MARGIN + TICK_ROOM + CHART_WIDTH + BETWEEN + TICK_ROOM;
    write_title(&sheet, name, epochs, count);
    draw_chart(&sheet, MARGIN + TICK_ROOM, epochs, count, LOSS, VALIDATION_LOSS);
    draw_chart(&sheet, second, epochs, count, ACCURACY, VALIDATION_ACCURACY);
    draw_legend(&sheet, epochs, count);
    bool ok = plot_png(sheet.rgb, (size_t)sheet.height, (size_t)sheet.width, 1, png, size);
    free(sheet.rgb);
    return ok;
}
