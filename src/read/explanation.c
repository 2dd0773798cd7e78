/* Implements explanation.h: copies the stages into one block, in the picture's coordinates. Must not know how any of
 * them comes about. */
#include "explanation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>


enum { PLANES = 5 };

/* The explanation and everything it points to are one allocation; it comes first, bytes last. */
struct explanation_parts {
    scrawl_explanation *explanation;
    scrawl_candidate *candidates;
    scrawl_line *rulings, *cuts;
    scrawl_box *groups;
    scrawl_left_out *left_out;
    uint8_t *planes; /* [5][height][width] */
    uint8_t *inputs; /* [candidates][28][28] */
};

static size_t count_left_out(const struct finding *finding)
{
    size_t count = 0;
    for (size_t i = 0; i < finding->components.count; i++)
        count += !component_is_writing(&finding->components.components[i]);
    return count;
}

/* No sum here can overflow: the finder bounds all counts. */
static scrawl_status allocate_explanation(const struct finding *finding, size_t candidates,
                                          struct explanation_parts *parts)
{
    size_t candidates_size = candidates * sizeof(scrawl_candidate);
    size_t rulings_size = finding->rulings.count * sizeof(scrawl_line);
    size_t cuts_size = finding->cut_count * sizeof(scrawl_line);
    size_t groups_size = finding->grouping.count * sizeof(scrawl_box);
    size_t left_out_size = count_left_out(finding) * sizeof(scrawl_left_out);
    size_t planes_size = PLANES * (size_t)finding->ink.width * (size_t)finding->ink.height;
    char *memory = calloc(1, sizeof(scrawl_explanation) + candidates_size + rulings_size + cuts_size + groups_size +
                                 left_out_size + planes_size + candidates * SCRAWL_IMAGE_PIXELS);
    if (!memory) return fail_out_of_memory();
    parts->explanation = (scrawl_explanation *)memory;
    parts->candidates = (scrawl_candidate *)(memory += sizeof(scrawl_explanation));
    parts->rulings = (scrawl_line *)(memory += candidates_size);
    parts->cuts = (scrawl_line *)(memory += rulings_size);
    parts->groups = (scrawl_box *)(memory += cuts_size);
    parts->left_out = (scrawl_left_out *)(memory += groups_size);
    parts->planes = (uint8_t *)(memory += left_out_size);
    parts->inputs = parts->planes + planes_size;
    return SCRAWL_OK;
}

static scrawl_status write_planes(const struct finding *finding, struct explanation_parts *parts)
{
    const struct ink *ink = &finding->ink;
    size_t pixels = (size_t)ink->width * (size_t)ink->height;
    uint8_t *grey = parts->planes, *paper = grey + pixels, *all_ink = paper + pixels, *clean_ink = all_ink + pixels,
            *reasons = clean_ink + pixels;
    memcpy(grey, finding->picture.grey, pixels);
    memcpy(all_ink, finding->rulings.ink ? finding->rulings.ink : ink->values, pixels);
    memcpy(clean_ink, ink->values, pixels);
    *parts->explanation = (scrawl_explanation){.width = ink->width,
                                               .height = ink->height,
                                               .factor = finding->factor,
                                               .grey = grey,
                                               .paper = paper,
                                               .ink = all_ink,
                                               .clean_ink = clean_ink,
                                               .reasons = reasons,
                                               .dark_paper = ink->paper.flip != 0,
                                               .rotation = (float)(finding->rotation * 180 / M_PI),
                                               .threshold = ink->threshold};
    return paper_write(&ink->paper, ink->width, ink->height, paper);
}

/* A segment in the ink's pixels, of which the first reaches from 0 to 1, in the picture's. */
static scrawl_line scaled_line(int factor, float from_x, float from_y, float to_x, float to_y)
{
    float scale = (float)factor;
    return (scrawl_line){from_x * scale, from_y * scale, to_x * scale, to_y * scale};
}

static void write_rulings(const struct finding *finding, struct explanation_parts *parts)
{
    const float middle = 0.5f; /* of a pixel */
    for (size_t i = 0; i < finding->rulings.count; i++) {
        const struct ruling *ruling = &finding->rulings.items[i];
        parts->rulings[i] = scaled_line(finding->factor, (float)ruling->from_x + middle, (float)ruling->from_y + middle,
                                        (float)ruling->to_x + middle, (float)ruling->to_y + middle);
    }
    parts->explanation->rulings = parts->rulings;
    parts->explanation->ruling_count = finding->rulings.count;
}

static scrawl_box public_box(struct box box)
{
    return (scrawl_box){box.left, box.top, box_width(&box), box_height(&box)};
}

