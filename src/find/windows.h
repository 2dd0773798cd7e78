/* What was found in a picture; the stretches of its ink that may be one digit: whole groups, parts of them, or what
 * lies in a box; and their 28x28 inputs. Knows no network: which of them are digits, others judge. */
#ifndef WINDOWS_H
#define WINDOWS_H

#include "clutter/rulings.h"
#include "cuts.h"
#include "picture/picture.h"

/* Some components' ink, as far as it lies between two cuts and inside a box. Atoms are the places between neighbouring
 * cuts, numbered in reading order over the whole picture; as cuts may cross, not all of them hold ink of their own.
 * Windows that follow each other from the first atom to the last hold all the writing once. */
struct window {
    size_t first_atom, end_atom;       /* both 0 for a window of a box: its place is not known here */
    size_t first_member, member_count; /* of the finding's grouping.members: the components */
    int left_cut, right_cut;           /* indexes into the finding's cuts; -1: none */
    struct box clip;                   /* ink beyond it is not the window's */
    struct box box;                    /* of its ink; without ink 0 wide */
    size_t group, group_count; /* the groups that it was made of, or a part of one; a window of a box: of none */
    int line;                  /* of its groups, or of the group that is nearest to it */
    float prior;               /* nats that speak against a digit, 0 or more: of a window of groups by its shape
                                  alone, of one of a box by the rules that take its ink for something else */
};

/* What was found in a picture. Starts as {0}. Coordinates are in pixels of `ink`, of which each is `factor` x `factor`
 * of the picture's. */
struct finding {
    bool keep_picture;      /* set before: the picture is kept too, which nothing later needs */
    uint32_t rules_off;     /* set before: bits of rules, before RULES_TO_SWITCH, that judge nothing */
    struct picture picture; /* reduced */
    bool single;            /* all the ink is one digit */
    int factor, picture_width, picture_height;
    struct ink ink;               /* without rulings */
    struct rulings rulings;       /* and the ink with them */
    double rotation;              /* of the page, radians clockwise; 0 where that is uncertain */
    struct components components; /* with what rules take for something else, last the rulings' */
    struct grouping grouping;     /* of the writing, in reading order; the members of windows of boxes follow its own */
    struct cut *cuts;             /* group by group, left to right */
    size_t cut_count;
    size_t atom_count;
    struct window *windows; /* by their first atom; each group as a whole is one */
    size_t window_count;
};

/* Lists cuts and windows of the finding's groups. Fails with OUT_OF_MEMORY only, as all here that can fail. */
scrawl_status windows_list(struct finding *finding);

/* Whether the window is one group as a whole. */
bool window_is_group(const struct window *window);

/* A box with the soft edge of strokes around it, inside the picture. */
struct box window_area(const struct box *box, const struct ink *ink);

/* The network's input for a window: 0 paper .. 255 ink. A window of a box that has a ruling's ink among its components
 * is cut from the ink as it was with rulings. */
scrawl_status finding_input(const struct finding *finding, const struct window *window,
                            uint8_t input[SCRAWL_IMAGE_PIXELS]);

/* A box in pixels of the picture, and a window's. */
struct box finding_in_picture(const struct finding *finding, const struct box *box);
struct box finding_box(const struct finding *finding, const struct window *window);

/* A component, and how many of its pixels lie in a box. */
struct part_inside {
    uint32_t component;
    size_t pixels;
};

/* The components, judged or not, that have pixels in a box: (*parts)[*count], in the finding's order; free(). Takes
 * time in proportion to the components, and to the runs of those that are found. */
scrawl_status finding_parts_inside(const struct finding *finding, const struct box *box, struct part_inside **parts,
                                   size_t *count);

/* How many components that are about as large as digits the rules took for something other than writing. */
size_t finding_left_out_count(const struct finding *finding);

/* Makes a window of the components that belong to a box: most of their pixels lie in it, or a good part of what lies in
 * it is theirs. Where one of them reaches far beyond a side, all ink is cut off a little beyond that side. rules: bits
 * of those whose ink may belong to it too; 0: writing only. The window's prior is the rules' costs, each as far as the
 * ink is its. Its members are added to the finding's; it is not added to the finding's windows. */
scrawl_status finding_window_from_box(struct finding *finding, const struct box *box, uint32_t rules,
                                      struct window *window);

#endif
