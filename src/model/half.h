/* Half-precision numbers (IEEE 754 binary16) to and from float. Knows no tensor. */
#ifndef HALF_H
#define HALF_H

#include <stdint.h>

/* Exact, for every one of them. */
float half_to_float(uint16_t half);

/* To the nearest, the even one of two; infinite from 65520 on. */
uint16_t half_from_float(float value);

#endif
