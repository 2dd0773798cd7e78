/* Implements candidates.h. Must not know networks but through their reader. */
#include "candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/place_index.h"
#include "layers/loss.h"
#include "picture/grey_input.h"

static const float least_score = 0.08f; /* of a detection that becomes a candidate */
static const float good_score = 0.5f;   /* of one that says something of the others */
static const float same_place = 0.72f;  /* intersection over union: a window and a detection are one candidate */
static const float near_place = 0.47f;  /* and from here on the detection speaks for the window */
static const float least_window = 0.2f; /* the network's probability for a window that no detection supports */
static const float large = 60;          /* pixels: higher digits are as easy to read */
static const float most_logit = 7;      /* either way */
static const float larger = 1.4f,
                   mostly = 0.7f; /* areas: of a detection that a candidate is a part of; of its part in it */
/* Of what stands beside a candidate in its row: gap and step from left edge to left edge, in its heights; times its
 * height. */
static const float most_gap = 1.2f, least_step = 0.25f, as_high = 1.6f;
static const float most_width = 2, most_beside = 2, most_left_out = 3, most_grain = 0.3f,
                   most_field = 2;       /* nothing was fitted beyond */
static const float absent_score = 0.02f; /* the score where the detector saw nothing */
/* Two boxes are for the same ink when so much of the one with less is in both, or of the smaller box at any rate. */
static const float shared_ink = 0.7f, least_shared = 0.3f, most_shared = 0.8f;
static const float least_probability = 1e-4f;

/* So many chosen ones with this mean confidence or less are a texture: blotches have up to 0.52, cluttered pages of
 * digits 0.72 and more. */
enum { LEAST_TEXTURE = 8 };
static const float texture_confidence = 0.6f;

/* How much each opinion counts. */
static const float ink_share = 0.2f, grey_share = 0.5f, detector_share = 0.65f;

/* ---- Boxes ---- */

static struct place place_of(const struct box *box)
{
    return (struct place){(float)box->left, (float)box->top, (float)box->right, (float)box->bottom};
}

/* ---- What becomes a candidate ---- */

static float window_probability(const struct split *split, size_t window, size_t classes)
{
    const float *probabilities = split->probabilities + split->slots[window] * classes;
    return probabilities[most_probable(classes, probabilities)];
}

static void add(struct candidates *candidates, const struct place *box, size_t window, size_t detection)
{
    candidates->items[candidates->count++] = (struct candidate){.box = *box, .window = window, .detection = detection};
}

/* A window that was looked at. */
struct looked_at {
    struct place box;
    size_t window;
};

/* Where the detections and the looked-at windows lie. Starts as {0}. */
struct whereabouts {
    const struct detections *detections;
    struct place_index of_detections;
    struct looked_at *windows;
    size_t window_count;
    struct place_index of_windows;
};

static void whereabouts_free(struct whereabouts *where)
{
    place_index_free(&where->of_detections);
    place_index_free(&where->of_windows);
    free(where->windows);
}

static scrawl_status find_whereabouts(const struct finding *finding, const struct split *split,
                                      const struct detections *detections, struct whereabouts *where)
{
    where->detections = detections;
    where->windows = malloc((finding->window_count + 1) * sizeof *where->windows);
    if (!where->windows) return fail_out_of_memory();
    for (size_t i = 0; i < finding->window_count; i++)
        if (split_looked_at(split, i))
            where->windows[where->window_count++] = (struct looked_at){place_of(&finding->windows[i].box), i};
    scrawl_status status =
        place_index_create(where->windows, sizeof *where->windows, where->window_count, &where->of_windows);
    return status == SCRAWL_OK ? place_index_create(detections->items, sizeof *detections->items, detections->count,
                                                    &where->of_detections)
                               : status;
}

/* Whether a detection lies so nearly where a looked-at window does that it needs none of its own. */
static bool has_window(const struct whereabouts *where, const struct place *place)
{
    size_t window;
    for (struct place_walk walk = place_index_walk(&where->of_windows, place); place_walk_next(&walk, &window);)
        if (place_overlap(&where->windows[window].box, place) > same_place) return true;
    return false;
}

