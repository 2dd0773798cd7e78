/* Implements rulings.h with directional single-connected chains (Zheng, Li, Doermann, "A model-based line detection
 * algorithm in documents", 2003): runs across a line that continue each other, broken where a stroke crosses, joined
 * again when they lie on one line. Must not know what digits look like. */
#include "rulings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "components.h"

enum {
    LEAST_SIDE = 40,       /* pixels; smaller pictures hold no rulings */
    LEAST_CHAIN = 6,       /* pixels a chain has at least, */
    CHAIN_ASPECT = 2,      /* and this many times its width */
    CHAIN_PART = 150,      /* and this part of the picture's longer side */
    WIDTH_PART = 18,       /* a ruling is at most this part of the shorter side wide, */
    LEAST_WIDTH = 3,       /* or this many pixels, whichever is more */
    ENOUGH_LINES = 4,      /* make a ruled sheet or a table, with */
    ENOUGH_WRITING = 4,    /* pieces of writing in it */
    STROKE_RING = 2,       /* pixels around a crossing that dirt may have */
    CONTINUATION_ROOM = 2, /* pixels beside a ruling's line in which its continuation lies */
    MAX_CHAINS = 1 << 16,  /* of one direction; beyond, the picture is noise */
    BUCKET = 8,            /* pixels across for which lines are searched together */
    LEAST_BLANK = 4,       /* pixels without ink that may interrupt a line of any length */
};

static const double faint_part = 0.7;    /* of the strokes' threshold: rulings are often fainter */
static const double most_slope = 0.22;   /* across per along: 12 degrees */
static const double width_change = 1.5;  /* along a chain, and 1 pixel */
static const double drift = 0.04;        /* a line may bend by this part of a gap, */
static const double drift_widths = 1.0;  /* and by this many of its widths */
static const double gap_part = 0.4;      /* gaps with ink in them are at most this part of the line so far, */
static const double gap_side = 0.15;     /* or of the picture's longer side */
static const double blank_part = 0.06;   /* of them as much is blank, or LEAST_BLANK pixels */
static const double remains_part = 0.25; /* of the longer side, and */
static const double remains_ink = 0.08;  /* of their box is ink */
static const double coverage = 0.35;     /* of a line's length that its chains cover */
static const double most_blank = 0.25;   /* of its length */
static const double ruling_aspect = 10;  /* at least this many times as long as wide; */
static const double border_aspect = 5;   /* at the picture's edge */
static const double candidate_part = .2; /* of the picture's shorter side: shorter lines are strokes */
static const double above_digits = 2.2;  /* rulings are this many times as long as writing is high, or */
static const double border_part = 0.2;   /* as far from the picture's edge as this part of its width, and */
static const double spanning_part = 0.8; /* over this part of it; then writing is at least */
static const double border_digit = 0.25; /* this part of its length high */
static const double free_part = 0.5;     /* of the writing doesn't touch a ruling that stands alone */

/* The picture, or the picture with rows and columns exchanged; lines run down the rows. */
struct view {
    uint8_t *mask; /* [rows][columns]: 1 stroke, 0 not */
    int rows, columns, most_width;
    bool exchanged;
};

/* Runs of consecutive rows that overlap or touch at a corner. */
struct chain {
    int first_row, last_row;
    int start, end; /* of the first run; end is outside */
    float first_center, last_center;
    int pixels;
    int next; /* chain of the same line, -1 after the last */
};

/* Chains in one line. */
struct line {
    int first, last;     /* chains */
    int covered, pixels; /* of its chains: rows and strokes */
    int blank;           /* rows between them without a stroke */
    int next;            /* of the same bucket */
    bool chosen;
};

struct search {
    struct view view;
    struct chain *chains;
    int chain_count, chain_room;
    struct line *lines;
    int line_count;  /* found, then candidates, in the end rulings */
    int other_count; /* behind them: lines too short to be judged alone */
};

/* ---- Chains ---- */

struct stretch {
    int start, end;
    struct chain chain;
    bool taken; /* continued in the row below */
};

