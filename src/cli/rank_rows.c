/* Implements rank_rows.h. */
#include "rank_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rank_transfer.h"
#include "report.h"

enum { PIECE = 1 << 18 }; /* bytes that a rank sends at once */

/* Before a picture's bytes: how many are rows, and how many a sentence behind them. */
struct frame {
    size_t rows, sentence;
};

struct rank_rows {
    FILE *file, *stream; /* stream: to `text`, of one picture; NULL: nothing was printed */
    char *text, *sentence;
    size_t size;
    bool has_complained;
};

static void complain_of_room(void)
{
    complain("Can't keep rows in a file in the folder for temporary ones: %s. With --out they go elsewhere.",
             strerror(errno ? errno : EIO));
}

struct rank_rows *rank_rows_open(void)
{
    struct rank_rows *rows = allocate(sizeof *rows);
    rows->file = tmpfile();
    if (rows->file) return rows;
    complain_of_room();
    free(rows);
    return NULL;
}

FILE *rank_rows_stream(struct rank_rows *rows)
{
    if (!rows->stream) rows->stream = open_memstream(&rows->text, &rows->size);
    if (!rows->stream) allocate(SIZE_MAX); /* says so, and ends */
    return rows->stream;
}

void rank_rows_complain(struct rank_rows *rows, char *sentence)
{
    free(rows->sentence);
    rows->sentence = sentence;
}

void rank_rows_end(struct rank_rows *rows)
{
    if (rows->stream && fclose(rows->stream) != 0) allocate(SIZE_MAX);
    const struct frame frame = {rows->stream ? rows->size : 0, rows->sentence ? strlen(rows->sentence) : 0};
    fwrite(&frame, sizeof frame, 1, rows->file);
    if (frame.rows > 0) fwrite(rows->text, 1, frame.rows, rows->file);
    if (frame.sentence > 0) fwrite(rows->sentence, 1, frame.sentence, rows->file);
    if (rows->stream) free(rows->text);
    free(rows->sentence);
    rows->stream = NULL;
    rows->sentence = NULL;
}

bool rank_rows_check(struct rank_rows *rows)
{
    errno = 0;
    if (fflush(rows->file) == 0 && !ferror(rows->file)) return true;
    if (!rows->has_complained) complain_of_room();
    rows->has_complained = true;
    return false;
}

/* ---- To the first rank ---- */

/* A piece of what each rank has. False once nothing is left anywhere. */
static bool collect_piece(FILE *from, const scrawl_ranks *ranks, char *buffer, FILE **files)
{
    size_t sizes[SCRAWL_MAX_RANKS] = {0}, most = 0, mine = fread(buffer, 1, PIECE, from);
    scrawl_part parts[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < ranks->count; rank++) parts[rank] = (scrawl_part){&sizes[rank], sizeof sizes[rank]};
    rank_transfer_to_first(ranks, (scrawl_part){&mine, sizeof mine}, parts);
    for (int rank = 0; rank < ranks->count; rank++) {
        parts[rank] = (scrawl_part){buffer + PIECE * (size_t)rank, sizes[rank]};
        if (sizes[rank] > most) most = sizes[rank];
    }
    rank_transfer_to_first(ranks, (scrawl_part){buffer, mine}, parts);
    for (int rank = 0; rank < ranks->count; rank++)
        if (files[rank]) fwrite(parts[rank].bytes, 1, sizes[rank], files[rank]);
    rank_transfer_share(ranks, &most, sizeof most);
    return most > 0;
}

bool rank_rows_collect(struct rank_rows *rows, const scrawl_ranks *ranks, FILE **files)
{
    const bool is_first = ranks->rank == 0;
    char *buffer = allocate(PIECE * (size_t)(is_first ? ranks->count : 1));
    bool ok = true;
    for (int rank = 0; rank < ranks->count; rank++) {
        files[rank] = is_first ? tmpfile() : NULL;
        ok = ok && (files[rank] || !is_first);
    }
    rewind(rows->file);
    while (collect_piece(rows->file, ranks, buffer, files)) {
    }
    free(buffer);
    for (int rank = 0; rank < ranks->count && is_first; rank++) {
        ok = ok && fflush(files[rank]) == 0 && !ferror(files[rank]);
        if (files[rank]) rewind(files[rank]);
    }
    if (!ok) complain_of_room();
    return ok;
}

static bool copy(FILE *from, FILE *to, size_t size)
{
    char bytes[1 << 12];
    while (size > 0) {
        const size_t count = fread(bytes, 1, size < sizeof bytes ? size : sizeof bytes, from);
        if (count == 0) return false;
        fwrite(bytes, 1, count, to);
        size -= count;
    }
    return true;
}

bool rank_rows_print_next(FILE *file)
{
    struct frame frame;
    bool ok = fread(&frame, sizeof frame, 1, file) == 1 && copy(file, stdout, frame.rows);
    if (ok && frame.sentence > 0) {
        char *sentence = allocate(frame.sentence + 1);
        ok = fread(sentence, 1, frame.sentence, file) == frame.sentence;
        if (ok) complain("%s", sentence);
        free(sentence);
    }
    if (!ok) complain("What was read can't be read back from a temporary file. Is the disk full?");
    return ok;
}

void rank_rows_close(struct rank_rows *rows)
{
    if (!rows) return;
    rank_rows_end(rows);
    fclose(rows->file);
    free(rows);
}