/* The detection that lies most nearly where a window does, of equal ones the first; NO_SOURCE when none is near. One
 * may speak for several windows: those share ink, so that one of them is chosen. */
static size_t detection_at(const struct whereabouts *where, const struct place *box)
{
    size_t best = NO_SOURCE, i;
    float most = near_place;
    for (struct place_walk walk = place_index_walk(&where->of_detections, box); place_walk_next(&walk, &i);) {
        const struct detection *detection = &where->detections->items[i];
        const float overlap = place_overlap(&detection->box, box);
        if (detection->score >= least_score && (overlap > most || (overlap == most && i < best)))
            most = overlap, best = i;
    }
    return best;
}

static scrawl_status collect(const struct split *split, size_t classes, const struct whereabouts *where,
                             struct candidates *candidates)
{
    const struct detections *detections = where->detections;
    candidates->items = malloc((where->window_count + detections->count + 1) * sizeof *candidates->items);
    if (!candidates->items) return fail_out_of_memory();
    for (size_t i = 0; i < detections->count; i++) {
        const struct detection *detection = &detections->items[i];
        if (detection->score >= least_score && !has_window(where, &detection->box))
            add(candidates, &detection->box, NO_SOURCE, i);
    }
    for (size_t i = 0; i < where->window_count; i++) {
        const struct place *box = &where->windows[i].box;
        const size_t window = where->windows[i].window, detection = detection_at(where, box);
        if (detection == NO_SOURCE && window_probability(split, window, classes) < least_window) continue;
        add(candidates, box, window, detection);
        candidates->items[candidates->count - 1].ink = split->probabilities + split->slots[window] * classes;
    }
    return SCRAWL_OK;
}

/* ---- Windows made from boxes ---- */

/* Which rules' ink may belong to such a window, from none to every one's: two readings, of which the network's surer
 * one counts. */
static const uint32_t rules_of_ways[] = {0, every_rule};
enum { WAYS = sizeof rules_of_ways / sizeof *rules_of_ways };

struct made {
    struct window window;
    size_t candidate;
};

static scrawl_status make_windows(struct finding *finding, const struct candidates *candidates, struct made *made,
                                  size_t *count)
{
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *item = &candidates->items[i];
        if (item->window != NO_SOURCE) continue;
        const struct box box = {max_int(0, (int)floorf(item->box.left)), max_int(0, (int)floorf(item->box.top)),
                                min_int(finding->ink.width, (int)ceilf(item->box.right)),
                                min_int(finding->ink.height, (int)ceilf(item->box.bottom))};
        if (box_width(&box) < 1 || box_height(&box) < 1) continue;
        size_t least_members = 0;
        for (size_t way = 0; way < WAYS; way++) {
            struct window *window = &made[*count].window;
            scrawl_status status = finding_window_from_box(finding, &box, rules_of_ways[way], window);
            if (status != SCRAWL_OK) return status;
            made[*count].candidate = i;
            const bool is_new = way == 0 || window->member_count > least_members;
            if (way == 0) least_members = window->member_count;
            *count += is_new && window->member_count > 0 && box_width(&window->box) > 0;
        }
    }
    return SCRAWL_OK;
}

/* Each candidate without a window gets the one that the network holds most for a digit. */
static void take_surest(const struct made *made, size_t count, size_t classes, struct candidates *candidates)
{
    for (size_t i = 0; i < count; i++) {
        struct candidate *item = &candidates->items[made[i].candidate];
        const float *said = candidates->made_probabilities + i * classes;
        if (item->ink && item->ink[most_probable(classes, item->ink)] >= said[most_probable(classes, said)]) continue;
        item->ink = said;
        item->made = made[i].window;
    }
}

