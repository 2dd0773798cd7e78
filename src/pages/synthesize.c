/* Implements synthesize.h: templates become strokes of one hand, and strokes become images. Must not know who learns
 * from them. */
#include "synthesize.h"

#ifdef __wasm__
#include <string.h>

int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    (void)seed, (void)index;
    memset(image, 0, SCRAWL_IMAGE_PIXELS);
    return 0;
}

void synthesize_negative(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    (void)synthesize_digit(seed, index, image);
}

void synthesize_strokes(uint64_t hand_seed, uint64_t index, int digit, struct drawing *drawing)
{
    (void)hand_seed, (void)index, (void)digit;
    drawing->stroke_count = drawing->point_count = 0;
}

void synthesize_sign(uint64_t hand_seed, uint64_t index, const char *text, struct drawing *drawing)
{
    (void)text;
    synthesize_strokes(hand_seed, index, 0, drawing);
}

#else

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "base/random.h"
#include "negatives.h"
#include "templates.h"

enum {
    MAX_GLYPHS = 3, /* templates on one image */
    STEPS = 6,      /* points that a curve gets between two places */
    BOX = 20,       /* pixels of the input that the digit's longer side fills */
};
_Static_assert(DRAWING_MOST_POINTS >= MAX_GLYPHS * TEMPLATE_MAX_PLACES * STEPS, "a drawing has room for all points");

/* Negatives, besides silhouettes. */
enum negative_kind {
    NEGATIVE_LETTER,
    NEGATIVE_SIGN,
    NEGATIVE_CURVE,
    NEGATIVE_SCRIBBLE,
    NEGATIVE_SEVERAL,
    NEGATIVE_PART,
    NEGATIVE_KINDS,
};

/* All numbers of the handwriting, besides STEPS. Lengths are parts of a digit's height, and a place is 0 .. 1 from left
 * to right and from top to bottom, where nothing else is said. A deviation is the standard one of a normal
 * distribution, whose mean is 0 where none is named; a {low, high} has a uniform one. Shares are of the images. */