/* Up to columns / 2 + 1 runs of a row; the ones that are too wide break chains and are left out. */
static int row_stretches(const struct view *view, int row, struct stretch *stretches)
{
    const uint8_t *mask = view->mask + (size_t)row * (size_t)view->columns;
    int count = 0;
    for (int x = 0; x < view->columns;) {
        const uint8_t *stroke = memchr(mask + x, 1, (size_t)(view->columns - x));
        if (!stroke) break;
        int start = (int)(stroke - mask), end = start;
        while (end < view->columns && mask[end]) end++;
        x = end;
        if (end - start > view->most_width) continue;
        float center = (float)(start + end) / 2;
        stretches[count++] =
            (struct stretch){start, end, {row, row, start, end, center, center, end - start, -1}, false};
    }
    return count;
}

static bool is_long_chain(const struct view *view, const struct chain *chain)
{
    int length = chain->last_row - chain->first_row + 1;
    float across = fabsf(chain->last_center - chain->first_center);
    return length >= greater(LEAST_CHAIN, greater(view->rows, view->columns) / CHAIN_PART) &&
           length * length >= CHAIN_ASPECT * chain->pixels && across <= (float)(most_slope * length) + 1;
}

static scrawl_status keep_chain(struct search *search, const struct chain *chain)
{
    if (!is_long_chain(&search->view, chain) || search->chain_count == MAX_CHAINS) return SCRAWL_OK;
    if (search->chain_count == search->chain_room) {
        int room = search->chain_room ? 2 * search->chain_room : 256;
        struct chain *chains = realloc(search->chains, (size_t)room * sizeof *chains);
        if (!chains) return fail_out_of_memory();
        search->chains = chains;
        search->chain_room = room;
    }
    search->chains[search->chain_count++] = *chain;
    return SCRAWL_OK;
}

/* A stroke that leaves the line makes it broader. */
static bool has_width_of(const struct chain *chain, int width)
{
    double mean = (double)chain->pixels / (chain->last_row - chain->first_row + 1);
    return width <= width_change * mean + 1 && mean <= width_change * width + 1;
}

/* Lets the runs of a row continue the chains of the row above where they overlap one to one. */
static void continue_chains(struct stretch *above, int above_count, struct stretch *here, int here_count)
{
    for (int i = 0, j = 0; i < above_count && j < here_count;) {
        if (above[i].end < here[j].start) {
            i++;
        } else if (here[j].end < above[i].start) {
            j++;
        } else {
            bool fork = (i + 1 < above_count && above[i + 1].start <= here[j].end) ||
                        (j + 1 < here_count && here[j + 1].start <= above[i].end);
            fork = fork || !has_width_of(&above[i].chain, here[j].end - here[j].start);
            if (!fork && !above[i].taken) {
                struct chain chain = above[i].chain;
                chain.last_row = here[j].chain.last_row;
                chain.last_center = here[j].chain.last_center;
                chain.pixels += here[j].chain.pixels;
                here[j].chain = chain;
            }
            above[i].taken = !fork;
            if (above[i].end < here[j].end)
                i++;
            else
                j++;
        }
    }
}

static scrawl_status find_chains(struct search *search)
{
    size_t room = (size_t)search->view.columns / 2 + 1;
    struct stretch *above = malloc(2 * room * sizeof *above), *memory = above;
    if (!above) return fail_out_of_memory();
    struct stretch *here = above + room;
    scrawl_status status = SCRAWL_OK;
    for (int row = 0, above_count = 0; row <= search->view.rows && status == SCRAWL_OK; row++) {
        int count = row < search->view.rows ? row_stretches(&search->view, row, here) : 0;
        continue_chains(above, above_count, here, count);
        for (int i = 0; i < above_count && status == SCRAWL_OK; i++) {
            if (!above[i].taken) status = keep_chain(search, &above[i].chain);
        }
        struct stretch *exchange = above;
        above = here;
        here = exchange;
        above_count = count;
    }
    free(memory);
    return status;
}

/* ---- Lines ---- */

static int higher_first(const void *a, const void *b)
{
    const struct chain *first = a, *second = b;
    if (first->first_row != second->first_row) return first->first_row - second->first_row;
    return first->start - second->start;
}

static int line_length(const struct search *search, const struct line *line)
{
    return search->chains[line->last].last_row - search->chains[line->first].first_row + 1;
}

static double line_width(const struct line *line)
{
    return (double)line->pixels / line->covered;
}