static scrawl_status add_made_windows(struct reader *reader, struct finding *finding, struct candidates *candidates)
{
    const size_t classes = scrawl_model_class_count(reader->model), most = WAYS * candidates->count + 1;
    struct made *made = malloc(most * sizeof *made);
    uint8_t *inputs = malloc(most * SCRAWL_IMAGE_PIXELS);
    size_t count = 0;
    candidates->made_probabilities = malloc(most * classes * sizeof(float));
    scrawl_status status = made && inputs && candidates->made_probabilities ? SCRAWL_OK : fail_out_of_memory();
    if (status == SCRAWL_OK) status = make_windows(finding, candidates, made, &count);
    for (size_t i = 0; status == SCRAWL_OK && i < count; i++)
        status = finding_input(finding, &made[i].window, inputs + i * SCRAWL_IMAGE_PIXELS);
    if (status == SCRAWL_OK && count) status = reader_read(reader, inputs, count, candidates->made_probabilities);
    if (status == SCRAWL_OK) take_surest(made, count, classes, candidates);
    free(made);
    free(inputs);
    return status;
}

/* ---- What is said of them ---- */

static float logit_of(float probability)
{
    const float inside = fminf(fmaxf(probability, 1e-6f), 1 - 1e-6f);
    return fminf(fmaxf(logf(inside / (1 - inside)), -most_logit), most_logit);
}

static float probability_of(float logit)
{
    return 1 / (1 + expf(-logit));
}

static void add_opinion(size_t classes, const float *said, float share, float *sums)
{
    for (size_t i = 0; i < classes; i++) sums[i] += share * logf(fmaxf(said[i], least_probability));
}

/* together[classes] becomes what all say. */
static void judge(const struct detections *detections, size_t classes, const float *grey, struct candidate *candidate,
                  float *together)
{
    float sums[SCRAWL_MAX_CLASSES] = {0};
    const float *ink = candidate->ink;
    const struct detection *detection =
        candidate->detection == NO_SOURCE ? NULL : &detections->items[candidate->detection];
    add_opinion(classes, grey, grey_share, sums);
    if (ink) add_opinion(classes, ink, ink_share, sums);
    if (detection) add_opinion(classes, detection->probabilities, detector_share, sums);
    size_t class = most_probable(classes, sums);
    candidate->class_index = class;
    candidate->features[FEATURE_INK] = ink ? logit_of(ink[class]) : 0;
    candidate->features[FEATURE_GREY] = logit_of(grey[class]);
    candidate->features[FEATURE_DETECTOR] = detection ? logit_of(detection->probabilities[class]) : 0;
    candidate->features[FEATURE_SCORE] = logit_of(detection ? detection->score : absent_score);
    candidate->features[FEATURE_INK_AGREES] = ink && most_probable(classes, ink) == class;
    candidate->features[FEATURE_GREY_AGREES] = most_probable(classes, grey) == class;
    candidate->features[FEATURE_DETECTOR_AGREES] =
        detection && most_probable(classes, detection->probabilities) == class;
    candidate->features[FEATURE_WINDOW] = ink != NULL;
    candidate->features[FEATURE_DETECTION] = detection != NULL;
    softmax(1, classes, sums);
    memcpy(together, sums, classes * sizeof *together);
}

static float height_of(const struct candidate *candidate)
{
    return candidate->box.bottom - candidate->box.top;
}

static int by_value(const void *a, const void *b)
{
    const float first = *(const float *)a, second = *(const float *)b;
    return (first > second) - (first < second);
}

/* heights[count] of those with such a score at least, and how many there are. */
static size_t heights_from(const struct candidates *candidates, float least, float *heights)
{
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].features[FEATURE_SCORE] >= least) heights[count++] = height_of(&candidates->items[i]);
    return count;
}

/* The median height of those with a good score, or else of all. heights[count] is scratch. */
static float typical_height(const struct candidates *candidates, float *heights)
{
    size_t count = heights_from(candidates, logit_of(good_score), heights);
    if (count == 0) count = heights_from(candidates, -most_logit, heights);
    if (count == 0) return 1;
    qsort(heights, count, sizeof *heights, by_value);
    return heights[count / 2];
}

static bool holds_middle(const struct place *box, const struct place *other)
{
    const float x = (other->left + other->right) / 2, y = (other->top + other->bottom) / 2;
    return x > box->left && x < box->right && y > box->top && y < box->bottom;
}

