// Whether a network reads the ten digits, whose labels alone are kept and taught. Knows no elements.

const DIGITS = '0123456789';

/** @param {string[]} labels the names of its classes */
export function readsTenDigits(labels) {
    return labels.length === DIGITS.length && labels.every((label, index) => label === DIGITS[index]);
}
