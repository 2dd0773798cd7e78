/* Full ink, and the arithmetic of floats that images are drawn with. */
#ifndef SHADES_H
#define SHADES_H

enum { FULL = 255 }; /* ink; 0 is paper */

/* As fminf and fmaxf for numbers, but one instruction. */
static inline float lower(float a, float b)
{
    return a < b ? a : b;
}

static inline float higher(float a, float b)
{
    return a > b ? a : b;
}

static inline float clamped(float value, float least, float most)
{
    return lower(higher(value, least), most);
}

#endif