static const struct {
    struct {
        struct range sloppiness;
        float memory, fresh, lift_share, lift_x, lift_y;
        float sharp_share;
        struct range sharpness;
        float rotation, width, slant, slant_deviation, bend, bend_origin, swell, middle_x;
        float radius, thickness, hairline_share, marker_share;
        struct range hairline, marker;
        float pressure, pressure_periods, taper_share, taper, taper_parts;
        float gaps_share, gaps;
    } hand;
    struct {
        float beyond, deviation, other_share;
    } form;
    struct {
        float share;
        struct range threshold;
        float noise;
    } scan;
    float negatives[NEGATIVE_KINDS];
    struct {
        int least_places;
        float lifts;
    } curve;
    struct {
        int least_places;
        struct range height;
        float across;
    } scribble;
    struct {
        float two_share;
        struct range spacing;
        float rise;
    } several;
    struct {
        int digits[6];
        float upright_share, second_share;
        struct range cut;
    } part;
} settings = {
    /* Where the places lie: each is off by `sloppiness` times a number that remembers the last place's. */
    .hand.sloppiness = {0.008f, 0.043f}, /* the deviation of a hand's places */
    .hand.memory = 0.6f,                 /* what the last place's number counts */
    .hand.fresh = 0.8f,                  /* what a new one counts; squares sum to 1: the deviation stays the same */
    .hand.lift_share = 0.5f,             /* puts each stroke down off its place, as a whole */
    .hand.lift_x = 0.05f,                /* deviation */
    .hand.lift_y = 0.035f,               /* deviation */

    /* Corners: 0 round .. 1 sharp. */
    .hand.sharp_share = 0.5f, /* has all corners sharp */
    .hand.sharpness = {0.6f, 1},

    /* The whole shape. */
    .hand.rotation = 0.09f,       /* deviation of the angle's sine */
    .hand.width = 0.2f,           /* deviation of the logarithm of its factor */
    .hand.slant = 0.1f,           /* mean, to the right */
    .hand.slant_deviation = 0.2f, /* and its deviation */
    .hand.bend = 0.12f,           /* deviation of a parabola's factor: x moves by factor * (v * v - bend_origin) */
    .hand.bend_origin = 0.1f,     /* v is the height, -0.5 .. 0.5 */
    .hand.swell = 0.15f,          /* deviation of the part by which the foot is wider and the head narrower */
    .hand.middle_x = 0.35f,       /* of a template: most are less wide than high */

    /* The pen. */
    .hand.radius = 0.06f,             /* the median, which is 1.2 pixels of the input */
    .hand.thickness = 0.27f,          /* deviation of the radius's logarithm */
    .hand.hairline_share = 0.1f,      /* in place of that: a large digit of a thin pen */
    .hand.hairline = {0.016f, 0.04f}, /* radius */
    .hand.marker_share = 0.06f,       /* in place of both */
    .hand.marker = {0.09f, 0.17f},    /* radius */
    .hand.pressure = 0.25f,           /* highest part by which the radius changes; a product of two uniform from 0 */
    .hand.pressure_periods = 1.4f,    /* of the change, on each stroke */
    .hand.taper_share = 0.3f,         /* makes strokes thinner towards their ends */
    .hand.taper = 0.6f,               /* highest part of the radius that is lost; uniform from 0 */
    .hand.taper_parts = 3,            /* of a stroke, whose last one gets thinner */
    .hand.gaps_share = 0.08f,         /* has a pen that fails here and there */
    .hand.gaps = 0.25f,               /* highest chance of a gap at a point; a product of two uniform from 0 */

    /* The way to write a digit. */
    .form.beyond = 0.15f,     /* uniform between a template's two forms, and this part of their difference beyond */
    .form.deviation = 0.1f,   /* from a hand's own form, each time */
    .form.other_share = 0.1f, /* is written by another template than the hand mostly takes */

    /* What a scanner made black and white. */
    .scan.share = 0.1f,
    .scan.threshold = {0.2f, 0.7f}, /* of the ink */
    .scan.noise = 0.2f,             /* highest deviation of the ink before; uniform from 0 */

    /* Shares; the rest are silhouettes. */
    .negatives[NEGATIVE_LETTER] = 0.37f,
    .negatives[NEGATIVE_SIGN] = 0.11f,
    .negatives[NEGATIVE_CURVE] = 0.08f,
    .negatives[NEGATIVE_SCRIBBLE] = 0.07f,
    .negatives[NEGATIVE_SEVERAL] = 0.12f,
    .negatives[NEGATIVE_PART] = 0.05f,

    /* Places anywhere. As many as there can be, or fewer, all as often; corners with a chance uniform in 0 .. 1. */
    .curve.least_places = 7,
    .curve.lifts = 0.2f, /* highest chance of a new stroke at a place; uniform from 0 */

    /* To and fro between 0 and `height`; places and corners as a curve's. */
    .scribble.least_places = 6,
    .scribble.height = {0.2f, 1.3f}, /* parts of its width */
    .scribble.across = 0.1f,         /* deviation of a place from 0 or the height */

    .several.two_share = 0.75f,       /* two digits, the rest have three */
    .several.spacing = {0.6f, 0.95f}, /* from one to the next, before the hand's width */
    .several.rise = 0.06f,            /* deviation of a digit from the line */

    .part.digits = {2, 3, 5, 6, 8, 9}, /* whose parts are no digits, mostly; all as often */
    .part.upright_share = 0.5f,        /* cut from top to bottom, not from left to right */
    .part.second_share = 0.5f,         /* keeps what lies right of the cut or below */
    .part.cut = {-0.12f, 0.12f},       /* from the middle */
};

/* ---- Places ------------------------------------------------------------------------------------------------------ */

struct place {
    float x, y;  /* 0 .. 1: from left to right, from top to bottom */
    bool corner; /* the pen turns sharply */
    bool start;  /* of a stroke */
};

struct places {
    struct place items[TEMPLATE_MAX_PLACES];
    int count;
};

