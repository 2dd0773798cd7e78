/* exp, sin and cos in place of the C library's in the wasm module, which everyone downloads: those bring tables of
 * powers and of pi's digits, 5 kB of the compressed file. These are sums of a few terms, right to some units in the
 * last place, slower, and meant for what isn't called in inner loops. Knows nothing of the library. */
#include <math.h>

/* The first terms that are left out are below 2^-53 of the sum: what is left of an argument is at most ln 2 / 2, or
 * pi / 4. */
enum { EXP_TERMS = 14, COS_TERMS = 16, SIN_TERMS = 17 };

/* x - times * (high + low), where high has few enough bits for times * high to be exact. */
static double reduced(double x, double times, double high, double low)
{
    return x - times * high - times * low;
}

double exp(double x)
{
    static const double per_power = 1.4426950408889634; /* 1 / ln 2 */
    static const double least = -746, most = 710;       /* beyond them the result is 0 or infinite */
    if (isnan(x)) return x;
    x = fmin(fmax(x, least), most);
    const double power = rint(x * per_power);
    const double rest = reduced(x, power, 6.93147180369123816490e-01, 1.90821492927058770002e-10); /* ln 2 */
    double sum = 1;
    for (int n = EXP_TERMS; n > 0; n--) sum = 1 + rest / n * sum;
    return scalbn(sum, (int)power);
}

/* The cosine of x radians and some quarter turns more. Where x is so large that its turns can't be told, NaN. */
static double cosine(double x, int quarters)
{
    static const double per_quarter = 0.63661977236758138; /* 2 / pi */
    static const double most_quarters = 1e6;
    const double whole = rint(x * per_quarter);
    const double rest = reduced(x, whole, 1.57079632673412561417e+00, 6.07710050650619224932e-11); /* pi / 2 */
    if (!(fabs(whole) < most_quarters)) return NAN;
    quarters += (int)whole;
    const int terms = quarters & 1 ? SIN_TERMS : COS_TERMS;
    double sum = 1;
    for (int n = terms; n > 1; n -= 2) sum = 1 - rest * rest / (n * (n - 1)) * sum;
    if (quarters & 1) sum *= rest;
    return (quarters + 1) & 2 ? -sum : sum;
}

double cos(double x)
{
    return cosine(x, 0);
}

double sin(double x)
{
    return cosine(x, 3);
}
