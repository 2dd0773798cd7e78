/* Tests wasm/elementary.c beside the C library's functions of the same names. */
#include "test.h"

#include <math.h>

double small_exp(double x);
double small_cos(double x);
double small_sin(double x);

#define exp small_exp
#define cos small_cos
#define sin small_sin
/* Under other names than the native library's. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../wasm/elementary.c"
#undef exp
#undef cos
#undef sin

enum { STEPS = 20000 };
static const double precision = 1e-15; /* some units in the last place of numbers near 1 */

TEST(elementary_exponential_is_the_librarys)
{
    for (int i = 0; i <= STEPS; i++) {
        const double x = -708 + 1417.0 * i / STEPS, wanted = exp(x);
        if (!CHECK(fabs(small_exp(x) - wanted) <= precision * wanted)) return;
    }
    CHECK(small_exp(0) == 1);
    CHECK(small_exp(-800) == 0 && small_exp(-INFINITY) == 0);
    CHECK(isinf(small_exp(800)) && isinf(small_exp(INFINITY)));
    CHECK(isnan(small_exp(NAN)));
    CHECK(small_exp(-740) > 0 && fabs(small_exp(-740) / exp(-740) - 1) < 0.01); /* denormal */
}

TEST(elementary_sine_and_cosine_are_the_librarys)
{
    for (int i = -STEPS; i <= STEPS; i++) {
        const double x = 100.0 * i / STEPS;
        if (!CHECK(fabs(small_cos(x) - cos(x)) <= precision && fabs(small_sin(x) - sin(x)) <= precision)) return;
    }
    CHECK(small_sin(0) == 0 && small_cos(0) == 1);
    CHECK(fabs(small_sin(1e-9) / 1e-9 - 1) <= precision);
    CHECK(fabs(small_cos(1e6) - cos(1e6)) < 1e-12 && fabs(small_sin(1e6) - sin(1e6)) < 1e-12);
    CHECK(isnan(small_cos(INFINITY)) && isnan(small_sin(NAN)) && isnan(small_sin(1e300)));
}
