/* In place of src/kernels/kernels_table.c in scrawl-exchange.wasm, which converts models and never runs one. Whatever
 * is only run is left out with the kernels: half of that module. */
#include "kernels/kernels.h"

extern const struct kernels KERNELS_TABLE;
const struct kernels KERNELS_TABLE = {.name = "none"};