/* Whether a box of such a height stands near another in the same row. */
static bool stands_beside(const struct place *box, const struct place *other)
{
    const float height = box->bottom - box->top, other_height = other->bottom - other->top;
    const float gap = fmaxf(other->left - box->right, box->left - other->right);
    const float middle = (other->top + other->bottom) / 2;
    return other_height < as_high * height && height < as_high * other_height && middle > box->top &&
           middle < box->bottom && gap < most_gap * height && fabsf(other->left - box->left) > least_step * height;
}

/* What other detections say of the place: that it holds them, is a part of one, or is in their row. */
static void add_rivals(const struct whereabouts *where, struct candidate *item)
{
    const float area = place_area(&item->box), gap = most_gap * (item->box.bottom - item->box.top);
    const struct place around = {item->box.left - gap, item->box.top, item->box.right + gap, item->box.bottom};
    size_t i;
    for (struct place_walk walk = place_index_walk(&where->of_detections, &around); place_walk_next(&walk, &i);) {
        const struct detection *other = &where->detections->items[i];
        if (i == item->detection) continue;
        if (holds_middle(&item->box, &other->box))
            item->features[FEATURE_COVERS] += other->score;
        else if (stands_beside(&item->box, &other->box))
            item->features[FEATURE_BESIDE] = fminf(item->features[FEATURE_BESIDE] + other->score, most_beside);
        if (place_area(&other->box) > larger * area && place_shared(&item->box, &other->box) > mostly * area)
            item->features[FEATURE_INSIDE] = fmaxf(item->features[FEATURE_INSIDE], other->score);
    }
}

/* Whether all that was found is the paper's grain, in which a detector sees digits by chance. */
static bool is_blank(const struct finding *finding)
{
    size_t grains = 0;
    for (size_t i = 0; i < finding->components.count; i++)
        grains += finding->components.components[i].rule == RULE_BLANK_PAPER;
    return grains > 0 && finding->window_count == 0;
}

/* heights[count] is scratch. */
static void add_context(const struct finding *finding, const struct whereabouts *where, struct candidates *candidates,
                        float *heights)
{
    const float good = logit_of(good_score);
    float best = -most_logit, crowd = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        const float score = candidates->items[i].features[FEATURE_SCORE];
        best = fmaxf(best, score);
        crowd += score >= good;
    }
    const bool blank = is_blank(finding);
    const float typical = typical_height(candidates, heights),
                left_out = logf(1 + (float)finding_left_out_count(finding)),
                field = logf((float)finding->picture.height / fmaxf(typical, 1));
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *item = &candidates->items[i];
        const float height = fmaxf(height_of(item), 1), width = item->box.right - item->box.left;
        item->features[FEATURE_BEST] = best;
        item->features[FEATURE_CROWD] = logf(1 + crowd);
        item->features[FEATURE_LOWER] = fmaxf(0, logf(typical / height));
        item->features[FEATURE_HIGHER] = fmaxf(0, logf(height / typical));
        item->features[FEATURE_BROAD] = fmaxf(0, width / height - 1);
        item->features[FEATURE_WIDTH] = fminf(width / fmaxf(typical, 1), most_width);
        item->features[FEATURE_SIZE] = logf(fminf(height, large));
        item->features[FEATURE_BLANK] = blank;
        item->features[FEATURE_LEFT_OUT] = fminf(left_out, most_left_out);
        item->features[FEATURE_FIELD] = fminf(fmaxf(field, 0), most_field);
        item->features[FEATURE_GRAIN] = fminf((float)finding->ink.soft / FULL_INK, most_grain);
        add_rivals(where, item);
        if (!item->ink) continue;
        const bool made = item->window == NO_SOURCE;
        const struct window *window = made ? &item->made : &finding->windows[item->window];
        item->features[FEATURE_MADE] = made;
        item->features[made ? FEATURE_RULES : FEATURE_PRIOR] = fminf(window->prior, most_logit);
        if (item->detection == NO_SOURCE) continue;
        const struct place box = place_of(&window->box);
        item->features[FEATURE_OVERLAP] = place_overlap(&box, &where->detections->items[item->detection].box);
    }
}