static struct places parse_template(const char *text)
{
    static const float steps = 9;
    struct places places = {.count = 0};
    bool start = true;
    for (; *text && places.count < TEMPLATE_MAX_PLACES; text++) {
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

/* What one writer does to everything, and the pen. Lengths are parts of a digit's height. */
struct hand {
    float sloppiness; /* standard deviation of a place */
    float sharpness;  /* of corners: 0 round .. 1 */
    float width, slant, bend, swell, rotation_sine, rotation_cosine;
    float radius;                          /* half the line's width */
    float pressure, pressure_phase, taper; /* parts of the radius; periods; part */
    float gaps;                            /* chance that the ink stops at a point of a stroke */
    bool separate_lift;                    /* each stroke is put down a little off its place */
    struct {
        size_t template; /* of the table of templates */
        float form;      /* 0 the template's first form .. 1 its second, and a little beyond */
    } habits[SYNTHESIZE_DIGITS];
};

static size_t choose_template(struct random *random, int digit)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < digit_template_count; i++)
        if (digit_templates[i].digit == digit) total += (size_t)digit_templates[i].weight;
    size_t rest = random_below(random, total);
    for (;; at++) {
        if (digit_templates[at].digit != digit) continue;
        if (rest < (size_t)digit_templates[at].weight) return at;
        rest -= (size_t)digit_templates[at].weight;
    }
}

static float random_radius(struct random *random)
{
    const float chance = random_uniform(random);
    if (chance < settings.hand.marker_share) return random_in(random, settings.hand.marker);
    if (chance < settings.hand.marker_share + settings.hand.hairline_share)
        return random_in(random, settings.hand.hairline);
    return settings.hand.radius * expf(settings.hand.thickness * random_normal(random));
}

static void choose_pen(struct random *random, struct hand *hand)
{
    hand->radius = random_radius(random);
    hand->pressure = settings.hand.pressure * random_uniform(random);
    hand->pressure *= random_uniform(random);
    hand->pressure_phase = random_uniform(random);
    hand->taper = random_uniform(random) < settings.hand.taper_share ? settings.hand.taper * random_uniform(random) : 0;
    hand->gaps = random_uniform(random) < settings.hand.gaps_share ? settings.hand.gaps * random_uniform(random) : 0;
    hand->gaps *= random_uniform(random);
}

static struct hand random_hand(struct random *random)
{
    struct hand hand;
    hand.rotation_sine = settings.hand.rotation * random_normal(random);
    hand.rotation_cosine = sqrtf(1 - hand.rotation_sine * hand.rotation_sine);
    hand.sloppiness = random_in(random, settings.hand.sloppiness);
    hand.sharpness =
        random_uniform(random) < settings.hand.sharp_share ? 1 : random_in(random, settings.hand.sharpness);
    hand.width = expf(settings.hand.width * random_normal(random));
    hand.slant = settings.hand.slant + settings.hand.slant_deviation * random_normal(random);
    hand.bend = settings.hand.bend * random_normal(random);
    hand.swell = settings.hand.swell * random_normal(random);
    hand.separate_lift = random_uniform(random) < settings.hand.lift_share;
    choose_pen(random, &hand);
    for (int digit = 0; digit < SYNTHESIZE_DIGITS; digit++) {
        hand.habits[digit].template = choose_template(random, digit);
        hand.habits[digit].form = random_between(random, -settings.form.beyond, 1 + settings.form.beyond);
    }
    return hand;
}

/* Moves every place: near ones in similar directions, and each stroke as a whole. */
static void shake(const struct hand *hand, struct random *random, struct places *places)
{
    float x = random_normal(random), y = random_normal(random), lift_x = 0, lift_y = 0;
    for (int i = 0; i < places->count; i++) {
        struct place *place = &places->items[i];
        x = settings.hand.memory * x + settings.hand.fresh * random_normal(random);
        y = settings.hand.memory * y + settings.hand.fresh * random_normal(random);
        if (place->start && i > 0 && hand->separate_lift) {
            lift_x = settings.hand.lift_x * random_normal(random);
            lift_y = settings.hand.lift_y * random_normal(random);
        }
        place->x += hand->sloppiness * x + lift_x;
        place->y += hand->sloppiness * y + lift_y;
    }
}

