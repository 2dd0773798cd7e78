/* Implements synthesize.h: shapes become strokes of one hand, and strokes become images. Must not know who learns from
 * them. */
#include "synthesize.h"

#ifdef __wasm__
#include <string.h>

int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    (void)seed, (void)index;
    memset(image, 0, SCRAWL_IMAGE_PIXELS);
    return 0;
}

void synthesize_other(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    (void)synthesize_digit(seed, index, image);
}

#else

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "shapes.h"
#include "silhouettes.h"
#include "ink/strokes.h"

enum {
    MAX_GLYPHS = 3, /* shapes on one image */
    STEPS = 6,      /* points that a curve gets between two places */
    MAX_STROKES = MAX_GLYPHS * SHAPE_MAX_STROKES,
    MAX_POINTS = MAX_GLYPHS * SHAPE_MAX_PLACES * STEPS,
};

/* ---- Places ------------------------------------------------------------------------------------------------------ */

struct place {
    float x, y;  /* 0 .. 1: from left to right, from top to bottom */
    bool corner; /* the pen turns sharply */
    bool start;  /* of a stroke */
};

struct places {
    struct place items[SHAPE_MAX_PLACES];
    int count;
};

static struct places parse_shape(const char *text)
{
    static const float steps = 9;
    struct places places = {.count = 0};
    bool start = true;
    for (; *text && places.count < SHAPE_MAX_PLACES; text++) {
        if (*text == ',') start = true;
        if (*text < '0' || *text > '9') continue;
        struct place *place = &places.items[places.count++];
        *place = (struct place){(float)(text[0] - '0') / steps, (float)(text[1] - '0') / steps, text[2] == '.', start};
        start = false;
        text++;
    }
    return places;
}

/* ---- A hand ------------------------------------------------------------------------------------------------------ */

/* What one writer does to every place, and the pen. Sizes are in parts of a digit's height. */
struct hand {
    float sloppiness; /* standard deviation of a place */
    float sharpness;  /* of corners: 0 round .. 1 */
    float width, slant, bend, swell, turn_sine, turn_cosine;
    float radius, pressure, pressure_phase, taper; /* pixels of the input; parts of the radius; turns; part */
    bool separate_lift;                            /* each stroke is put down a little off its place */
};

static struct hand random_hand(struct random *random)
{
    const float turn = 0.09f * random_normal(random), thickness = random_normal(random); /* sine; by its logarithm */
    struct hand hand = {
        .sloppiness = 0.008f + 0.035f * random_uniform(random),
        .sharpness = random_uniform(random) < 0.5f ? 1 : random_between(random, 0.6f, 1),
        .width = expf(0.2f * random_normal(random)),
        .slant = 0.1f + 0.2f * random_normal(random),
        .bend = 0.12f * random_normal(random),
        .swell = 0.15f * random_normal(random),
        .turn_sine = turn,
        .turn_cosine = sqrtf(1 - turn * turn),
        .radius = 1.2f * expf(0.27f * thickness),
        .pressure = 0.25f * random_uniform(random) * random_uniform(random),
        .pressure_phase = random_uniform(random),
        .taper = random_uniform(random) < 0.3f ? 0.6f * random_uniform(random) : 0,
        .separate_lift = random_uniform(random) < 0.5f,
    };
    return hand;
}

/* Moves every place: near ones in similar directions, and each stroke as a whole. */
static void shake(const struct hand *hand, struct random *random, struct places *places)
{
    static const float memory = 0.6f, fresh = 0.8f; /* squares sum to 1: the deviation stays the same */
    float x = random_normal(random), y = random_normal(random), lift_x = 0, lift_y = 0;
    for (int i = 0; i < places->count; i++) {
        struct place *place = &places->items[i];
        x = memory * x + fresh * random_normal(random);
        y = memory * y + fresh * random_normal(random);
        if (place->start && i > 0 && hand->separate_lift) {
            lift_x = 0.05f * random_normal(random);
            lift_y = 0.035f * random_normal(random);
        }
        place->x += hand->sloppiness * x + lift_x;
        place->y += hand->sloppiness * y + lift_y;
    }
}

