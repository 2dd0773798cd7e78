/* Grey pixels to groups of ink, the ways to read them as digits, and 28x28 inputs. Every stage's result stays
 * reachable. Knows no network: which of the ways is right, others judge. */
#ifndef FIND_DIGITS_H
#define FIND_DIGITS_H

#include "windows.h"

/* single: all the ink is one digit. A picture without ink gives no windows. Memory: 2 bytes per pixel of the ink,
 * which has at most 3.2 million, one more where there are rulings, and one for a picture that is kept; one more until
 * the components are judged, where filled boxes are inverted; what its pieces take: 20 bytes per run; and, while a
 * group's cuts are sought, 16 bytes per pixel of its box and of half its height beside it, reduced to less than 128
 * rows. */
scrawl_status find_digits(const struct picture *picture, bool single, struct finding *finding);
void finding_free(struct finding *finding);

#endif