/* The whole shape: wider or narrower, larger above or below, bent, slanted and rotated. */
static void deform(const struct hand *hand, struct places *places)
{
    for (int i = 0; i < places->count; i++) {
        struct place *place = &places->items[i];
        const float v = place->y - 0.5f;
        const float u = (place->x - settings.hand.middle_x) * hand->width * (1 + hand->swell * 2 * v) +
                        hand->bend * (v * v - settings.hand.bend_origin) - hand->slant * v;
        place->x = hand->rotation_cosine * u - hand->rotation_sine * v;
        place->y = hand->rotation_sine * u + hand->rotation_cosine * v;
    }
}

/* ---- Places to strokes ------------------------------------------------------------------------------------------- */

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

static void begin_stroke(struct drawing *drawing)
{
    drawing->strokes[drawing->stroke_count++] = (struct pen_stroke){.points = &drawing->points[drawing->point_count]};
}

static void extend_stroke(struct pen_point point, struct drawing *drawing)
{
    drawing->points[drawing->point_count++] = point;
    drawing->strokes[drawing->stroke_count - 1].count++;
}

/* The pressure rises and falls with the way, by two parabolas for a period, in place of a sine; a taper thins the end
 * of the stroke. */
static void add_point(const struct hand *hand, float x, float y, float part, struct drawing *drawing)
{
    const float place = hand->pressure_phase + settings.hand.pressure_periods * part, phase = place - floorf(place);
    const float wave = phase < 0.5f ? 16 * phase * (0.5f - phase) : 16 * (phase - 0.5f) * (phase - 1);
    const float thin = hand->taper * fmaxf(0, settings.hand.taper_parts * part - (settings.hand.taper_parts - 1));
    const float radius = hand->radius * (1 + hand->pressure * wave) * (1 - thin);
    extend_stroke((struct pen_point){x, y, radius}, drawing);
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
        begin_stroke(drawing);
        for (int i = first; i + 1 < end; i++) add_curve(hand, places->items, first, end, i, drawing);
        add_point(hand, places->items[end - 1].x, places->items[end - 1].y, 1, drawing);
    }
}

/* Keeps of a drawing the points of which `kept` is true; where some are missing, a stroke ends. */
static void keep_points(const struct drawing *whole, const bool kept[DRAWING_MOST_POINTS], struct drawing *drawing)
{
    drawing->stroke_count = drawing->point_count = 0;
    for (size_t i = 0; i < whole->stroke_count; i++) {
        const struct pen_stroke *stroke = &whole->strokes[i];
        const size_t first = (size_t)(stroke->points - whole->points);
        bool writing = false;
        for (size_t j = 0; j < stroke->count; j++) {
            const bool writes = kept[first + j] && (writing || drawing->stroke_count < DRAWING_MOST_STROKES);
            if (writes && !writing) begin_stroke(drawing);
            if (writes) extend_stroke(stroke->points[j], drawing);
            writing = writes;
        }
    }
}

/* Ends of strokes are kept: a line that is only shorter has no gap. */
static void leave_gaps(const struct hand *hand, struct random *random, const struct drawing *whole,
                       struct drawing *drawing)
{
    bool kept[DRAWING_MOST_POINTS];
    for (size_t i = 0; i < whole->point_count; i++) kept[i] = hand->gaps <= 0 || random_uniform(random) >= hand->gaps;
    for (size_t i = 0; i < whole->stroke_count; i++) {
        const size_t first = (size_t)(whole->strokes[i].points - whole->points);
        kept[first] = kept[first + whole->strokes[i].count - 1] = true;
    }
    keep_points(whole, kept, drawing);
}

