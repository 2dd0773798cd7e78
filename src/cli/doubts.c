/* Implements doubts.h. */
#include "doubts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "hash.h"
#include "predict_rows.h"
#include "report.h"

struct doubts {
    const char *folder;
    const char *path; /* of the table */
    struct row_layout layout;
    struct row_file *table;
};

/* What people have answered so far goes aside, to come back picture by picture. */
static bool open_table(struct doubts *doubts, bool resume)
{
    doubts->table = row_file_open(doubts->path, "doubtful-to", &doubts->layout, resume);
    struct row_group group = {0};
    bool ok = doubts->table != NULL;
    if (ok && resume && row_file_next(doubts->table, &group)) ok = row_file_set_aside(doubts->table);
    ok = ok && row_file_start(doubts->table) && row_file_flush(doubts->table);
    row_group_free(&group);
    if (!ok && doubts->table) row_file_close(doubts->table, false);
    return ok;
}

char *doubts_path(const char *folder, size_t shard, size_t shards)
{
    char *name = shards > 0 ? format_text("doubtful-%zu-of-%zu.csv", shard, shards) : format_text("doubtful.csv");
    char *path = path_join(folder, name);
    free(name);
    return path;
}

struct row_layout doubts_layout(void)
{
    return row_layout_of(ROWS_CSV, row_columns_of_doubts);
}

bool doubts_make_folder(const char *folder)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST) return true;
    complain("Can't make the folder %s: %s.", folder, strerror(errno));
    return false;
}

struct doubts *doubts_open(const char *folder, const char *path, bool resume)
{
    struct doubts *doubts = allocate(sizeof *doubts);
    *doubts = (struct doubts){folder, path, doubts_layout(), NULL};
    if (open_table(doubts, resume)) return doubts;
    free(doubts);
    return NULL;
}

bool doubts_find(struct doubts *doubts, const char *path, struct row_group *group)
{
    return row_file_find(doubts->table, path, group);
}

void doubts_keep(struct doubts *doubts, uint64_t begin, uint64_t end)
{
    row_file_copy(doubts->table, begin, end);
}

bool doubts_add(struct doubts *doubts, const char *path, const scrawl_reading *reading, const void *crop, size_t size)
{
    const uint64_t hash = hash_end(hash_add(hash_start, path, strlen(path)));
    char *name = format_text("%016" PRIx64 ".png", hash), *crop_path = path_join(doubts->folder, name);
    const bool ok = file_write_unnamed(crop_path, crop, size);
    if (!ok) complain("%s", file_error());
    const char *values[FIELDS] = {[FIELD_FILE] = path, [FIELD_CROP] = name, [FIELD_TEXT] = reading->text};
    predict_cell cells[5];
    predict_rows_set_box(values, cells, predict_rows_confidence(reading), predict_rows_box(reading));
    if (ok) rows_print_table_row(row_file_stream(doubts->table), &doubts->layout, values);
    free(crop_path);
    free(name);
    return ok;
}

bool doubts_flush(struct doubts *doubts)
{
    return row_file_flush(doubts->table);
}

bool doubts_close(struct doubts *doubts, bool complete)
{
    const bool ok = row_file_close(doubts->table, complete);
    free(doubts);
    return ok;
}
