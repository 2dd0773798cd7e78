// What is computed and printed of measurements among ranks: how fast several are, what a step exchanges, and what a step
// takes where a link lies between them. Measures nothing.

import { apart } from './pairing.mjs';
import { readable } from './results.mjs';
import { median } from './site/sampling.js';

/**
 * @typedef {object} RankShare what one rank has to do in a step
 * @property {number} seconds by itself, waiting for nobody
 * @property {number} exchanges how often all wait for each other
 * @property {number} messages to other ranks
 * @property {number} sent bytes to other ranks
 * @property {number} received bytes from them
 * @property {{ sent: number, received: number, seconds: number }[]} meanwhile of these exchanges, those during which it
 * computes, and for how long
 */
/** @typedef {{ alone: RankShare, ranks: RankShare[] }} Shares one process, and in turns with it each of several ranks */
/** @typedef {{ oneThread: number, twoThreads: number | null, twoRanks: number }} Speeds images/s, of one round */
/** @typedef {{ gigabits: number, latency: number }} Wire of a second, each way; seconds of an exchange of one byte */

/** Of what an Ethernet wire carries with usual frames, the part that is TCP's bytes. */
const PAYLOAD = 1448 / 1538;

/** @param {RankShare[]} shares of all ranks @param {(share: RankShare) => number} value */
const most = (shares, value) => Math.max(...shares.map(value));

/**
 * The slowest rank's time and bytes, one after the other; of what travels while it computes, only what takes longer than
 * that. The command line asks in every step whether any rank was interrupted, which takes as many rounds as the ranks can
 * be halved.
 * @param {RankShare[]} shares of all ranks @param {Wire} wire of each rank
 * @returns {number} seconds of a step
 */
export function predictedStep(shares, { gigabits, latency }) {
    const time = (bytes) => bytes / (gigabits * PAYLOAD * 1e9 / 8), sum = (values) => values.reduce((total, value) => total + value, 0);
    const atOnce = ({ meanwhile, ...share }, way) => share[way] - sum(meanwhile.map((part) => part[way]));
    const late = ({ meanwhile }) => sum(meanwhile.map((part) => Math.max(0, latency + time(Math.max(part.sent, part.received)) - part.seconds)));
    const waits = most(shares, ({ exchanges, meanwhile }) => exchanges - meanwhile.length) + Math.ceil(Math.log2(shares.length));
    const bytes = most(shares, (share) => Math.max(atOnce(share, 'sent'), atOnce(share, 'received')));
    const wire = shares.length > 1 ? waits * latency + time(bytes) + most(shares, late) : 0;
    return most(shares, ({ seconds }) => seconds) + wire;
}

/** How much of what so many ranks could do they do. @param {number} alone a step of one process, seconds @param {number} together @param {number} count */
export const efficiency = (alone, together, count) => alone / (count * together);

/** What every rank does although others do it too, seconds: the rest is shared. @param {Shares} shares */
export const repeated = ({ alone, ranks }) => (ranks.length * most(ranks, ({ seconds }) => seconds) - alone.seconds) / (ranks.length - 1);

/** Of several measurements of the same: the median times. @param {Shares[]} measured @returns {Shares} */
export function medianShares(measured) {
    const medianOf = (shares) => ({ ...shares[0], seconds: median(shares.map(({ seconds }) => seconds)) });
    return { alone: medianOf(measured.map(({ alone }) => alone)), ranks: measured[0].ranks.map((_, rank) => medianOf(measured.map(({ ranks }) => ranks[rank]))) };
}

// ---- Tables, in Markdown ----

/** @param {string[][]} rows the first one is the head */
export function markdown(rows) {
    const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
    const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
    return [line(rows[0]), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n');
}

const times = (ratio) => `${ratio.toFixed(2)} ×`;
const milliseconds = (seconds) => (seconds * 1000).toFixed(seconds < 0.0995 ? 1 : 0);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** @param {[string, Speeds[]][]} measured a network and its rounds; two threads are null where there is one processor */
export function speedTable(measured) {
    const head = ['network', '1 thread', '2 threads', '2 ranks of 1 thread', 'ranks over 1 thread', 'over 2 threads', 'apart'];
    return markdown([head, ...measured.map(([network, rounds]) => {
        const speed = (of) => (rounds.some((round) => round[of] === null) ? '–' : readable(median(rounds.map((round) => round[of]))));
        const over = (of) => (rounds.some((round) => round[of] === null) ? '–' : times(median(rounds.map((round) => round.twoRanks / round[of]))));
        const spreads = ['oneThread', 'twoThreads', 'twoRanks'].map((of) => apart(rounds.map((round) => round[of] ?? 1)));
        return [`\`${network}\``, speed('oneThread'), speed('twoThreads'), speed('twoRanks'), over('oneThread'), over('twoThreads'),
            `${Math.round(Math.max(...spreads) * 100)} %`];
    })]);
}

/** Of one rank, the one with most. @param {[string, Shares[]][]} measured a network, and its shares of 2, 3 and so on */
export function trafficTable(measured) {
    const head = ['network', ...measured[0][1].map(({ ranks }) => `${ranks.length} ranks`)];
    return markdown([head, ...measured.map(([network, counts]) => [`\`${network}\``, ...counts.map(({ ranks }) => {
        const [exchanges, messages, bytes] = ['exchanges', 'messages', 'sent'].map((of) => most(ranks, (share) => share[of]));
        return `${exchanges}, ${messages}, ${megabytes(bytes)}`;
    })])]);
}

/**
 * @typedef {object} LinkRow
 * @property {string} network
 * @property {Wire} wire
 * @property {Shares} two @property {Shares} four
 * @property {number | null} measured seconds of a step of two ranks; null: not
 */
/** @param {LinkRow[]} rows */
export function linkTable(rows) {
    const head = ['network', 'Gb/s', '1 process, ms', '2 ranks, measured', '2 ranks, predicted', '4 ranks, predicted', 'efficiency of 4, predicted'];
    return markdown([head, ...rows.map(({ network, wire, two, four, measured }) => {
        const one = four.alone.seconds, [ofTwo, ofFour] = [two, four].map(({ ranks }) => predictedStep(ranks, wire));
        return [`\`${network}\``, `${wire.gigabits}`, milliseconds(one), measured === null ? '–' : milliseconds(measured), milliseconds(ofTwo),
            milliseconds(ofFour), efficiency(one, ofFour, 4).toFixed(2)];
    })]);
}
