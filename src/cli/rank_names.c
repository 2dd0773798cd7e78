/* Implements rank_names.h. */
#include "rank_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "rank_transfer.h"
#include "report.h"

enum { PIECE = 1 << 16 }; /* bytes of names that go to a rank at once, about */

/* What comes next, of which all ranks know the size. */
struct announcement {
    size_t size, count;  /* bytes of names, and how many names these are */
    int is_last, status; /* of all; status: of what ends the command */
};

/* Names on their way. */
struct packet {
    struct announcement says;
    char *bytes;
    size_t size;
    FILE *stream; /* to `bytes` */
};

static bool lack_room(void)
{
    complain("Can't keep names in a file in the folder for temporary ones: %s.", strerror(errno));
    return false;
}

/* ---- The first rank ---- */

static bool is_standard_input(const struct picture_item *picture)
{
    return picture->origin == PICTURE_NAMED && strcmp(picture->path, "-") == 0;
}

/* Up to a packet that is full, or all. */
static void fill(struct rank_names *names, struct picture_source *source, size_t shards, struct packet *packets,
                 int count)
{
    struct picture_item picture = {0};
    bool is_full = false;
    while (!is_full && picture_source_next(source, &picture)) {
        /* mpirun hands standard input to the first rank alone. */
        const size_t reader = is_standard_input(&picture) ? 0 : picture_reader_of(picture.path, shards, (size_t)count);
        struct packet *packet = &packets[reader];
        picture_item_write(&picture, packet->stream);
        packet->says.count++;
        fputc((int)reader, names->all);
        fwrite(picture.path, 1, strlen(picture.path) + 1, names->all);
        is_full = ftello(packet->stream) >= PIECE;
        picture_item_free(&picture);
    }
    const bool failed = picture_source_failure(source) || ferror(names->all);
    for (int rank = 0; rank < count; rank++) {
        packets[rank].says.is_last = !is_full || failed;
        packets[rank].says.status = failed ? EXIT_TROUBLE : EXIT_FINE;
    }
}

static void open_packets(struct packet *packets, int count)
{
    for (int rank = 0; rank < count; rank++) {
        packets[rank] = (struct packet){{0}, NULL, 0, NULL};
        packets[rank].stream = open_memstream(&packets[rank].bytes, &packets[rank].size);
        if (!packets[rank].stream) allocate(SIZE_MAX); /* says so, and ends */
    }
}

static void close_packets(struct packet *packets, int count)
{
    for (int rank = 0; rank < count; rank++) {
        if (packets[rank].stream && fclose(packets[rank].stream) != 0) allocate(SIZE_MAX);
        packets[rank].says.size = packets[rank].size;
    }
}

/* ---- All ranks ---- */

/* One round: a packet for each rank. False once it was the last one. */
static bool hand_out(struct rank_names *names, const scrawl_ranks *ranks, struct packet *packets, int *status)
{
    scrawl_part each[SCRAWL_MAX_RANKS];
    struct announcement mine;
    for (int rank = 0; rank < ranks->count; rank++)
        each[rank] = (scrawl_part){&packets[rank].says, sizeof packets[rank].says};
    rank_transfer_from_first(ranks, each, (scrawl_part){&mine, sizeof mine});
    char *bytes = allocate(mine.size);
    for (int rank = 0; rank < ranks->count; rank++) each[rank] = (scrawl_part){packets[rank].bytes, packets[rank].size};
    rank_transfer_from_first(ranks, each, (scrawl_part){bytes, mine.size});
    if (names->own) fwrite(bytes, 1, mine.size, names->own);
    names->own_count += mine.count;
    *status = mine.status;
    free(bytes);
    return !mine.is_last;
}

static bool keep(FILE *file)
{
    errno = 0;
    if (!file || fflush(file) != 0 || ferror(file)) return lack_room();
    rewind(file);
    return true;
}

bool rank_names_hand_out(struct rank_names *names, struct picture_source *source, size_t shards,
                         const scrawl_ranks *ranks, int *status)
{
    struct packet packets[SCRAWL_MAX_RANKS] = {{{0}, NULL, 0, NULL}};
    const bool is_first = ranks->rank == 0;
    names->own = tmpfile();
    names->all = is_first ? tmpfile() : NULL;
    if (is_first && source && !names->all) {
        lack_room();
        *status = EXIT_TROUBLE;
        source = NULL;
    }
    for (bool more = true; more;) {
        for (int rank = 0; rank < ranks->count; rank++)
            packets[rank].says = (struct announcement){.is_last = true, .status = *status};
        if (source) {
            open_packets(packets, ranks->count);
            fill(names, source, shards, packets, ranks->count);
            close_packets(packets, ranks->count);
        }
        more = hand_out(names, ranks, packets, status);
        for (int rank = 0; source && rank < ranks->count; rank++) free(packets[rank].bytes);
    }
    if (*status != EXIT_FINE) {
        if (source && picture_source_failure(source)) complain("%s", picture_source_failure(source));
        if (source && ferror(names->all)) lack_room();
        return false;
    }
    *status = EXIT_TROUBLE;
    return keep(names->own) && (!is_first || keep(names->all));
}

/* ---- Once more ---- */

void rank_names_rewind(struct rank_names *names)
{
    rewind(names->all);
}

bool rank_names_next(struct rank_names *names, const char **path, int *reader)
{
    *reader = getc(names->all);
    if (*reader == EOF || getdelim(&names->path, &names->capacity, 0, names->all) <= 0) return false;
    *path = names->path;
    return true;
}

void rank_names_free(struct rank_names *names)
{
    if (names->own) fclose(names->own);
    if (names->all) fclose(names->all);
    free(names->path);
    *names = (struct rank_names){0};
}
