/* Grey pixels to groups of ink, the ways to read them as digits, and 28x28 inputs. Every stage's result stays
 * reachable. Knows no network: which of the ways is right, others judge. */
#ifndef FIND_DIGITS_H
#define FIND_DIGITS_H

#include "clutter/rulings.h"
#include "cuts.h"
#include "picture/picture.h"

/* A stretch of ink that may be one digit: what lies between two cuts of a group, or whole groups. Atoms are the places
 * between neighbouring cuts, numbered in reading order over the whole picture; as cuts may cross, not all of them hold
 * ink of their own. Windows that follow each other from the first atom to the last hold all the ink once. */
struct window {
    size_t first_atom, end_atom;
    size_t group, group_count;
    int left_cut, right_cut; /* indexes into the finding's cuts; -1: from the group's start, to its end */
    struct box box;          /* of its ink */
    float prior;             /* nats by which its shape alone is unlikely to be a digit, 0 or more */
};

/* Starts as {0}. Coordinates are in pixels of `ink`, of which each is `factor` x `factor` of the picture's. */
struct finding {
    bool keep_early; /* set before: the first stages, which nothing later needs, are kept too */
    struct {
        struct picture picture; /* reduced */
        uint8_t *ink;           /* with rulings */
    } early;
    bool single; /* all the ink is one digit */
    int factor, picture_width, picture_height;
    struct ink ink; /* without rulings */
    struct rulings rulings;
    double rotation; /* of the page, radians clockwise; 0 where that is uncertain */
    struct components components;
    struct grouping grouping; /* in reading order */
    struct cut *cuts;         /* group by group, left to right */
    size_t cut_count;
    size_t atom_count;
    struct window *windows; /* by their first atom; each group as a whole is one */
    size_t window_count;
};

/* single: all the ink is one digit. A picture without ink gives no windows. Memory: 2 bytes per pixel of the ink, which
 * has at most 3.2 million, and two more for early stages; one more until the components are known, where filled boxes
 * are rotated; what its pieces take: 20 bytes per run; and, while a group's cuts are sought, 16 bytes per pixel of its
 * box and of half its height beside it, reduced to less than 128 rows. */
scrawl_status find_digits(const struct picture *picture, bool single, struct finding *finding);
void finding_free(struct finding *finding);

/* Whether the window is one group as a whole. */
bool window_is_group(const struct window *window);

/* The network's input for a window: 0 paper .. 255 ink. Fails with OUT_OF_MEMORY only. */
scrawl_status finding_input(const struct finding *finding, const struct window *window,
                            uint8_t input[SCRAWL_IMAGE_PIXELS]);

/* The window's box in pixels of the picture. */
struct box finding_box(const struct finding *finding, const struct window *window);

#endif