/* Rows without a stroke on the way from one chain to the next: none when strokes or other rulings cross there. */
static int blank_rows(const struct view *view, const struct chain *above, const struct chain *below)
{
    int blank = 0, gap = below->first_row - above->last_row;
    for (int i = 1; i < gap; i++) {
        float center = above->last_center + (below->first_center - above->last_center) * (float)i / (float)gap;
        const uint8_t *mask = view->mask + (size_t)(above->last_row + i) * (size_t)view->columns;
        int x = lesser((int)center, view->columns - 1);
        blank += !mask[x] && !mask[greater(0, x - 1)];
    }
    return blank;
}

/* How far the chain begins from where the line leads; negative when it doesn't belong to it. */
static double distance_from_line(const struct search *search, const struct line *line, const struct chain *chain)
{
    const struct chain *first = &search->chains[line->first], *last = &search->chains[line->last];
    int gap = chain->first_row - last->last_row, side = greater(search->view.rows, search->view.columns);
    int length = line_length(search, line);
    if (gap <= 0 || gap > fmax(gap_part * length, gap_side * side)) return -1;
    if (blank_rows(&search->view, last, chain) > fmax(LEAST_BLANK, blank_part * length)) return -1;
    double width = line_width(line), other = (double)chain->pixels / (chain->last_row - chain->first_row + 1);
    if (other > 2 * width + 1 || width > 2 * other + 1) return -1;
    const struct chain *begin = length > 4 * (last->last_row - last->first_row) ? first : last;
    double slope = (last->last_center - begin->first_center) / fmax(1, last->last_row - begin->first_row);
    double away = fabs(last->last_center + slope * gap - chain->first_center);
    return away <= drift * (gap + 0.5 * side * (length < side / 8) / 8) + drift_widths * width + 1 ? away : -1;
}

static void add_to_line(struct search *search, struct line *line, int index)
{
    struct chain *chain = &search->chains[index];
    line->blank += blank_rows(&search->view, &search->chains[line->last], chain);
    search->chains[line->last].next = index;
    line->last = index;
    line->covered += chain->last_row - chain->first_row + 1;
    line->pixels += chain->pixels;
}

/* The line that leads to the chain best; lines are looked up by where they end. */
static int nearest_line(const struct search *search, const int *buckets, int bucket_count, const struct chain *chain)
{
    int best = -1, bucket = (int)chain->first_center / BUCKET;
    double best_distance = 0;
    for (int i = greater(0, bucket - 1); i <= lesser(bucket_count - 1, bucket + 1); i++) {
        int patience = 64; /* lines looked at: those that ended last come first */
        for (int line = buckets[i]; line >= 0 && patience > 0; line = search->lines[line].next, patience--) {
            double distance = distance_from_line(search, &search->lines[line], chain);
            if (distance < 0 || (best >= 0 && distance >= best_distance)) continue;
            best = line;
            best_distance = distance;
        }
    }
    return best;
}

static void unlink_line(struct search *search, int *bucket, int line)
{
    while (*bucket != line) bucket = &search->lines[*bucket].next;
    *bucket = search->lines[line].next;
}

static scrawl_status find_lines(struct search *search)
{
    int bucket_count = search->view.columns / BUCKET + 1;
    int *buckets = malloc((size_t)bucket_count * sizeof *buckets);
    search->lines = malloc(((size_t)search->chain_count + 1) * sizeof *search->lines);
    if (!buckets || !search->lines) {
        free(buckets);
        return fail_out_of_memory();
    }
    for (int i = 0; i < bucket_count; i++) buckets[i] = -1;
    if (search->chain_count) qsort(search->chains, (size_t)search->chain_count, sizeof *search->chains, higher_first);
    for (int i = 0; i < search->chain_count; i++) {
        struct chain *chain = &search->chains[i];
        int line = nearest_line(search, buckets, bucket_count, chain);
        if (line < 0) {
            line = search->line_count++;
            search->lines[line] =
                (struct line){i, i, chain->last_row - chain->first_row + 1, chain->pixels, 0, -1, false};
        } else {
            unlink_line(search, &buckets[(int)search->chains[search->lines[line].last].last_center / BUCKET], line);
            add_to_line(search, &search->lines[line], i);
        }
        int *bucket = &buckets[(int)chain->last_center / BUCKET];
        search->lines[line].next = *bucket;
        *bucket = line;
    }
    free(buckets);
    return SCRAWL_OK;
}

