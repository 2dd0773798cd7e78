/* Implements doubt_crop.h. Must not know who looks at it. */
#include "doubt_crop.h"

#include <math.h>
#include <stdlib.h>

#include "canvas.h"
#include "cli/report.h"
#include "palette.h"
#include "plot.h"

enum {
    USUAL_HEIGHT = 160, /* pixels that a digit is enlarged or reduced to */
    LARGEST_WIDTH = 1600,
    LARGEST_HEIGHT = 1200,
    MARGIN_SHARE = 3, /* of a digit's height lies around the box */
    LINE = 4,         /* under a doubtful digit, pixels */
};

/* A part of the picture, in pixels of the explanation's planes. */
struct part {
    int left, top, width, height;
    double scale; /* the crop's pixels for each */
};

static int tallest(const scrawl_reading *reading)
{
    int height = 1;
    for (size_t i = 0; i < reading->digit_count; i++) height = max_int(height, reading->digits[i].height);
    return height;
}

static struct part choose_part(const scrawl_reading *reading, scrawl_box box)
{
    const scrawl_explanation *explanation = reading->explanation;
    const int factor = explanation->factor, margin = tallest(reading) / MARGIN_SHARE + factor;
    struct part part = {.left = max_int(0, (box.x - margin) / factor), .top = max_int(0, (box.y - margin) / factor)};
    part.left = min_int(part.left, explanation->width - 1);
    part.top = min_int(part.top, explanation->height - 1);
    const int right = min_int(explanation->width, (box.x + box.width + margin) / factor + 1);
    const int bottom = min_int(explanation->height, (box.y + box.height + margin) / factor + 1);
    part.width = max_int(1, right - part.left);
    part.height = max_int(1, bottom - part.top);
    part.scale = (double)USUAL_HEIGHT * factor / tallest(reading);
    part.scale = fmin(part.scale, fmin((double)LARGEST_WIDTH / part.width, (double)LARGEST_HEIGHT / part.height));
    return part;
}

/* The part's grey, as rgb[height][width][3]; to be freed. */
static uint8_t *cut_out(const scrawl_explanation *explanation, const struct part *part)
{
    uint8_t *rgb = allocate((size_t)part->width * (size_t)part->height * CANVAS_CHANNELS), *next = rgb;
    for (int y = 0; y < part->height; y++) {
        const uint8_t *row = explanation->grey + (size_t)(part->top + y) * (size_t)explanation->width + part->left;
        for (int x = 0; x < part->width; x++)
            for (int i = 0; i < CANVAS_CHANNELS; i++) *next++ = row[x];
    }
    return rgb;
}

static void underline(const struct canvas *canvas, const struct part *part, int factor, const scrawl_digit *digit)
{
    const double scale = part->scale / factor;
    const int x = (int)(scale * digit->x - part->scale * part->left), width = max_int(1, (int)(scale * digit->width));
    const int y = (int)(scale * (digit->y + digit->height) - part->scale * part->top) + LINE;
    canvas_fill(canvas, x, min_int(y, canvas->height - LINE), width, LINE, palette_orange);
}

bool draw_doubt_crop(const scrawl_reading *reading, scrawl_box box, uint8_t **png, size_t *size)
{
    const struct part part = choose_part(reading, box);
    const int width = max_int(1, (int)(part.scale * part.width)), height = max_int(1, (int)(part.scale * part.height));
    const struct canvas canvas = canvas_create(width, height, palette_paper);
    uint8_t *rgb = cut_out(reading->explanation, &part);
    canvas_picture(&canvas, rgb, part.width, part.height);
    for (size_t i = 0; i < reading->digit_count; i++)
        if (reading->digits[i].doubtful) underline(&canvas, &part, reading->explanation->factor, &reading->digits[i]);
    const bool ok = plot_png(canvas.rgb, (size_t)height, (size_t)width, 1, png, size);
    free(rgb);
    free(canvas.rgb);
    return ok;
}
