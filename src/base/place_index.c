/* Implements place_index.h. */
#include "place_index.h"

#include <stdlib.h>

static float height_of(const struct place *place)
{
    return max_float(place->bottom - place->top, 0);
}

/* Bands from the highest top to the lowest bottom, no more of them than places. */
static void lay_bands(const struct place *places, size_t count, struct place_index *index)
{
    float top = places[0].top, bottom = places[0].bottom, heights = 0;
    for (size_t i = 0; i < count; i++) {
        top = min_float(top, places[i].top);
        bottom = max_float(bottom, places[i].bottom);
        heights += height_of(&places[i]);
    }
    index->top = top;
    index->band_height = max_float(max_float(heights, bottom - top) / (float)count, 1);
    index->band_count = (size_t)(max_float(bottom - top, 0) / index->band_height) + 1;
}

static size_t band_of(const struct place_index *index, float row)
{
    const float band = (row - index->top) / index->band_height;
    return (size_t)min_float(max_float(band, 0), (float)(index->band_count - 1));
}

/* Counts each band's entries into starts[band + 1], then writes them. */
static scrawl_status write_entries(const struct place *places, size_t count, struct place_index *index)
{
    uint32_t *starts = index->starts;
    for (size_t i = 0; i < count; i++) {
        const size_t last = band_of(index, places[i].bottom);
        index->first[i] = (uint32_t)band_of(index, places[i].top);
        for (size_t band = index->first[i]; band <= last; band++) starts[band + 1]++;
    }
    for (size_t band = 0; band < index->band_count; band++) starts[band + 1] += starts[band];
    index->entries = malloc(starts[index->band_count] * sizeof *index->entries);
    if (!index->entries) return fail_out_of_memory();
    for (size_t i = 0; i < count; i++)
        for (size_t band = index->first[i]; band <= band_of(index, places[i].bottom); band++)
            index->entries[starts[band]++] = (uint32_t)i;
    for (size_t band = index->band_count; band > 0; band--) starts[band] = starts[band - 1];
    starts[0] = 0;
    return SCRAWL_OK;
}

scrawl_status place_index_create(const struct place *places, size_t count, struct place_index *index)
{
    struct place_index made = {.band_height = 1};
    if (count > 0) {
        lay_bands(places, count, &made);
        made.starts = calloc(made.band_count + 1, sizeof *made.starts);
        made.first = malloc(count * sizeof *made.first);
        scrawl_status status = made.starts && made.first ? write_entries(places, count, &made) : fail_out_of_memory();
        if (status != SCRAWL_OK) {
            place_index_free(&made);
            return status;
        }
    }
    *index = made;
    return SCRAWL_OK;
}

void place_index_free(struct place_index *index)
{
    free(index->starts);
    free(index->entries);
    free(index->first);
    *index = (struct place_index){0};
}

struct place_walk place_index_walk(const struct place_index *index, const struct place *rows)
{
    if (index->band_count == 0) return (struct place_walk){.index = index, .band = 1};
    const size_t first = band_of(index, rows->top);
    return (struct place_walk){index, first, band_of(index, rows->bottom), first, index->starts[first]};
}

bool place_walk_next(struct place_walk *walk, size_t *place)
{
    const struct place_index *index = walk->index;
    for (; walk->band <= walk->last; walk->band++) {
        while (walk->at < index->starts[walk->band + 1]) {
            *place = index->entries[walk->at++];
            /* A place in several bands is met in the first of them that the walk goes through. */
            if (walk->band == walk->first || index->first[*place] == walk->band) return true;
        }
    }
    return false;
}
