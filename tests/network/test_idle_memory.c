/* Tests of idle_memory.c: how much is kept from reading to reading. */
#include "network/idle_memory.h"

#include "base/memory.h"
#include "test.h"

enum { LARGE = 20 << 20 }; /* floats: 80 MiB */

static struct reading_memory *take(struct idle_memory *idle, uint64_t floats)
{
    struct reading_memory *memory = NULL;
    if (!CHECK_EQUAL(idle_memory_take(idle, 1, &memory), SCRAWL_OK)) return NULL;
    if (memory->workspace.block) return memory;
    memory->workspace.block = allocate_floats(floats);
    memory->workspace.floats = floats;
    return memory;
}

TEST(idle_memory_keeps_one_large_workspace_but_not_two)
{
    struct idle_memory *idle = NULL;
    CHECK_EQUAL(idle_memory_create(&idle), SCRAWL_OK);
    struct reading_memory *first = take(idle, LARGE), *second = take(idle, LARGE);
    const float *block = first->workspace.block;
    idle_memory_give(idle, first);
    CHECK(first->workspace.block == block);
    idle_memory_give(idle, second);
    CHECK(!second->workspace.block); /* its threads are kept */
    struct reading_memory *again = take(idle, 1), *other = take(idle, LARGE);
    CHECK(again == second && other == first);
    CHECK(other->workspace.block == block);
    idle_memory_give(idle, again);
    idle_memory_give(idle, other);
    CHECK(again->workspace.block && other->workspace.block);
    idle_memory_free(idle);
}
