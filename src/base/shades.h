/* Full ink, and the arithmetic of floats that images are drawn with. */
#ifndef SHADES_H
#define SHADES_H

enum { FULL = 255 }; /* ink; 0 is paper */

#endif
