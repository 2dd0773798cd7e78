/* Implements place_index.h. */
#include "place_index.h"

#include <stdlib.h>

/* What is indexed. */
struct places {
    const char *first;
    size_t stride, count;
};

static const struct place *place_at(const struct places *places, size_t index)
{
    return (const struct place *)(const void *)(places->first + index * places->stride);
}

static float low_side(const struct place_index *index, const struct place *place)
{
    return index->across_columns ? place->left : place->top;
}

static float high_side(const struct place_index *index, const struct place *place)
{
    return index->across_columns ? place->right : place->bottom;
}

/* At most one band more than places. */
static void lay_bands(const struct places *places, struct place_index *index)
{
    struct place all = *place_at(places, 0);
    float sizes = 0;
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = place_at(places, i);
        all = (struct place){min_float(all.left, place->left), min_float(all.top, place->top),
                             max_float(all.right, place->right), max_float(all.bottom, place->bottom)};
    }
    index->across_columns = all.right - all.left > all.bottom - all.top;
    for (size_t i = 0; i < places->count; i++)
        sizes += max_float(high_side(index, place_at(places, i)) - low_side(index, place_at(places, i)), 0);
    const float length = max_float(high_side(index, &all) - low_side(index, &all), 0);
    index->start = low_side(index, &all);
    index->band_size = max_float(max_float(sizes, length) / (float)places->count, 1);
    index->band_count = (size_t)(length / index->band_size) + 1;
}

static size_t band_of(const struct place_index *index, float side)
{
    const float band = (side - index->start) / index->band_size;
    return (size_t)min_float(max_float(band, 0), (float)(index->band_count - 1));
}

static size_t last_band(const struct place_index *index, const struct place *place)
{
    return band_of(index, high_side(index, place));
}

/* Counts each band's entries into starts[band + 1], then writes them. */
static scrawl_status write_entries(const struct places *places, struct place_index *index)
{
    uint32_t *starts = index->starts;
    for (size_t i = 0; i < places->count; i++) {
        const size_t last = last_band(index, place_at(places, i));
        index->first[i] = (uint32_t)band_of(index, low_side(index, place_at(places, i)));
        for (size_t band = index->first[i]; band <= last; band++) starts[band + 1]++;
    }
    for (size_t band = 0; band < index->band_count; band++) starts[band + 1] += starts[band];
    index->entries = malloc(starts[index->band_count] * sizeof *index->entries);
    if (!index->entries) return fail_out_of_memory();
    for (size_t i = 0; i < places->count; i++)
        for (size_t band = index->first[i]; band <= last_band(index, place_at(places, i)); band++)
            index->entries[starts[band]++] = (uint32_t)i;
    for (size_t band = index->band_count; band > 0; band--) starts[band] = starts[band - 1];
    starts[0] = 0;
    return SCRAWL_OK;
}

scrawl_status place_index_create(const void *first, size_t stride, size_t count, struct place_index *index)
{
    const struct places places = {first, stride, count};
    struct place_index made = {.band_size = 1};
    scrawl_status status = SCRAWL_OK;
    if (count > 0) {
        lay_bands(&places, &made);
        made.starts = calloc(made.band_count + 1, sizeof *made.starts);
        made.first = malloc(count * sizeof *made.first);
        status = made.starts && made.first ? write_entries(&places, &made) : fail_out_of_memory();
    }
    if (status == SCRAWL_OK)
        *index = made;
    else
        place_index_free(&made);
    return status;
}

void place_index_free(struct place_index *index)
{
    free(index->starts);
    free(index->entries);
    free(index->first);
    *index = (struct place_index){0};
}

struct place_walk place_index_walk(const struct place_index *index, const struct place *place)
{
    if (index->band_count == 0) return (struct place_walk){.index = index, .band = 1};
    const size_t first = band_of(index, low_side(index, place));
    return (struct place_walk){index, first, last_band(index, place), first, index->starts[first]};
}

bool place_walk_next(struct place_walk *walk, size_t *number)
{
    const struct place_index *index = walk->index;
    for (; walk->band <= walk->last; walk->band++) {
        while (walk->at < index->starts[walk->band + 1]) {
            *number = index->entries[walk->at++];
            /* A place in several bands is met in the first of them that the walk goes through. */
            if (walk->band == walk->first || index->first[*number] == walk->band) return true;
        }
    }
    return false;
}
