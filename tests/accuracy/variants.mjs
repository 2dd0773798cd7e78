// The same picture otherwise: padded, cropped, enlarged, reduced, turned. All say the same.
import { cropped, mapped, resized, turned } from './photograph.mjs';

const PAD = 16, CROP = 2; // pixels
const DEGREES = 3;

/** So that nothing that stood near the border is turned out of the picture. */
function padded(plane, pixels) { return cropped(plane, -pixels); }

/** Names, and what becomes of a plane. */
export const VARIANTS = [
    { name: `padded by ${PAD} pixels`, change: (plane) => padded(plane, PAD) },
    { name: `cropped by ${CROP} pixels`, change: (plane) => cropped(plane, CROP) },
    { name: 'enlarged twice', change: (plane) => resized(plane, 2) },
    { name: 'reduced to 0.7', change: (plane) => resized(plane, 0.7) },
    { name: `turned by ${DEGREES} degrees`, change: (plane) => turned(padded(plane, PAD), DEGREES) },
    { name: `turned by -${DEGREES} degrees`, change: (plane) => turned(padded(plane, PAD), -DEGREES) },
];

/** Bytes as a plane. @param {{ width: number, height: number, grey: ArrayLike<number> }} picture */
export function planeOf({ width, height, grey }) {
    return mapped({ width, height, values: Float32Array.from(grey) }, (x, y, value) => value / 255);
}
