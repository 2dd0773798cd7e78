/* Implements found_digits.h. */
#include "found_digits.h"

#include <stdlib.h>

void found_digits_free(struct found_digits *found)
{
    free(found->digits);
    *found = (struct found_digits){0};
}