/* The whole shape: wider or narrower, larger above or below, bent, slanted and turned. */
static void deform(const struct hand *hand, struct places *places)
{
    for (int i = 0; i < places->count; i++) {
        struct place *place = &places->items[i];
        const float v = place->y - 0.5f;
        const float u = (place->x - 0.35f) * hand->width * (1 + hand->swell * 2 * v) + hand->bend * (v * v - 0.1f) -
                        hand->slant * v;
        place->x = hand->turn_cosine * u - hand->turn_sine * v;
        place->y = hand->turn_sine * u + hand->turn_cosine * v;
    }
}

/* ---- Places to strokes ------------------------------------------------------------------------------------------- */

struct drawing {
    struct pen_stroke strokes[MAX_STROKES];
    struct pen_point points[MAX_POINTS];
    size_t stroke_count, point_count;
};

struct vector {
    float x, y;
};

/* From a to b with length 1; 0 between equal places. */
static struct vector direction(const struct place *a, const struct place *b)
{
    const float x = b->x - a->x, y = b->y - a->y, length = sqrtf(x * x + y * y);
    return length > 1e-6f ? (struct vector){x / length, y / length} : (struct vector){0, 0};
}

/* Where the pen heads at a place between the directions it comes from and goes to, for the side whose own direction is
 * `side`: the bisector, or the side's own at a corner. */
static struct vector heading(struct vector from, struct vector to, struct vector side, float sharpness)
{
    const float x = from.x + to.x, y = from.y + to.y, length = sqrtf(x * x + y * y);
    if (length < 1e-3f) return side;
    return (struct vector){sharpness * side.x + (1 - sharpness) * x / length,
                           sharpness * side.y + (1 - sharpness) * y / length};
}

/* At an end the curve goes on as it bends beside it. */
static struct vector mirrored(struct vector heading_inside, struct vector chord)
{
    const float dot = heading_inside.x * chord.x + heading_inside.y * chord.y;
    return (struct vector){2 * dot * chord.x - heading_inside.x, 2 * dot * chord.y - heading_inside.y};
}

/* The pen's headings when it leaves place i and when it comes to place i + 1; [first, end) is the stroke. */
static void headings(const struct place *places, int first, int end, int i, float sharpness, struct vector *leaving,
                     struct vector *coming)
{
    const struct vector chord = direction(&places[i], &places[i + 1]);
    const bool has_before = i > first, has_after = i + 2 < end;
    *leaving = *coming = chord;
    if (has_before)
        *leaving = heading(direction(&places[i - 1], &places[i]), chord, chord, places[i].corner ? sharpness : 0);
    if (has_after)
        *coming =
            heading(chord, direction(&places[i + 1], &places[i + 2]), chord, places[i + 1].corner ? sharpness : 0);
    if (!has_before && !places[i].corner) *leaving = mirrored(*coming, chord);
    if (!has_after && !places[i + 1].corner) *coming = mirrored(*leaving, chord);
}

/* The pressure rises and falls with the way, by two parabolas for a period, in place of a sine; a taper thins the last
 * third of the stroke. */
static void add_point(const struct hand *hand, float x, float y, float part, struct drawing *drawing)
{
    static const float periods = 1.4f; /* of a stroke */
    const float turns = hand->pressure_phase + periods * part, phase = turns - floorf(turns);
    const float wave = phase < 0.5f ? 16 * phase * (0.5f - phase) : 16 * (phase - 0.5f) * (phase - 1);
    const float thin = hand->taper * fmaxf(0, 3 * part - 2);
    const float radius = hand->radius * (1 + hand->pressure * wave) * (1 - thin);
    drawing->points[drawing->point_count++] =
        (struct pen_point){x, y, fminf(fmaxf(radius, STROKES_LEAST_RADIUS), STROKES_MOST_RADIUS)};
    drawing->strokes[drawing->stroke_count - 1].count++;
}