/* ---- Which exclude each other ---- */

struct sources {
    const struct finding *finding;
    const struct candidates *candidates;
    struct place_index index; /* of the candidates */
    uint32_t *ink;            /* [height + 1][width + 1]: of all pixels above and to the left */
};

static scrawl_status sum_ink(struct sources *sources)
{
    const struct ink *ink = &sources->finding->ink;
    const size_t width = (size_t)ink->width, height = (size_t)ink->height;
    uint32_t *sums = sources->ink = calloc((width + 1) * (height + 1), sizeof *sums);
    if (!sums) return fail_out_of_memory();
    for (size_t y = 0; y < height; y++) {
        const uint8_t *values = ink->values + y * width;
        uint32_t row = 0, *above = sums + y * (width + 1), *here = above + width + 1;
        for (size_t x = 0; x < width; x++) {
            row += values[x] >= ink->soft ? values[x] : 0;
            here[x + 1] = above[x + 1] + row;
        }
    }
    return SCRAWL_OK;
}

static size_t whole_between(float value, int most)
{
    return (size_t)fminf(fmaxf(value + 0.5f, 0), (float)most);
}

static float ink_in(const struct sources *sources, const struct place *box)
{
    const struct ink *ink = &sources->finding->ink;
    const size_t left = whole_between(box->left, ink->width), right = whole_between(box->right, ink->width),
                 stride = (size_t)ink->width + 1;
    const uint32_t *top = sources->ink + whole_between(box->top, ink->height) * stride,
                   *bottom = sources->ink + whole_between(box->bottom, ink->height) * stride;
    return (float)(bottom[right] - bottom[left] - top[right] + top[left]);
}

static bool share_ink(const struct sources *sources, const struct place *a, const struct place *b)
{
    const float shared = place_shared(a, b), smaller = fminf(place_area(a), place_area(b));
    if (shared <= least_shared * smaller) return false;
    if (shared > most_shared * smaller) return true;
    const struct place both = place_intersection(a, b);
    return ink_in(sources, &both) > shared_ink * fminf(ink_in(sources, a), ink_in(sources, b));
}

/* Windows of one picture take the same ink when they share atoms; others when they share much ink, or nearly all of
 * their boxes. */
static bool exclude(const void *context, size_t first, size_t second)
{
    const struct sources *sources = context;
    const struct candidate *a = &sources->candidates->items[first], *b = &sources->candidates->items[second];
    if (a->window != NO_SOURCE && b->window != NO_SOURCE) {
        const struct window *one = &sources->finding->windows[a->window];
        const struct window *other = &sources->finding->windows[b->window];
        if (one->first_atom < other->end_atom && other->first_atom < one->end_atom) return true;
        if (one->group == other->group) return false;
    }
    return share_ink(sources, &a->box, &b->box);
}

/* ---- All together ---- */

/* Heights of digits that are looked for, in the finding's typical ones. */
static const double least_height = 0.35, most_height = 2.5;

scrawl_status detect_for(const scrawl_model *detector, const struct finding *finding, int threads,
                         struct detections *detections)
{
    const double typical = finding->grouping.height, whole = finding->ink.height;
    const double least = typical > 0 ? least_height * typical : 0, most = typical > 0 ? most_height * typical : whole;
    return detect(detector, &finding->picture, least, fmin(most, whole), threads, detections);
}

static scrawl_status look(struct reader *reader, const struct finding *finding, struct candidates *candidates)
{
    const size_t classes = scrawl_model_class_count(reader->model), count = candidates->count;
    candidates->inputs = malloc((count + 1) * SCRAWL_IMAGE_PIXELS);
    candidates->grey = malloc((count + 1) * classes * sizeof(float));
    candidates->probabilities = malloc((count + 1) * classes * sizeof(float));
    candidates->choices = calloc(count + 1, sizeof *candidates->choices);
    if (!candidates->inputs || !candidates->grey || !candidates->probabilities || !candidates->choices)
        return fail_out_of_memory();
    const struct picture *picture = &finding->picture;
    for (size_t i = 0; i < count; i++)
        grey_input(picture->grey, picture->width, picture->height, finding->ink.paper.flip, &candidates->items[i].box,
                   candidates->inputs + i * SCRAWL_IMAGE_PIXELS);
    return count ? reader_read(reader, candidates->inputs, count, candidates->grey) : SCRAWL_OK;
}

