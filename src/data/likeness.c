/* Implements likeness.h. */
#include "likeness.h"

#include <string.h>

#include "base/text.h"
#include "layers/batch_share.h"

enum { NAME_SIZE = 32 };

/* What a rank says of itself: the same form in all versions, so that they can say that they differ. */
struct message {
    char version[NAME_SIZE], kernels[NAME_SIZE];
    uint64_t numbers[LIKENESS_MOST];
};

static void copy_name(const char *name, char copy[NAME_SIZE])
{
    const size_t length = strlen(name);
    memcpy(copy, name, length < NAME_SIZE ? length : NAME_SIZE - 1);
}

static scrawl_status fail_by_name(size_t rank, const char *what, const char *theirs, const char *first,
                                  const char *advice)
{
    char number[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_ARGUMENT, "Rank ", unsigned_text(rank, number), " ", what, " ", theirs, ", but rank 0 ",
                first, ". All ranks need the same", advice, NULL);
}

static scrawl_status compare(const struct message *first, const struct message *other, size_t rank,
                             const struct likeness *things, size_t count)
{
    char number[NUMBER_TEXT_SIZE];
    if (strcmp(first->version, other->version) != 0)
        return fail_by_name(rank, "runs Scrawl", other->version, first->version, ".");
    if (strcmp(first->kernels, other->kernels) != 0)
        return fail_by_name(rank, "computes with the kernels", other->kernels, first->kernels,
                            ": set SCRAWL_KERNELS to some that all their processors have.");
    for (size_t i = 0; i < count; i++)
        if (first->numbers[i] != other->numbers[i])
            return fail(SCRAWL_INVALID_ARGUMENT, "Rank ", unsigned_text(rank, number), " differs from rank 0 in its ",
                        things[i].what, ". All ranks need the same.", NULL);
    return SCRAWL_OK;
}

scrawl_status likeness_check(const scrawl_ranks *ranks, const char *kernels, const struct likeness *things,
                             size_t count)
{
    struct message messages[SCRAWL_MAX_RANKS] = {0};
    scrawl_status status = SCRAWL_OK;
    char most[NUMBER_TEXT_SIZE];
    if (!ranks) return SCRAWL_OK;
    if (ranks->count < 1 || ranks->count > SCRAWL_MAX_RANKS || ranks->rank < 0 || ranks->rank >= ranks->count)
        return fail(SCRAWL_INVALID_ARGUMENT, "There can be 1 to ", unsigned_text(SCRAWL_MAX_RANKS, most),
                    " ranks, with numbers from 0 on.", NULL);
    struct message *own = &messages[ranks->rank];
    copy_name(scrawl_version(), own->version);
    copy_name(kernels, own->kernels);
    for (size_t i = 0; i < count; i++) own->numbers[i] = things[i].number;
    const struct batch_share share = {ranks, (size_t)ranks->count, 1};
    share_gather_images(&share, sizeof *messages, messages);
    for (size_t rank = 1; rank < (size_t)ranks->count && status == SCRAWL_OK; rank++)
        status = compare(&messages[0], &messages[rank], rank, things, count);
    return status;
}
