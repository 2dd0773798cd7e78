/* How a call fails: a status, and the sentence behind scrawl_error(). Knows nothing of what failed. */
#ifndef STATUS_H
#define STATUS_H

#include "scrawl.h"

/* Joins the parts (up to a NULL) into this thread's sentence and returns status, so that callers can
 * `return fail(SCRAWL_INVALID_MODEL, "Tensor \"", name, "\" is missing.", NULL)`. Cut at 511 bytes, on a character.
 * Only the first part may be scrawl_error() itself. */
scrawl_status fail(scrawl_status status, ...) __attribute__((sentinel));

scrawl_status fail_out_of_memory(void);

#endif
