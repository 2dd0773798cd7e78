/* Implements schedule.h. */
#include "schedule.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Both begin at `start`, rise in a straight line until the position `warm_up`, and fall to 0 at the end. */
struct curve {
    double start, warm_up;
};
static const struct curve one_cycle = {.start = 0.04, .warm_up = 0.25}, cosine = {.start = 0, .warm_up = 0.05};

static double rise(const struct curve *curve, double position)
{
    return curve->start + (1 - curve->start) * position / curve->warm_up;
}

/* What is left of the way from the peak to the end, 1 .. 0. */
static double way_left(const struct curve *curve, double position)
{
    return (1 - position) / (1 - curve->warm_up);
}

double schedule_share(scrawl_schedule schedule, double position)
{
    switch (schedule) {
        case SCRAWL_ONE_CYCLE:
            return position < one_cycle.warm_up ? rise(&one_cycle, position) : way_left(&one_cycle, position);
        case SCRAWL_COSINE:
            return position < cosine.warm_up ? rise(&cosine, position)
                                             : (1 - cos(pi * way_left(&cosine, position))) / 2;
        default:
            return 1;
    }
}
