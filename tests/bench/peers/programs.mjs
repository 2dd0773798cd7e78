// The peers' programs: each is started when it is first asked, and then measures one thing for each line that it reads,
// so that its start, its compiling and its models come once and its rounds alternate with ours. What it can't do it says
// in a line, too. Knows which programs there are, and nothing of what they compute.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { complaintIn, run } from '../measurements.mjs';
import { pythonIn } from './install.mjs';

/**
 * @typedef {object} Program
 * @property {string} script
 * @property {string[]} arguments_ behind the folder, for scripts in JavaScript
 * @property {string} [after] the peer that writes the model it reads
 */

const ENVIRONMENT = { TF_CPP_MIN_LOG_LEVEL: '3', PYTHONDONTWRITEBYTECODE: '1' };

/** @param {string} folder @param {number} threads @returns {Record<string, Program>} by the name of the peer */
function programs(folder, threads) {
    const onnx = join(folder, 'tutorial.onnx');
    const tflite = join(folder, 'tutorial.tflite');
    return {
        tensorflow: { script: 'tensorflow_keras.py', arguments_: [String(threads), tflite] },
        pytorch: { script: 'pytorch.py', arguments_: [String(threads), onnx] },
        'onnxruntime-node': { script: 'onnxruntime.mjs', arguments_: [String(threads), onnx], after: 'pytorch' },
        'onnxruntime-web': { script: 'in_chromium.mjs', arguments_: ['onnxruntime-web'], after: 'pytorch' },
        'tfjs-wasm': { script: 'in_chromium.mjs', arguments_: ['tfjs-wasm'] },
        'litert-js': { script: 'in_chromium.mjs', arguments_: ['litert-js'], after: 'tensorflow' },
        'jax-js': { script: 'in_chromium.mjs', arguments_: ['jax-js'] },
        'tfjs-node': { script: 'tensorflowjs_node.mjs', arguments_: [String(threads)] },
        convnetjs: { script: 'convnetjs.mjs', arguments_: [] },
    };
}

/** A process that answers each line of JSON with one. */
export class Answerer {
    #answers;

    /** @param {string} program @param {string[]} arguments_ @param {Record<string, string>} [environment] */
    constructor(program, arguments_, environment = {}) {
        const env = { ...process.env, ...environment };
        this.child = spawn(program, arguments_, { env, stdio: ['pipe', 'pipe', 'pipe'] });
        this.complaints = '';
        this.child.stderr.on('data', (bytes) => (this.complaints += bytes));
        this.child.stdin.on('error', () => {}); // the process is gone, which next() says
        this.ended = new Promise((resolve) => {
            this.child.on('error', ({ message }) => resolve(message));
            this.child.on('close', (code, signal) => resolve(`it ended with ${code ?? signal}: ${complaintIn(this.complaints)}`));
        });
        this.#answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    }

    /** The next line that is an object; a program may print others. */
    async next() {
        for (;;) {
            const { done, value } = await this.#answers.next();
            if (done) throw new Error(await this.ended);
            if (!value.startsWith('{')) continue;
            const answer = JSON.parse(value);
            if (answer.error) throw new Error(answer.error);
            return answer;
        }
    }

    /** @param {object} request @returns {Promise<object>} */
    ask(request) {
        this.child.stdin.write(`${JSON.stringify(request)}\n`);
        return this.next();
    }

    /** A program ends when it has nothing more to read. */
    async stop() {
        this.child.stdin.end();
        await this.ended;
    }
}

export class PeerPrograms {
    /** By peer and threads: promises of what runs. */
    #started = new Map();

    /** @param {string} folder of the peers */
    constructor(folder) {
        this.folder = folder;
    }

    /** @param {string} peer @param {number} threads @param {number} most threads of those that write models */
    async #start(peer, threads, most) {
        const { script, arguments_, after } = programs(this.folder, threads)[peer];
        if (after) await this.#running(after, most, most);
        const file = fileURLToPath(new URL(script, import.meta.url));
        const isPython = script.endsWith('.py');
        const answerer = isPython ? new Answerer(pythonIn(this.folder), [file, ...arguments_], ENVIRONMENT)
            : new Answerer(process.execPath, [file, this.folder, ...arguments_], ENVIRONMENT);
        await answerer.next(); // that it is ready
        return answerer;
    }

    /** @returns {Promise<Answerer>} */
    #running(peer, threads, most) {
        const key = `${peer} ${threads}`;
        if (!this.#started.has(key)) this.#started.set(key, this.#start(peer, threads, most));
        return this.#started.get(key);
    }

    /**
     * @param {import('../bars.mjs').Request & { quick?: boolean }} request @param {number} most threads there are
     * @returns {Promise<object>} a measurement
     */
    async measure(request, most) {
        return (await this.#running(request.by, request.threads, most)).ask(request);
    }

    /**
     * Reads a folder of pictures in a process of its own, as a script does that somebody runs.
     * @param {import('../bars.mjs').Request} request @param {string} pictures @param {number} most threads there are
     * @returns {Promise<object>} a measurement
     */
    async readFolder({ what, network, threads, by }, pictures, most) {
        await this.#running('pytorch', most, most); // which writes the model
        const script = fileURLToPath(new URL('opencv_onnxruntime.py', import.meta.url));
        const arguments_ = [script, join(this.folder, 'tutorial.onnx'), pictures, String(threads)];
        const { seconds, peakMib } = await run(pythonIn(this.folder), arguments_, ENVIRONMENT);
        return { what, network, threads, where: by, seconds, peak_mib: peakMib };
    }

    async stop() {
        const all = await Promise.allSettled(this.#started.values());
        await Promise.all(all.filter(({ status }) => status === 'fulfilled').map(({ value }) => value.stop()));
    }
}