static void write_places(const struct hand *hand, struct random *random, struct places *places, float x, float y,
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

static void write_alone(const struct hand *hand, struct random *random, struct places *places, struct drawing *drawing)
{
    struct drawing whole;
    whole.stroke_count = whole.point_count = 0;
    write_places(hand, random, places, 0, 0, &whole);
    leave_gaps(hand, random, &whole, drawing);
}

/* ---- Digits ------------------------------------------------------------------------------------------------------ */

/* The hand's form of its template, about, or any form of another one. */
static struct places choose_form(const struct hand *hand, struct random *random, int digit)
{
    const bool other = random_uniform(random) < settings.form.other_share;
    const size_t chosen = other ? choose_template(random, digit) : hand->habits[digit].template;
    const struct digit_template *template = &digit_templates[chosen];
    struct places places = parse_template(template->forms[0]);
    const struct places second = parse_template(template->forms[1]);
    const float t = hand->habits[digit].form + settings.form.deviation * random_normal(random);
    for (int i = 0; i < places.count; i++) {
        places.items[i].x += t * (second.items[i].x - places.items[i].x);
        places.items[i].y += t * (second.items[i].y - places.items[i].y);
    }
    return places;
}

static void write_digit(const struct hand *hand, struct random *random, int digit, struct drawing *drawing)
{
    struct places places = choose_form(hand, random, digit);
    write_alone(hand, random, &places, drawing);
}

/* ---- One writer's strokes ---------------------------------------------------------------------------------------- */

/* What the streams of a writer are for. */
enum writer_stream { WRITER_HAND = 2, WRITER_DRAWING };

static struct hand writer(uint64_t hand_seed)
{
    struct random random = random_stream(hand_seed, RANDOM_SYNTHESIS, 0, WRITER_HAND);
    return random_hand(&random);
}

void synthesize_strokes(uint64_t hand_seed, uint64_t index, int digit, struct drawing *drawing)
{
    const struct hand hand = writer(hand_seed);
    struct random random = random_stream(hand_seed, RANDOM_SYNTHESIS, index, WRITER_DRAWING);
    write_digit(&hand, &random, digit, drawing);
}

void synthesize_sign(uint64_t hand_seed, uint64_t index, const char *text, struct drawing *drawing)
{
    const struct hand hand = writer(hand_seed);
    struct random random = random_stream(hand_seed, RANDOM_SYNTHESIS, index, WRITER_DRAWING);
    struct places places = parse_template(text);
    write_alone(&hand, &random, &places, drawing);
}

/* ---- What is no digit -------------------------------------------------------------------------------------------- */

static void draw_letter(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    struct places places = parse_template(negative_templates[random_below(random, negative_template_count)]);
    write_alone(hand, random, &places, drawing);
}

static void draw_sign(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    struct places places = parse_template(sign_templates[random_below(random, sign_template_count)]);
    write_alone(hand, random, &places, drawing);
}

/* Of a template's places: from the least to as many as there can be. */
static int random_count(struct random *random, int least)
{
    return least + (int)random_below(random, (size_t)(TEMPLATE_MAX_PLACES - least + 1));
}

/* A curve through random places, mostly with corners or mostly without; too long for a digit's. */
static void draw_curve(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    struct places places = {.count = random_count(random, settings.curve.least_places)};
    const float corners = random_uniform(random), lifts = settings.curve.lifts * random_uniform(random);
    int strokes = 0;
    for (int i = 0; i < places.count; i++) {
        struct place *place = &places.items[i];
        place->x = random_uniform(random);
        place->y = random_uniform(random);
        place->corner = random_uniform(random) < corners;
        place->start = i == 0 || (strokes < TEMPLATE_MAX_STROKES && random_uniform(random) < lifts);
        strokes += place->start;
    }
    write_alone(hand, random, &places, drawing);
}

/* To and fro, as one fills an area or strikes something out. */
static void draw_scribble(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    struct places places = {.count = random_count(random, settings.scribble.least_places)};
    const float height = random_in(random, settings.scribble.height), corners = random_uniform(random);
    for (int i = 0; i < places.count; i++) {
        const float across = settings.scribble.across * random_normal(random) + (float)(i % 2) * height;
        places.items[i] =
            (struct place){(float)i / (float)(places.count - 1), across, random_uniform(random) < corners, i == 0};
    }
    write_alone(hand, random, &places, drawing);
}

/* Two or three digits at once, as they are when nobody took them apart. */
static void draw_several(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    const int count = random_uniform(random) < settings.several.two_share ? 2 : MAX_GLYPHS;
    drawing->stroke_count = drawing->point_count = 0;
    for (int i = 0; i < count; i++) {
        struct places places = choose_form(hand, random, (int)random_below(random, SYNTHESIZE_DIGITS));
        const float rise = settings.several.rise * random_normal(random);
        const float spacing = random_in(random, settings.several.spacing);
        write_places(hand, random, &places, (float)i * spacing * hand->width, rise, drawing);
    }
}

/* What remains of a digit when it is cut through; only of those whose parts are no digits, mostly. */
static void draw_part(const struct hand *hand, struct random *random, struct drawing *drawing)
{
    enum { DIGITS = sizeof settings.part.digits / sizeof *settings.part.digits };
    const int digit = settings.part.digits[random_below(random, DIGITS)];
    const bool upright = random_uniform(random) < settings.part.upright_share;
    const bool second = random_uniform(random) < settings.part.second_share;
    const float cut = random_in(random, settings.part.cut);
    struct drawing whole;
    bool kept[DRAWING_MOST_POINTS];
    write_digit(hand, random, digit, &whole);
    for (size_t i = 0; i < whole.point_count; i++)
        kept[i] = ((upright ? whole.points[i].x : whole.points[i].y) > cut) == second;
    keep_points(&whole, kept, drawing);
}

/* ---- Images ------------------------------------------------------------------------------------------------------ */

static void scan(struct random *random, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    const float threshold = random_in(random, settings.scan.threshold);
    const float noise = settings.scan.noise * random_uniform(random);
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        if (image[i] == 0) continue;
        const float ink = (float)image[i] / FULL_INK + noise * random_normal(random);
        image[i] = ink > threshold ? FULL_INK : 0;
    }
}

