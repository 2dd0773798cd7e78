/* Tests src/base/memory.c. */
#include "base/memory.h"
#include "test.h"

TEST(memory_refuses_sizes_beyond_the_address_space)
{
    CHECK(allocate_floats(UINT64_MAX) == NULL);
    CHECK(allocate_floats((uint64_t)SIZE_MAX / sizeof(float)) == NULL);
}
