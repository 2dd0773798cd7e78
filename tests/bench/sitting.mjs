// One sitting: measures whatever bars.mjs asks for, ours and theirs in turns, and keeps what runs for that. Knows how
// each thing is measured, and not what it is held against.

import { join } from 'node:path';

import { built } from '../helpers/build.mjs';
import {
    Chromium, measureInNode, measureNative, SEEDS, THREAD_COUNTS, timeChromiumTo99, timeFolder, timeNativeTo99,
} from './measurements.mjs';
import { pairRounds } from './pairing.mjs';
import { PeerPrograms } from './peers/programs.mjs';
import { makePictures } from './pictures.mjs';
import { makeRow, readable, resultField } from './results.mjs';

/** @import { Bar, Request } from './bars.mjs' */
/** @import { Round } from './pairing.mjs' */
/** @import { Row } from './results.mjs' */

/** As many rounds must agree, and twice as many there may be. */
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const PICTURES = 10_000;
const QUICK_PICTURES = 40;
const UNITS = { images_per_second: 'images/s', seconds: 's', gflops: 'GFLOP/s' };
const MOST_THREADS = THREAD_COUNTS.at(-1);

export class Sitting {
    #chromium = null;
    /** Why what can't be measured can't: by the name of who would. */
    missing = new Map();
    /** How many attempts there have been at 99 %: each has a seed of its own. */
    #attempts = 0;

    /** @param {{ folder: string, tables: string[], processor: string, quick: boolean }} settings folder: the peers' */
    constructor({ folder, tables, processor, quick }) {
        this.settings = { tables, processor, quick };
        this.peers = new PeerPrograms(folder);
        this.pictures = join(folder, `pictures-${quick ? QUICK_PICTURES : PICTURES}`);
    }

    /** @param {Bar} bar @returns {Promise<Round[]>} none when ours can't be measured here, or nothing has to be */
    async measure({ title, ours, theirs = [], rounds: wanted = ROUNDS }) {
        if (!ours) return [];
        console.log(`${title}:`);
        const rounds = this.settings.quick ? Math.min(wanted, QUICK_ROUNDS) : wanted;
        return pairRounds(() => this.#measureRound(ours, theirs), { rounds, most: 2 * rounds });
    }

    /** @param {Request} ours @param {Request[]} theirs @returns {Promise<Round | null>} */
    async #measureRound(ours, theirs) {
        const row = await this.#attempt(ours);
        if (!row) return null;
        const rows = [];
        for (const request of theirs) rows.push(await this.#attempt(request));
        return { ours: row, theirs: rows.filter((other) => other !== null) };
    }

    /** @param {Request} request @returns {Promise<Row | null>} null where it can't be: the reason is noted once */
    async #attempt(request) {
        const name = `${request.by} ${request.kernels ?? ''} ${request.what} ${request.threads}`;
        if (this.missing.has(request.by) || this.missing.has(name)) return null;
        try {
            const measurement = await this.#measureOnce(request);
            if (!measurement) throw Object.assign(new Error('there are no such threads or kernels.'), { name });
            return this.#shown(makeRow(measurement, this.settings.processor));
        } catch (error) {
            const isPeer = !['native', 'node', 'chromium', 'scrawl'].includes(request.by);
            this.missing.set(isPeer ? request.by : name, error.message);
            console.log(`  ${isPeer ? request.by : name} is left out: ${error.message}`);
            return null;
        }
    }

    /** @param {Row} row */
    #shown(row) {
        const { what, where, kernels, threads } = row;
        const field = resultField(what);
        const value = field === 'images_per_second' ? readable(row[field]) : row[field];
        console.log(`  ${where}${kernels ? ` (${kernels})` : ''}, ${threads} thread${threads === 1 ? '' : 's'}: ${what} ${value} ${UNITS[field]}`);
        return row;
    }

    /** @param {Request} request */
    #measureOnce(request) {
        const { quick, tables } = this.settings;
        if (request.threads > MOST_THREADS) return null;
        const table = request.kernels ?? tables[0];
        if (request.what === 'predict-folder') return this.#timeFolder(request, table);
        if (request.by === 'native') return this.#measureNative({ ...request, table, quick });
        if (request.by === 'node') return measureInNode({ ...request, quick });
        if (request.by === 'chromium') return this.#measureInChromium({ ...request, quick });
        return this.peers.measure({ ...request, quick }, MOST_THREADS);
    }

    #measureNative(request) {
        if (request.what !== 'time-to-99') return measureNative(request);
        return timeNativeTo99(request.table, request.threads, SEEDS[this.#attempts++ % SEEDS.length]);
    }

    async #measureInChromium(request) {
        this.#chromium ??= await Chromium.start();
        return request.what === 'time-to-99' ? timeChromiumTo99(this.#chromium, request) : this.#chromium.measure(request);
    }

    #timeFolder(request, table) {
        makePictures(this.pictures, built('mnist'), this.settings.quick ? QUICK_PICTURES : PICTURES);
        if (request.by === 'scrawl') return timeFolder(this.pictures, table, request.threads);
        return this.peers.readFolder(request, this.pictures, MOST_THREADS);
    }

    async stop() {
        await this.#chromium?.stop();
        await this.peers.stop();
    }
}