/* ---- Which lines are rulings ---- */

static bool near_border(const struct search *search, const struct line *line)
{
    double a = search->chains[line->first].first_center, b = search->chains[line->last].last_center;
    double far = border_part * search->view.columns;
    return fmax(a, b) < far || fmin(a, b) > search->view.columns - far;
}

static bool is_candidate(const struct search *search, const struct line *line)
{
    int length = line_length(search, line), side = lesser(search->view.rows, search->view.columns);
    double width = line_width(line);
    return length >= candidate_part * side && line->covered >= coverage * length &&
           line->blank <= most_blank * length &&
           length >= (near_border(search, line) ? border_aspect : ruling_aspect) * width;
}

/* The run in a row that continues one above; false where there is none or a stroke crosses. */
static bool next_run(const struct view *view, int row, int *start, int *end)
{
    const uint8_t *mask = view->mask + (size_t)row * (size_t)view->columns;
    int x = greater(0, *start - 1), beyond = lesser(view->columns, *end + 1);
    while (x < beyond && !mask[x]) x++;
    if (x == beyond) return false;
    int first = x, last = x;
    while (first > 0 && mask[first - 1] && x - first <= view->most_width) first--;
    while (last < view->columns && mask[last] && last - first <= view->most_width) last++;
    *start = first;
    *end = last;
    return last - first <= view->most_width;
}

/* Clears a pixel of the view in an image that isn't exchanged; with its soft neighbours across when `soft`. */
static void clear_run(const struct view *view, int row, int start, int end, uint8_t *values, int below)
{
    for (int x = greater(0, start - 2 * (below > 0)); x < lesser(view->columns, end + 2 * (below > 0)); x++) {
        size_t at = view->exchanged ? (size_t)x * (size_t)view->rows + (size_t)row
                                    : (size_t)row * (size_t)view->columns + (size_t)x;
        if ((x >= start && x < end) || values[at] < below) values[at] = 0;
    }
}

/* Where a run is much wider than the ruling, a stroke lies on it. */
static void clear_line(const struct search *search, const struct line *line, uint8_t *values, int below)
{
    double width = line_width(line);
    for (int index = line->first; index >= 0; index = search->chains[index].next) {
        const struct chain *chain = &search->chains[index];
        int start = chain->start, end = chain->end;
        for (int row = chain->first_row; row <= chain->last_row; row++) {
            if (!next_run(&search->view, row, &start, &end)) break;
            if (end - start <= width_change * width + 1) clear_run(&search->view, row, start, end, values, below);
        }
        if (index == line->last) break;
    }
}

static double center_at(const struct search *search, const struct line *line, double row)
{
    const struct chain *first = &search->chains[line->first], *last = &search->chains[line->last];
    double part = (row - first->first_row) / fmax(1, last->last_row - first->first_row);
    return first->first_center + part * (last->last_center - first->first_center);
}

static bool touches_line(const struct search *search, const struct line *line, const struct box *box)
{
    int left = search->view.exchanged ? box->top : box->left, right = search->view.exchanged ? box->bottom : box->right;
    int top = search->view.exchanged ? box->left : box->top, bottom = search->view.exchanged ? box->right : box->bottom;
    double width = line_width(line), center = center_at(search, line, (top + bottom) / 2.0);
    return bottom >= search->chains[line->first].first_row - 1 && top <= search->chains[line->last].last_row + 1 &&
           right + width / 2 + 2 >= center && left - width / 2 - 2 <= center;
}

/* Crossing lines that escaped: far larger than digits and mostly empty. */
static bool is_remains_of_lines(const struct component *component, int longest_side)
{
    double area = (double)box_width(&component->box) * box_height(&component->box);
    return box_extent(&component->box) > remains_part * longest_side && (double)component->pixels < remains_ink * area;
}