/* Of a component's pixels those that a window takes; of all without one. */
static void write_reason(const struct finding *finding, uint32_t index, const struct window *window,
                         scrawl_reason reason, uint8_t *reasons)
{
    const struct run *runs = finding->components.runs;
    const struct cut *left = window && window->left_cut >= 0 ? &finding->cuts[window->left_cut] : NULL;
    const struct cut *right = window && window->right_cut >= 0 ? &finding->cuts[window->right_cut] : NULL;
    for (uint32_t at = finding->components.components[index].first_run; at != NO_RUN; at = runs[at].next) {
        int start = runs[at].start, end = runs[at].end;
        if (left) start = max_int(start, cut_column(left, runs[at].row));
        if (right) end = min_int(end, cut_column(right, runs[at].row));
        if (window) {
            if (runs[at].row < window->clip.top || runs[at].row >= window->clip.bottom) continue;
            start = max_int(start, window->clip.left), end = min_int(end, window->clip.right);
        }
        uint8_t *row = reasons + (size_t)runs[at].row * (size_t)finding->ink.width;
        if (start < end) memset(row + start, (int)reason, (size_t)(end - start));
    }
}

/* What became a digit has no reason, whatever rules say of it. */
static void clear_reasons(const struct finding *finding, const struct look *look, uint8_t *reasons)
{
    const uint32_t *members = finding->grouping.members;
    for (size_t i = 0; look->window && i < look->window->member_count; i++)
        write_reason(finding, members[look->window->first_member + i], look->window, SCRAWL_REASON_NONE, reasons);
}

/* What no digit was made of: components that rules judge, and writing that the network takes for no digit at all. */
static void write_left_out(const struct finding *finding, const struct chosen_digits *chosen,
                           struct explanation_parts *parts)
{
    const size_t pixels = (size_t)finding->ink.width * (size_t)finding->ink.height;
    uint8_t *reasons = parts->planes + (PLANES - 1) * pixels;
    size_t count = 0;
    for (size_t i = 0; i < finding->components.count; i++) {
        const struct component *component = &finding->components.components[i];
        if (component_is_writing(component)) continue;
        const scrawl_reason reason = rule_reason(component->rule);
        const struct box box = finding_in_picture(finding, &component->box);
        parts->left_out[count++] = (scrawl_left_out){public_box(box), reason, rule_cost(component->rule)};
        write_reason(finding, (uint32_t)i, NULL, reason, reasons);
    }
    for (size_t i = 0; i < finding->window_count; i++) {
        const struct window *window = &finding->windows[i];
        for (size_t j = 0; window_is_group(window) && j < window->member_count; j++)
            write_reason(finding, finding->grouping.members[window->first_member + j], NULL,
                         rule_reason(RULE_NO_DIGIT), reasons);
    }
    for (size_t i = 0; i < chosen->look_count; i++)
        if (chosen->looks[i].digit != NOT_CHOSEN) clear_reasons(finding, &chosen->looks[i], reasons);
    parts->explanation->left_out = parts->left_out;
    parts->explanation->left_out_count = count;
}

/* A group has one atom more than cuts, which are listed group by group. */
static void write_cuts_of(const struct finding *finding, const struct window *group, struct explanation_parts *parts)
{
    const struct box *box = &finding->grouping.groups[group->group].box;
    size_t first = group->first_atom - group->group, end = group->end_atom - group->group - 1;
    for (size_t i = first; i < end; i++) {
        const struct cut *cut = &finding->cuts[i];
        parts->cuts[i] = scaled_line(finding->factor, cut->top_x, (float)box->top, cut->bottom_x, (float)box->bottom);
    }
}

static void write_groups(const struct finding *finding, struct explanation_parts *parts)
{
    for (size_t i = 0; i < finding->window_count; i++) {
        const struct window *window = &finding->windows[i];
        if (!window_is_group(window)) continue;
        parts->groups[window->group] = public_box(finding_box(finding, window));
        write_cuts_of(finding, window, parts);
    }
    parts->explanation->groups = parts->groups;
    parts->explanation->group_count = finding->grouping.count;
    parts->explanation->cuts = parts->cuts;
    parts->explanation->cut_count = finding->cut_count;
}

static void write_candidates(const struct chosen_digits *chosen, struct explanation_parts *parts)
{
    for (size_t i = 0; i < chosen->look_count; i++) {
        const struct look *look = &chosen->looks[i];
        uint8_t *input = parts->inputs + i * SCRAWL_IMAGE_PIXELS;
        memcpy(input, look->input, SCRAWL_IMAGE_PIXELS);
        parts->candidates[i] = (scrawl_candidate){
            .box = public_box(look->box),
            .class_index = look->class_index,
            .confidence = look->confidence,
            .digit = look->digit,
            .reason = look->left_out ? rule_reason(RULE_NO_DIGIT) : SCRAWL_REASON_NONE,
            .input = input,
        };
    }
    parts->explanation->candidates = parts->candidates;
    parts->explanation->candidate_count = chosen->look_count;
}

scrawl_status explanation_create(const struct finding *finding, const struct chosen_digits *chosen,
                                 scrawl_explanation **explanation)
{
    struct explanation_parts parts = {0};
    scrawl_status status = allocate_explanation(finding, chosen->look_count, &parts);
    if (status != SCRAWL_OK) return status;
    status = write_planes(finding, &parts);
    if (status != SCRAWL_OK) {
        free(parts.explanation);
        return status;
    }
    write_rulings(finding, &parts);
    write_groups(finding, &parts);
    write_candidates(chosen, &parts);
    write_left_out(finding, chosen, &parts);
    *explanation = parts.explanation;
    return SCRAWL_OK;
}