static void render(struct random *random, struct drawing *drawing, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    for (size_t i = 0; i < drawing->point_count; i++)
        drawing->points[i].radius =
            clamp_float(drawing->points[i].radius * BOX, STROKES_LEAST_RADIUS, STROKES_MOST_RADIUS);
    strokes_render(drawing->strokes, drawing->stroke_count, image);
    if (random_uniform(random) < settings.scan.share) scan(random, image);
}

int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    struct random random = random_stream(seed, RANDOM_SYNTHESIS, index, 0);
    struct drawing drawing;
    const int digit = (int)random_below(&random, SYNTHESIZE_DIGITS);
    const struct hand hand = random_hand(&random);
    write_digit(&hand, &random, digit, &drawing);
    render(&random, &drawing, image);
    return digit;
}

typedef void negative_drawer(const struct hand *hand, struct random *random, struct drawing *drawing);

void synthesize_negative(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    static negative_drawer *const draw[NEGATIVE_KINDS] = {
        [NEGATIVE_LETTER] = draw_letter,     [NEGATIVE_SIGN] = draw_sign,       [NEGATIVE_CURVE] = draw_curve,
        [NEGATIVE_SCRIBBLE] = draw_scribble, [NEGATIVE_SEVERAL] = draw_several, [NEGATIVE_PART] = draw_part,
    };
    struct random random = random_stream(seed, RANDOM_SYNTHESIS, index, 1);
    float rest = random_uniform(&random);
    int kind = 0;
    for (; kind < NEGATIVE_KINDS && rest >= settings.negatives[kind]; kind++) rest -= settings.negatives[kind];
    if (kind == NEGATIVE_KINDS) {
        negative_silhouette(&random, image);
        return;
    }
    const struct hand hand = random_hand(&random);
    struct drawing drawing;
    draw[kind](&hand, &random, &drawing);
    render(&random, &drawing, image);
}

#endif
