// The arithmetic of accuracy. Knows no picture and no program.

/** Mean distance between confidence and accuracy over bins of equal width, weighted by readings: 0 .. 1. */
export function calibrationError(readings, binCount = 15) {
    const bins = Array.from({ length: binCount }, () => ({ confidence: 0, right: 0 }));
    for (const { confidence, right } of readings) {
        const bin = bins[Math.min(binCount - 1, Math.floor(confidence * binCount))];
        bin.confidence += confidence;
        bin.right += right ? 1 : 0;
    }
    return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / readings.length;
}

/** How probable it is that one of `digits` is above one of `others`, ties counting half: area under the ROC curve. */
export function areaUnderRoc(digits, others) {
    const sorted = Float64Array.from(others).sort();
    let sum = 0;
    for (const confidence of digits) sum += (countBelow(sorted, confidence, false) + countBelow(sorted, confidence, true)) / 2;
    return sum / digits.length / others.length;
}

/** Of a sorted array, how many are below the value, or equal to it too. */
function countBelow(sorted, value, orEqual) {
    let first = 0, end = sorted.length;
    while (first < end) {
        const middle = (first + end) >> 1;
        if (sorted[middle] < value || (orEqual && sorted[middle] === value)) first = middle + 1;
        else end = middle;
    }
    return first;
}

/** Wilson's interval of a share at 95 %, [least, most]. */
export function interval(right, count) {
    const z = 1.96, share = right / count, scale = 1 + z * z / count;
    const middle = (share + z * z / (2 * count)) / scale;
    const half = z * Math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / scale;
    return [middle - half, middle + half];
}

/**
 * How a text that was read fits what stands there, with the fewest changes (Levenshtein): right, expected, and added
 * characters that stand for nothing.
 */
export function matches(expected, text) {
    const better = (a, b) => a.cost < b.cost || (a.cost === b.cost && a.right > b.right);
    let above = Array.from({ length: text.length + 1 }, (_, j) => ({ cost: j, right: 0, added: j }));
    for (const character of expected) {
        const row = [{ ...above[0], cost: above[0].cost + 1 }];
        for (let j = 0; j < text.length; j++) {
            const isSame = text[j] === character, before = above[j];
            const ways = [
                { cost: before.cost + (isSame ? 0 : 1), right: before.right + (isSame ? 1 : 0), added: before.added },
                { ...above[j + 1], cost: above[j + 1].cost + 1 },
                { ...row[j], cost: row[j].cost + 1, added: row[j].added + 1 },
            ];
            row.push(ways.reduce((best, way) => (better(way, best) ? way : best)));
        }
        above = row;
    }
    const { right, added } = above[text.length];
    return { right, expected: expected.length, added };
}
