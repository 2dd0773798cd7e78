// Rounds of measurements that belong together: ours and theirs alternate, so that what the machine does meanwhile
// meets both. Knows neither how something is measured nor what is held against it.

import { median } from './site/sampling.js';

/** @import { Row } from './results.mjs' */
/**
 * @typedef {object} Round
 * @property {Row} ours
 * @property {Row[]} theirs those that could be measured; none without peers
 */
/** @typedef {{ rounds: number, most: number }} Pace how many rounds must agree, and how many there may be */

/** Further apart than this, rounds don't agree: the largest difference over the median. */
export const AGREEMENT = 0.15;

/** @param {Row} row @returns {number} a speed, also of what has a time */
export function speedOf(row) {
    return row.images_per_second ?? row.gflops ?? 1 / row.seconds;
}

/** @param {Row[]} rows at least one */
export function fastest(rows) {
    return rows.reduce((best, row) => (speedOf(row) > speedOf(best) ? row : best));
}

/** @param {number[]} values positive, at least one @returns {number} the largest difference over the median */
export function apart(values) {
    return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** @param {Round} round */
function ratioOf({ ours, theirs }) {
    return theirs.length ? speedOf(ours) / speedOf(fastest(theirs)) : null;
}

/**
 * How far the rounds lie apart: in our speed or in that of the fastest of them, whichever is more.
 * @param {Round[]} rounds at least one
 */
export function roundsApart(rounds) {
    const ours = apart(rounds.map((round) => speedOf(round.ours)));
    const withTheirs = rounds.filter(({ theirs }) => theirs.length);
    if (withTheirs.length === 0) return ours;
    return Math.max(ours, apart(withTheirs.map(({ theirs }) => speedOf(fastest(theirs)))));
}

/** @param {Round[]} rounds @returns {boolean} whether they are no result */
export function areDisturbed(rounds) {
    return roundsApart(rounds) > AGREEMENT;
}

/** @param {Round[]} rounds at least one @returns {number | null} the median of the rounds' ratios; null without peers */
export function pairedRatio(rounds) {
    const ratios = rounds.map(ratioOf).filter((ratio) => ratio !== null);
    return ratios.length ? median(ratios) : null;
}

/**
 * Measures round after round until the last ones agree, or there have been enough.
 * @param {() => Promise<Round | null>} measureRound null when ours can't be measured here
 * @param {Pace} pace
 * @returns {Promise<Round[]>} the last ones; none when ours can't be measured
 */
export async function pairRounds(measureRound, { rounds, most }) {
    const all = [];
    do {
        const round = await measureRound();
        if (!round) return [];
        all.push(round);
    } while (all.length < rounds || (all.length < most && areDisturbed(all.slice(-rounds))));
    return all.slice(-rounds);
}