/* A cubic Hermite curve from place i on, its end left out; tangents are as long as the chord. part: of the stroke. */
static void add_curve(const struct hand *hand, const struct place *places, int first, int end, int i,
                      struct drawing *drawing)
{
    struct vector leaving, coming;
    headings(places, first, end, i, hand->sharpness, &leaving, &coming);
    const struct place *a = &places[i], *b = &places[i + 1];
    const float dx = b->x - a->x, dy = b->y - a->y;
    const float length = sqrtf(dx * dx + dy * dy), segments = (float)(end - first - 1);
    for (int step = 0; step < STEPS; step++) {
        const float t = (float)step / STEPS, rest = 1 - t;
        const float of_b = t * t * (3 - 2 * t), of_leaving = t * rest * rest * length,
                    of_coming = -t * t * rest * length;
        add_point(hand, a->x + of_b * dx + of_leaving * leaving.x + of_coming * coming.x,
                  a->y + of_b * dy + of_leaving * leaving.y + of_coming * coming.y, ((float)(i - first) + t) / segments,
                  drawing);
    }
}

static void add_strokes(const struct hand *hand, const struct places *places, struct drawing *drawing)
{
    for (int first = 0, end; first < places->count; first = end) {
        for (end = first + 1; end < places->count && !places->items[end].start;) end++;
        drawing->strokes[drawing->stroke_count++] =
            (struct pen_stroke){.points = &drawing->points[drawing->point_count]};
        for (int i = first; i + 1 < end; i++) add_curve(hand, places->items, first, end, i, drawing);
        add_point(hand, places->items[end - 1].x, places->items[end - 1].y, 1, drawing);
    }
}

/* ---- Digits ------------------------------------------------------------------------------------------------------ */

static const struct digit_way *choose_way(struct random *random, int digit)
{
    size_t total = 0, way = 0;
    for (size_t i = 0; i < digit_way_count; i++)
        if (digit_ways[i].digit == digit) total += (size_t)digit_ways[i].weight;
    size_t rest = random_below(random, total);
    for (;; way++) {
        if (digit_ways[way].digit != digit) continue;
        if (rest < (size_t)digit_ways[way].weight) return &digit_ways[way];
        rest -= (size_t)digit_ways[way].weight;
    }
}

/* A form between a way's two, and a little beyond. */
static struct places random_form(struct random *random, int digit)
{
    static const float beyond = 0.15f;
    const struct digit_way *way = choose_way(random, digit);
    struct places places = parse_shape(way->forms[0]);
    const struct places other = parse_shape(way->forms[1]);
    const float t = random_between(random, -beyond, 1 + beyond);
    for (int i = 0; i < places.count; i++) {
        places.items[i].x += t * (other.items[i].x - places.items[i].x);
        places.items[i].y += t * (other.items[i].y - places.items[i].y);
    }
    return places;
}

static void write_shape(const struct hand *hand, struct random *random, struct places *places, float x, float y,
                        struct drawing *drawing)
{
    shake(hand, random, places);
    deform(hand, places);
    for (int i = 0; i < places->count; i++) {
        places->items[i].x += x;
        places->items[i].y += y;
    }
    add_strokes(hand, places, drawing);
}

int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    struct random random = random_stream(seed, RANDOM_SYNTHESIS, index, 0);
    struct drawing drawing = {.stroke_count = 0};
    const int digit = (int)random_below(&random, SYNTHESIZE_DIGITS);
    const struct hand hand = random_hand(&random);
    struct places places = random_form(&random, digit);
    write_shape(&hand, &random, &places, 0, 0, &drawing);
    strokes_render(drawing.strokes, drawing.stroke_count, image);
    return digit;
}

/* ---- What is no digit -------------------------------------------------------------------------------------------- */

static void draw_other_shape(struct random *random, struct drawing *drawing)
{
    struct hand hand = random_hand(random);
    struct places places = parse_shape(other_shapes[random_below(random, other_shape_count)]);
    write_shape(&hand, random, &places, 0, 0, drawing);
}

/* Of a shape's places: from the least to as many as there can be. */
static int random_count(struct random *random, int least)
{
    return least + (int)random_below(random, (size_t)(SHAPE_MAX_PLACES - least + 1));
}

