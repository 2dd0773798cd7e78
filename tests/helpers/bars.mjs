// Images that are quickly told apart, bars whose place and direction tell the class, and the IDX files that hold them.

export const side = 28;

/** Numbers in 0 .. 1 that are the same in every run. */
export function generator(seed) {
    let state = seed;
    return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/**
 * Draws the bar of a label into image[side][side], up to `shifts` - 1 pixels off its place, its pixels from `faintest`
 * to 255.
 */
export function drawBar(image, label, random, { shifts, faintest }) {
    const position = 4 + (label % 5) * 4 + Math.floor(random() * shifts);
    for (let along = 4; along < 24; along++) {
        for (let across = position; across < position + 3; across++) {
            const place = label < 5 ? along * side + across : across * side + along;
            image[place] = faintest + Math.floor((255 - faintest) * random());
        }
    }
    return image;
}

/** The bytes of an IDX file of unsigned bytes. */
export function idx(dimensions, content) {
    const header = Buffer.alloc(4 + 4 * dimensions.length);
    header.writeUInt32BE(0x800 + dimensions.length);
    dimensions.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
    return Buffer.concat([header, content]);
}
