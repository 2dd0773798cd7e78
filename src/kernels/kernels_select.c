/* Chooses the table of kernels for this processor: the only place that asks what the processor can do. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#if defined KERNELS_OF_X86_64 /* make compiles these three */
extern const struct kernels kernels_sse2, kernels_avx2, kernels_avx512;
static const struct kernels *const tables[] = {&kernels_avx512, &kernels_avx2, &kernels_sse2};

static bool can_run(const struct kernels *table)
{
    if (table == &kernels_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("fma");
    if (table == &kernels_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return true;
}
#elif defined __wasm__
extern const struct kernels kernels_wasm;
static const struct kernels *const tables[] = {&kernels_wasm};

static bool can_run(const struct kernels *table)
{
    return table != NULL;
}
#else
extern const struct kernels kernels_baseline;
static const struct kernels *const tables[] = {&kernels_baseline};

static bool can_run(const struct kernels *table)
{
    return table != NULL;
}
#endif

static const char *wanted_by_environment(void)
{
#ifdef __wasm__
    return NULL;
#else
    return getenv("SCRAWL_KERNELS");
#endif
}

const char *kernels_advice(void)
{
#ifdef __wasm__
    return "reproducible: true makes a Scrawl with \"wasm-simd128\", without it one has \"wasm-relaxed-simd\" where "
           "the "
           "browser can";
#else
    return "set SCRAWL_KERNELS to that, on a processor that has them";
#endif
}

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static const struct kernels *chosen;

static const struct kernels *find(const char *name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (can_run(tables[i]) && (!name || strcmp(tables[i]->name, name) == 0)) return tables[i];
    return NULL;
}

const char *scrawl_kernels_name(size_t index)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (can_run(tables[i]) && index-- == 0) return tables[i]->name;
    return NULL;
}

scrawl_status scrawl_kernels_choose(const char *name)
{
    const struct kernels *table = find(name);
    if (!table) return fail(SCRAWL_UNSUPPORTED, "This processor has no kernels named \"", name, "\".", NULL);
    __atomic_store_n(&chosen, table, __ATOMIC_RELEASE);
    return SCRAWL_OK;
}

const struct kernels *kernels_current(void)
{
    const struct kernels *table = __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
    if (table) return table;
    const char *name = wanted_by_environment();
    table = name ? find(name) : NULL;
    if (!table) table = find(NULL);
    __atomic_store_n(&chosen, table, __ATOMIC_RELEASE);
    return table;
}