/* Heights of what isn't in a line: the median by squares, as many specks don't outweigh a digit. */
static double typical_height(const struct components *rest, int most, int longest_side)
{
    double *squares = calloc((size_t)most + 1, sizeof *squares), total = 0, seen = 0;
    int height = 0;
    if (!squares) return -1;
    for (size_t i = 0; i < rest->count; i++) {
        int here = box_height(&rest->components[i].box);
        if (is_remains_of_lines(&rest->components[i], longest_side)) continue;
        squares[here] += (double)here * here;
        total += (double)here * here;
    }
    while (height < most && seen < total / 2) seen += squares[++height];
    free(squares);
    return height;
}

static bool spans(const struct search *search, const struct line *line)
{
    return line_length(search, line) >= spanning_part * search->view.rows;
}

static bool is_border(const struct search *search, const struct line *line, double height)
{
    return near_border(search, line) && spans(search, line) && height >= border_digit * line_length(search, line);
}

struct both {
    struct search directions[2]; /* upright, level */
};

/* Clears what lies in the box, unless strokes lead into it: more than STROKE_RING pixels around it. */
static void clear_box(struct ink *ink, struct box box)
{
    int left = greater(0, box.left), right = lesser(ink->width, box.right), ring = 0;
    for (int y = greater(0, box.top - 1); y < lesser(ink->height, box.bottom + 1); y++) {
        const uint8_t *values = ink->values + (size_t)y * (size_t)ink->width;
        bool edge = y < box.top || y >= box.bottom;
        for (int x = left; edge && x < right; x++) ring += values[x] >= ink->threshold;
        if (box.left > 0) ring += values[box.left - 1] >= ink->threshold;
        if (box.right < ink->width && box.right >= 0) ring += values[box.right] >= ink->threshold;
    }
    if (ring > STROKE_RING) return;
    for (int y = greater(0, box.top); y < lesser(ink->height, box.bottom) && left < right; y++) {
        memset(ink->values + (size_t)y * (size_t)ink->width + left, 0, (size_t)(right - left));
    }
}

/* Where two rulings cross, each is a stroke that crosses the other: what both have in common goes too. */
static void clear_crossings(const struct both *both, struct ink *ink)
{
    const struct search *upright = &both->directions[0], *level = &both->directions[1];
    for (int i = 0; i < upright->line_count; i++) {
        for (int j = 0; j < level->line_count; j++) {
            const struct line *a = &upright->lines[i], *b = &level->lines[j];
            double middle = upright->chains[a->first].first_center;
            double y = center_at(level, b, middle), x = center_at(upright, a, y);
            y = center_at(level, b, x);
            int half_width = a->pixels / a->covered / 2 + 2, half_height = b->pixels / b->covered / 2 + 2;
            if (y < upright->chains[a->first].first_row - half_height) continue;
            if (y > upright->chains[a->last].last_row + half_height) continue;
            if (x < level->chains[b->first].first_row - half_width) continue;
            if (x > level->chains[b->last].last_row + half_width) continue;
            clear_box(ink, (struct box){(int)x - half_width, (int)y - half_height, (int)x + half_width + 1,
                                        (int)y + half_height + 1});
        }
    }
}

static void exchange_lines(struct search *search, int a, int b)
{
    struct line line = search->lines[a];
    search->lines[a] = search->lines[b];
    search->lines[b] = line;
}

static void clear_candidates(struct both *both, struct ink *mask)
{
    for (int d = 0; d < 2; d++) {
        struct search *search = &both->directions[d];
        int kept = 0;
        for (int i = 0; i < search->line_count; i++) {
            if (is_candidate(search, &search->lines[i])) exchange_lines(search, kept++, i);
        }
        search->other_count = search->line_count - kept;
        search->line_count = kept;
        for (int i = 0; i < kept; i++) clear_line(search, &search->lines[i], mask->values, 0);
    }
    clear_crossings(both, mask);
}

/* Writing of at least half its typical height, and how much of it touches none of a set of lines. */
struct writing {
    double pixels, free_pixels;
    int free_count;
};

static struct writing writing_beside(const struct both *both, const struct line *only, const struct components *rest,
                                     double height)
{
    struct writing writing = {0};
    for (size_t i = 0; i < rest->count; i++) {
        const struct component *component = &rest->components[i];
        bool touches = false;
        if (component->box.bottom - component->box.top < height / 2) continue;
        for (int d = 0; d < 2; d++) {
            const struct search *search = &both->directions[d];
            for (int j = 0; j < search->line_count && !touches; j++) {
                const struct line *line = &search->lines[j];
                touches = (!only || line == only) && touches_line(search, line, &component->box);
            }
        }
        writing.pixels += (double)component->pixels;
        writing.free_pixels += touches ? 0 : (double)component->pixels;
        writing.free_count += !touches;
    }
    return writing;
}