/* A curve through random places, mostly with corners or mostly without; too long for a digit's. */
static void draw_curve(struct random *random, struct drawing *drawing)
{
    const struct hand hand = random_hand(random);
    struct places places = {.count = random_count(random, 7)};
    const float corners = random_uniform(random), lifts = 0.2f * random_uniform(random);
    int strokes = 0;
    for (int i = 0; i < places.count; i++) {
        struct place *place = &places.items[i];
        *place =
            (struct place){random_uniform(random), random_uniform(random), random_uniform(random) < corners, false};
        place->start = i == 0 || (strokes < SHAPE_MAX_STROKES && random_uniform(random) < lifts);
        strokes += place->start;
    }
    write_shape(&hand, random, &places, 0, 0, drawing);
}

/* To and fro, as one fills an area or strikes something out. */
static void draw_scribble(struct random *random, struct drawing *drawing)
{
    const struct hand hand = random_hand(random);
    struct places places = {.count = random_count(random, 6)};
    const float height = random_between(random, 0.2f, 1.3f), corners = random_uniform(random);
    for (int i = 0; i < places.count; i++) {
        const float across = 0.1f * random_normal(random) + (float)(i % 2) * height;
        places.items[i] =
            (struct place){(float)i / (float)(places.count - 1), across, random_uniform(random) < corners, i == 0};
    }
    write_shape(&hand, random, &places, 0, 0, drawing);
}

/* Two or three digits at once, as they are when nobody took them apart. */
static void draw_several(struct random *random, struct drawing *drawing)
{
    const struct hand hand = random_hand(random);
    const int count = random_uniform(random) < 0.75f ? 2 : 3;
    for (int i = 0; i < count; i++) {
        struct places places = random_form(random, (int)random_below(random, SYNTHESIZE_DIGITS));
        write_shape(&hand, random, &places, (float)i * random_between(random, 0.6f, 0.95f) * hand.width,
                    0.06f * random_normal(random), drawing);
    }
}

/* What remains of a digit when it is cut through; only of those whose parts are no digits, mostly. */
static void draw_part(struct random *random, struct drawing *drawing)
{
    static const int digits[] = {2, 3, 5, 6, 8, 9};
    const struct hand hand = random_hand(random);
    struct places places = random_form(random, digits[random_below(random, sizeof digits / sizeof *digits)]);
    const bool upright = random_uniform(random) < 0.5f, second = random_uniform(random) < 0.5f;
    const float cut = random_between(random, -0.12f, 0.12f);
    struct drawing whole = {.stroke_count = 0};
    write_shape(&hand, random, &places, 0, 0, &whole);
    bool last_kept = false;
    for (size_t i = 0; i < whole.point_count; i++) {
        const struct pen_point *point = &whole.points[i];
        const bool kept = ((upright ? point->x : point->y) > cut) == second;
        if (kept && !last_kept && drawing->stroke_count < MAX_STROKES)
            drawing->strokes[drawing->stroke_count++] =
                (struct pen_stroke){.points = &drawing->points[drawing->point_count]};
        last_kept = kept;
        if (!kept) continue;
        drawing->points[drawing->point_count++] = *point;
        drawing->strokes[drawing->stroke_count - 1].count++;
    }
}

void synthesize_other(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    static const struct {
        float share;
        void (*draw)(struct random *random, struct drawing *drawing); /* NULL: a silhouette */
    } kinds[] = {{0.48f, draw_other_shape}, {0.08f, draw_curve}, {0.07f, draw_scribble},
                 {0.12f, draw_several},     {0.05f, draw_part},  {1, NULL}};
    struct random random = random_stream(seed, RANDOM_SYNTHESIS, index, 1);
    struct drawing drawing = {.stroke_count = 0};
    float rest = random_uniform(&random);
    size_t kind = 0;
    while (rest >= kinds[kind].share) rest -= kinds[kind++].share;
    if (!kinds[kind].draw) {
        draw_silhouette(&random, image);
        return;
    }
    kinds[kind].draw(&random, &drawing);
    strokes_render(drawing.strokes, drawing.stroke_count, image);
}

#endif
