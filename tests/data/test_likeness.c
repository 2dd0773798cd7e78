/* Tests src/data/likeness.c: what differs is named, by all ranks alike. */
#include "data/likeness.h"

#include <stdio.h>
#include <string.h>

#include "test.h"
#include "thread_ranks.h"

enum { RANKS = 3, THINGS = 2, TEXT = 200 };

struct question {
    const char *kernels[RANKS];
    uint64_t numbers[RANKS][THINGS];
    scrawl_status statuses[RANKS];
    char errors[RANKS][TEXT];
};

static void ask(const scrawl_ranks *ranks, void *context)
{
    struct question *question = context;
    const int rank = ranks->rank;
    const struct likeness things[THINGS] = {{"data", question->numbers[rank][0]},
                                            {"weights", question->numbers[rank][1]}};
    question->statuses[rank] = likeness_check(ranks, question->kernels[rank], things, THINGS);
    if (question->statuses[rank] != SCRAWL_OK) snprintf(question->errors[rank], TEXT, "%s", scrawl_error());
}

static struct question alike(void)
{
    struct question question = {0};
    for (int rank = 0; rank < RANKS; rank++) question.kernels[rank] = "avx2";
    return question;
}

static void check_answer(struct question *question, const char *sentence)
{
    run_ranks(RANKS, ask, question);
    for (int rank = 0; rank < RANKS; rank++) {
        CHECK_EQUAL(question->statuses[rank], *sentence ? SCRAWL_INVALID_ARGUMENT : SCRAWL_OK);
        CHECK_TEXT(question->errors[rank], sentence);
    }
}

TEST(likeness_names_the_first_rank_that_differs)
{
    struct question same = alike(), data = alike(), weights = alike(), kernels = alike();
    check_answer(&same, "");
    data.numbers[2][0] = 7;
    data.numbers[2][1] = 7;
    check_answer(&data, "Rank 2 differs from rank 0 in its data. All ranks need the same.");
    weights.numbers[0][1] = 7;
    check_answer(&weights, "Rank 1 differs from rank 0 in its weights. All ranks need the same.");
    kernels.kernels[1] = "sse2";
    check_answer(&kernels, "Rank 1 computes with the kernels sse2, but rank 0 avx2. All ranks need the same: set "
                           "SCRAWL_KERNELS to some that all their processors have.");
}

TEST(likeness_refuses_numbers_that_no_rank_has)
{
    static const scrawl_ranks wrong[] = {{.rank = 0, .count = 0},
                                         {.rank = 2, .count = 2},
                                         {.rank = -1, .count = 2},
                                         {.rank = 0, .count = SCRAWL_MAX_RANKS + 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQUAL(likeness_check(&wrong[i], "avx2", NULL, 0), SCRAWL_INVALID_ARGUMENT);
        CHECK_TEXT(scrawl_error(), "There can be 1 to 32 ranks, with numbers from 0 on.");
    }
    CHECK_EQUAL(likeness_check(NULL, "avx2", NULL, 0), SCRAWL_OK);
}