static bool is_free(struct writing writing)
{
    return writing.free_pixels >= free_part * writing.pixels;
}

/* Long lines are rulings when they span the picture, several or apart from the writing, and when they enclose writing
 * without touching most of it. A digit's own strokes do neither. */
static bool is_ruling(const struct both *both, int direction, const struct line *line, const struct components *rest,
                      double height, int spanning, double broadest, bool table)
{
    const struct search *search = &both->directions[direction];
    if (is_border(search, line, height)) return true;
    if (line_length(search, line) < above_digits * height) return false;
    if (!spans(search, line)) return table || (spanning >= ENOUGH_LINES && line_width(line) <= broadest);
    return table || spanning >= ENOUGH_LINES || is_free(writing_beside(both, line, rest, height));
}

/* Short stretches that lie on a ruling's line, beyond its ends or beside strokes that broke it. */
static void adopt_continuations(struct search *search)
{
    int rulings = search->line_count, all = rulings + search->other_count;
    for (int i = rulings; i < all; i++) {
        const struct line *other = &search->lines[i];
        double first = search->chains[other->first].first_row, last = search->chains[other->last].last_row;
        bool adopted = false;
        for (int j = 0; j < rulings && !adopted; j++) {
            const struct line *ruling = &search->lines[j];
            double room = line_width(ruling) / 2 + CONTINUATION_ROOM;
            adopted = line_width(other) <= width_change * line_width(ruling) + 1 &&
                      fabs(center_at(search, ruling, first) - search->chains[other->first].first_center) <= room &&
                      fabs(center_at(search, ruling, last) - search->chains[other->last].last_center) <= room;
        }
        if (adopted) exchange_lines(search, search->line_count++, i);
    }
    search->other_count = all - search->line_count;
}

static void choose_rulings(struct both *both, const struct components *rest, double height)
{
    int spanning = 0, long_ones = 0;
    double widths = 0;
    for (int d = 0; d < 2; d++) {
        const struct search *search = &both->directions[d];
        for (int i = 0; i < search->line_count; i++) {
            bool above = line_length(search, &search->lines[i]) >= above_digits * height;
            long_ones += above;
            if (above && spans(search, &search->lines[i])) widths += line_width(&search->lines[i]);
            spanning += above && spans(search, &search->lines[i]);
        }
    }
    struct writing writing = writing_beside(both, NULL, rest, height);
    bool table = long_ones >= ENOUGH_LINES && writing.free_count >= ENOUGH_WRITING && is_free(writing);
    for (int d = 0; d < 2; d++) {
        struct search *search = &both->directions[d];
        for (int i = 0; i < search->line_count; i++) {
            search->lines[i].chosen =
                is_ruling(both, d, &search->lines[i], rest, height, spanning, 2 * widths / spanning, table);
        }
    }
    for (int d = 0; d < 2; d++) {
        struct search *search = &both->directions[d];
        int kept = 0;
        for (int i = 0; i < search->line_count; i++) {
            if (search->lines[i].chosen) exchange_lines(search, kept++, i);
        }
        search->other_count += search->line_count - kept;
        search->line_count = kept;
        adopt_continuations(search);
    }
}

/* ---- Both directions ---- */

/* Strokes of the ink as 1, rows and columns exchanged if asked for. In squares, so that both ways stay in the cache. */
static void make_mask(const struct ink *ink, bool exchange, uint8_t *mask)
{
    enum { SQUARE = 32 };
    int threshold = greater(ink->soft, (int)(faint_part * ink->threshold));
    for (int top = 0; top < ink->height; top += SQUARE) {
        for (int left = 0; left < ink->width; left += SQUARE) {
            for (int y = top; y < lesser(top + SQUARE, ink->height); y++) {
                const uint8_t *values = ink->values + (size_t)y * (size_t)ink->width;
                for (int x = left; x < lesser(left + SQUARE, ink->width); x++) {
                    size_t at = exchange ? (size_t)x * (size_t)ink->height + (size_t)y
                                         : (size_t)y * (size_t)ink->width + (size_t)x;
                    mask[at] = values[x] >= threshold;
                }
            }
        }
    }
}

