/* Implements chosen_digits.h. */
#include "chosen_digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "find/page_rotation.h"
#include "find/reading_order.h"
#include "layers/loss.h"
#include "reading.h"

static scrawl_status allocate(size_t most, size_t looks, size_t classes, struct chosen_digits *chosen)
{
    chosen->found.digits = malloc((most + 1) * sizeof *chosen->found.digits);
    chosen->probabilities = malloc((most + 1) * classes * sizeof *chosen->probabilities);
    chosen->looks = malloc((looks + 1) * sizeof *chosen->looks);
    return chosen->found.digits && chosen->probabilities && chosen->looks ? SCRAWL_OK : fail_out_of_memory();
}

void chosen_digits_free(struct chosen_digits *chosen)
{
    found_digits_free(&chosen->found);
    free(chosen->probabilities);
    free(chosen->looks);
    *chosen = (struct chosen_digits){0};
}

/* ---- The lattice's path ---- */

/* What the network says of a window counts as far as the window is in the right path; else it may be anything. */
static void weigh(float share, size_t classes, const float *seen, float *probabilities)
{
    for (size_t i = 0; i < classes; i++) probabilities[i] = share * seen[i] + (1 - share) / (float)classes;
}

static struct found_digit digit_of(const struct finding *finding, const struct split *split, size_t place)
{
    const struct window *window = &finding->windows[split->chosen[place]];
    const size_t slot = split->slots[split->chosen[place]];
    const struct box box = finding_box(finding, window);
    struct found_digit digit = {
        .x = box.left,
        .y = box.top,
        .width = box_width(&box),
        .height = box_height(&box),
        .line = finding->grouping.groups[window->group].line,
    };
    memcpy(digit.input, split->inputs + slot * SCRAWL_IMAGE_PIXELS, SCRAWL_IMAGE_PIXELS);
    return digit;
}

/* What was left out beside a digit of the same number may be one that can't be read: the number is in doubt then. */
static bool makes_doubtful(const struct found_digit *before, const struct found_digit *here)
{
    return before->line == here->line && !reading_is_wide_gap(before, here);
}

/* The chosen windows as digits, and probabilities[digits][classes]. */
static void collect(const struct finding *finding, const struct split *split, size_t classes,
                    struct found_digits *found, float *probabilities)
{
    struct found_digit before, here;
    for (size_t i = 0; i < split->chosen_count; i++, before = here) {
        here = digit_of(finding, split, i);
        const bool doubt = i > 0 && split->left_out[i] != split->left_out[i - 1] && makes_doubtful(&before, &here);
        if (split->left_out[i]) {
            if (doubt) found->digits[found->count - 1].beside_left_out = true;
            continue;
        }
        here.beside_left_out = doubt;
        weigh(split->shares[i], classes, split->probabilities + split->slots[split->chosen[i]] * classes,
              probabilities + found->count * classes);
        found->digits[found->count++] = here;
    }
}

/* All windows that the network was shown; the chosen ones are in their order. */
static void list_looks(const struct finding *finding, const struct split *split, size_t classes,
                       struct chosen_digits *chosen)
{
    size_t place = 0;
    int digit = 0;
    for (size_t i = 0; i < finding->window_count; i++) {
        if (!split_looked_at(split, i)) continue;
        const float *probabilities = split->probabilities + split->slots[i] * classes;
        const size_t class_index = most_probable(classes, probabilities);
        const bool is_chosen = place < split->chosen_count && split->chosen[place] == i;
        const bool left_out = is_chosen && split->left_out[place];
        chosen->looks[chosen->look_count++] = (struct look){
            .box = finding_box(finding, &finding->windows[i]),
            .window = &finding->windows[i],
            .input = split->inputs + split->slots[i] * SCRAWL_IMAGE_PIXELS,
            .class_index = (int)class_index,
            .confidence = probabilities[class_index],
            .digit = is_chosen && !left_out ? digit++ : NOT_CHOSEN,
            .left_out = left_out,
        };
        place += is_chosen;
    }
}

scrawl_status chosen_of_split(const struct finding *finding, const struct split *split, size_t classes,
                              struct chosen_digits *chosen)
{
    scrawl_status status = allocate(split->chosen_count, finding->window_count, classes, chosen);
    if (status != SCRAWL_OK) return status;
    collect(finding, split, classes, &chosen->found, chosen->probabilities);
    list_looks(finding, split, classes, chosen);
    return SCRAWL_OK;
}

/* ---- Candidates ---- */

static struct box whole_pixels(const struct place *box)
{
    return (struct box){(int)floorf(box->left), (int)floorf(box->top), (int)ceilf(box->right), (int)ceilf(box->bottom)};
}

/* The box in pixels of the picture, inside it. */
static struct found_digit digit_at(const struct finding *finding, const struct place *box, int line)
{
    const float factor = (float)finding->factor;
    const struct place scaled = {box->left * factor, box->top * factor, box->right * factor, box->bottom * factor};
    const struct box whole = whole_pixels(&scaled);
    const int left = max_int(0, whole.left), top = max_int(0, whole.top);
    return (struct found_digit){
        .x = left,
        .y = top,
        .width = max_int(1, min_int(finding->picture_width, whole.right) - left),
        .height = max_int(1, min_int(finding->picture_height, whole.bottom) - top),
        .line = line,
    };
}