static void find_confidences(struct candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *item = &candidates->items[i];
        struct choice *choice = &candidates->choices[i];
        item->confidence = probability_of(choice->chosen ? choice->margin : choice->weight) *
                           probability_of(acceptance_of_class(item->features));
        choice->chosen &= item->confidence >= least_confidence;
    }
}

/* Many that are all in doubt are a texture: blotches, wood, weave. */
static void leave_texture_out(struct candidates *candidates)
{
    float sum = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        if (!candidates->choices[i].chosen) continue;
        sum += candidates->items[i].confidence;
        chosen++;
    }
    candidates->texture = chosen >= LEAST_TEXTURE && sum <= texture_confidence * (float)chosen;
    for (size_t i = 0; candidates->texture && i < candidates->count; i++) candidates->choices[i].chosen = false;
}

static void find_beaten(const struct sources *sources, struct candidates *candidates)
{
    for (size_t i = 0, other; i < candidates->count; i++) {
        struct place_walk walk = place_index_walk(&sources->index, &candidates->items[i].box);
        while (!candidates->choices[i].chosen && place_walk_next(&walk, &other))
            candidates->items[i].beaten |= candidates->choices[other].chosen && exclude(sources, i, other);
    }
}

static scrawl_status find_features(const struct finding *finding, const struct whereabouts *where, size_t classes,
                                   struct candidates *candidates)
{
    float *heights = malloc((candidates->count + 1) * sizeof *heights);
    if (!heights) return fail_out_of_memory();
    for (size_t i = 0; i < candidates->count; i++)
        judge(where->detections, classes, candidates->grey + i * classes, &candidates->items[i],
              candidates->probabilities + i * classes);
    add_context(finding, where, candidates, heights);
    free(heights);
    return SCRAWL_OK;
}

static scrawl_status choose(const struct finding *finding, struct candidates *candidates)
{
    struct sources sources = {.finding = finding, .candidates = candidates};
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *item = &candidates->items[i];
        candidates->choices[i] = (struct choice){.box = item->box, .weight = acceptance_of_place(item->features)};
    }
    scrawl_status status =
        place_index_create(candidates->items, sizeof *candidates->items, candidates->count, &sources.index);
    if (status == SCRAWL_OK) status = sum_ink(&sources);
    if (status == SCRAWL_OK)
        status = choose_candidates(candidates->choices, candidates->count, &sources.index, exclude, &sources);
    if (status == SCRAWL_OK) {
        find_confidences(candidates);
        leave_texture_out(candidates);
        find_beaten(&sources, candidates);
    }
    place_index_free(&sources.index);
    free(sources.ink);
    return status;
}

scrawl_status candidates_find(struct reader *reader, struct finding *finding, const struct split *split,
                              const struct detections *detections, struct candidates *candidates)
{
    struct candidates found = {0};
    struct whereabouts where = {0};
    const size_t classes = scrawl_model_class_count(reader->model);
    scrawl_status status = find_whereabouts(finding, split, detections, &where);
    if (status == SCRAWL_OK) status = collect(split, classes, &where, &found);
    if (status == SCRAWL_OK) status = look(reader, finding, &found);
    if (status == SCRAWL_OK) status = add_made_windows(reader, finding, &found);
    if (status == SCRAWL_OK) status = find_features(finding, &where, classes, &found);
    if (status == SCRAWL_OK) status = choose(finding, &found);
    whereabouts_free(&where);
    if (status == SCRAWL_OK)
        *candidates = found;
    else
        candidates_free(&found);
    return status;
}

void candidates_free(struct candidates *candidates)
{
    free(candidates->items);
    free(candidates->choices);
    free(candidates->grey);
    free(candidates->probabilities);
    free(candidates->inputs);
    free(candidates->made_probabilities);
    *candidates = (struct candidates){0};
}