static scrawl_status search_direction(const struct ink *ink, bool exchange, struct search *search)
{
    size_t pixels = (size_t)ink->width * (size_t)ink->height;
    int width = greater(LEAST_WIDTH, lesser(ink->width, ink->height) / WIDTH_PART);
    search->view = (struct view){malloc(pixels), exchange ? ink->width : ink->height,
                                 exchange ? ink->height : ink->width, width, exchange};
    if (!search->view.mask) return fail_out_of_memory();
    make_mask(ink, exchange, search->view.mask);
    scrawl_status status = find_chains(search);
    return status == SCRAWL_OK ? find_lines(search) : status;
}

static scrawl_status judge(const struct ink *ink, struct both *both)
{
    struct ink rest_ink = {ink->width, ink->height, malloc((size_t)ink->width * (size_t)ink->height), 1, 1, 0, {0}};
    struct components rest = {0};
    if (!rest_ink.values) return fail_out_of_memory();
    make_mask(ink, false, rest_ink.values);
    clear_candidates(both, &rest_ink);
    scrawl_status status = SCRAWL_OK;
    if (both->directions[0].line_count + both->directions[1].line_count > 0) {
        status = components_find(&rest_ink, &rest);
        double height = status == SCRAWL_OK ? typical_height(&rest, ink->height, greater(ink->width, ink->height)) : 0;
        if (status == SCRAWL_OK && height < 0) status = fail_out_of_memory();
        if (status == SCRAWL_OK) choose_rulings(both, &rest, height > 0 ? height : INFINITY);
    }
    components_free(&rest);
    ink_free(&rest_ink);
    return status;
}

static scrawl_status list_rulings(const struct both *both, struct rulings *rulings)
{
    size_t count = (size_t)both->directions[0].line_count + (size_t)both->directions[1].line_count;
    if (count == 0) return SCRAWL_OK;
    rulings->items = malloc(count * sizeof *rulings->items);
    if (!rulings->items) return fail_out_of_memory();
    for (int d = 0; d < 2; d++) {
        const struct search *search = &both->directions[d];
        for (int i = 0; i < search->line_count; i++) {
            const struct chain *first = &search->chains[search->lines[i].first];
            const struct chain *last = &search->chains[search->lines[i].last];
            int from = (int)first->first_center, to = (int)last->last_center;
            rulings->items[rulings->count++] = search->view.exchanged
                                                   ? (struct ruling){first->first_row, from, last->last_row, to}
                                                   : (struct ruling){from, first->first_row, to, last->last_row};
        }
    }
    return SCRAWL_OK;
}

static scrawl_status remove_lines(struct ink *ink, struct both *both, struct rulings *rulings)
{
    scrawl_status status = search_direction(ink, false, &both->directions[0]);
    if (status == SCRAWL_OK) status = search_direction(ink, true, &both->directions[1]);
    if (status == SCRAWL_OK) status = judge(ink, both);
    if (status == SCRAWL_OK) status = list_rulings(both, rulings);
    for (int d = 0; d < 2 && status == SCRAWL_OK; d++) {
        const struct search *search = &both->directions[d];
        for (int i = 0; i < search->line_count; i++) clear_line(search, &search->lines[i], ink->values, ink->threshold);
    }
    if (status == SCRAWL_OK) clear_crossings(both, ink);
    return status;
}

scrawl_status rulings_remove(struct ink *ink, struct rulings *rulings)
{
    struct both both = {0};
    *rulings = (struct rulings){0};
    if (lesser(ink->width, ink->height) < LEAST_SIDE || ink->threshold > UINT8_MAX) return SCRAWL_OK;
    scrawl_status status = remove_lines(ink, &both, rulings);
    for (int d = 0; d < 2; d++) {
        free(both.directions[d].view.mask);
        free(both.directions[d].chains);
        free(both.directions[d].lines);
    }
    return status;
}

void rulings_free(struct rulings *rulings)
{
    free(rulings->items);
    *rulings = (struct rulings){0};
}