/* So that the surest class has the confidence that the candidate was given. */
static void weigh_to(float confidence, size_t classes, const float *seen, float *probabilities)
{
    const float most = seen[most_probable(classes, seen)], chance = 1 / (float)classes;
    const float share = most > chance ? (confidence - chance) / (most - chance) : 0;
    weigh(fminf(fmaxf(share, 0), 1), classes, seen, probabilities);
}

/* Below this confidence a digit is doubtful. Chosen on half of a collection of cheque amounts, so that few readings are
 * wrong without a doubt. */
static const float sure = 0.85f;
/* What is left out counts as a digit that can't be read from this confidence on. */
static const float may_be_digit = 0.05f;

/* In one row: the middle of the lower one lies between the other's top and bottom. */
static bool share_row(const struct found_digit *a, const struct found_digit *b)
{
    const struct found_digit *high = a->height > b->height ? a : b, *low = high == a ? b : a;
    const int middle = low->y + low->height / 2;
    return middle >= high->y && middle < high->y + high->height;
}

static bool stand_together(const struct found_digit *a, const struct found_digit *b)
{
    return share_row(a, b) && !reading_is_wide_gap(a->x < b->x ? a : b, a->x < b->x ? b : a);
}

/* Ink that was left out beside a digit may be one that can't be read, and the digit a part of that number or none.
 * Returns what remains of the digit's confidence. */
static float confidence_beside(const struct finding *finding, const struct candidates *candidates, float confidence,
                               struct found_digit *digit)
{
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *item = &candidates->items[i];
        if (candidates->choices[i].chosen || item->beaten || !item->ink || item->confidence < may_be_digit) continue;
        const struct found_digit left_out = digit_at(finding, &item->box, 0);
        if (!stand_together(&left_out, digit)) continue;
        digit->beside_left_out = true;
        confidence *= 1 - item->confidence;
    }
    return fmaxf(confidence, least_confidence);
}

static size_t list_chosen(const struct finding *finding, const struct candidates *candidates,
                          struct reading_item *items)
{
    size_t count = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        if (!candidates->choices[i].chosen) continue;
        const struct box box = whole_pixels(&candidates->items[i].box);
        items[count] = rotated_back(&box, finding->rotation);
        items[count++].index = i;
    }
    return count;
}

/* Hopeless candidates tell nobody anything. */
static const float least_shown = 0.02f;

static void add_look(const struct finding *finding, const struct candidates *candidates, size_t index, size_t classes,
                     int digit, struct chosen_digits *chosen)
{
    const struct candidate *item = &candidates->items[index];
    const struct found_digit place = digit_at(finding, &item->box, 0);
    const struct window *window = item->window != NO_SOURCE ? &finding->windows[item->window]
                                  : item->ink               ? &item->made
                                                            : NULL;
    if (digit == NOT_CHOSEN && item->confidence < least_shown) return;
    chosen->looks[chosen->look_count++] = (struct look){
        .box = {place.x, place.y, place.x + place.width, place.y + place.height},
        .window = window,
        .input = candidates->inputs + index * SCRAWL_IMAGE_PIXELS,
        .class_index = (int)item->class_index,
        .confidence = candidates->probabilities[index * classes + item->class_index],
        .digit = digit,
        .left_out = digit == NOT_CHOSEN && !item->beaten,
    };
}

scrawl_status chosen_of_candidates(const struct finding *finding, const struct candidates *candidates, size_t classes,
                                   struct chosen_digits *chosen)
{
    struct reading_item *items = malloc((candidates->count + 1) * sizeof *items);
    scrawl_status status =
        items ? allocate(candidates->count, candidates->count, classes, chosen) : fail_out_of_memory();
    const size_t count = status == SCRAWL_OK ? list_chosen(finding, candidates, items) : 0;
    if (count) status = reading_order_sort(items, count);
    for (size_t i = 0; status == SCRAWL_OK && i < count; i++) {
        const size_t index = items[i].index;
        struct found_digit *digit = &chosen->found.digits[chosen->found.count++];
        *digit = digit_at(finding, &candidates->items[index].box, items[i].line);
        const float confidence = confidence_beside(finding, candidates, candidates->items[index].confidence, digit);
        digit->doubted = confidence < sure;
        memcpy(digit->input, candidates->inputs + index * SCRAWL_IMAGE_PIXELS, SCRAWL_IMAGE_PIXELS);
        weigh_to(confidence, classes, candidates->probabilities + index * classes, chosen->probabilities + i * classes);
        add_look(finding, candidates, index, classes, (int)i, chosen);
    }
    for (size_t i = 0; status == SCRAWL_OK && i < candidates->count; i++)
        if (!candidates->choices[i].chosen) add_look(finding, candidates, i, classes, NOT_CHOSEN, chosen);
    free(items);
    return status;
}
