// A link between two network namespaces that this makes, of a chosen bandwidth, and what runs ranks at its two ends.
// Nothing else of the machine's network is touched. Needs root, iproute2 and Linux.

import { spawnSync } from 'node:child_process';

/** For measurements of networks alone: RFC 2544, C.2.2. */
const NETWORK = '198.18.19.0/30', ADDRESSES = ['198.18.19.1/30', '198.18.19.2/30'];
const DEVICE = 'between';
/** Bytes that may go at once, of which the shaper wants more than a timer's tick has, and how long others may wait. */
const BURST = 2 ** 20, LONGEST_QUEUE = '50ms';

/** So that ranks find each other by the link alone, and not by memory; and mpirun, which stands at the first end. */
const BY_LINK = ['--mca', 'pml', 'ob1', '--mca', 'btl', 'tcp,self', '--mca', 'btl_tcp_if_include', NETWORK];
const TO_MPIRUN = ['env', `PMIX_MCA_ptl_base_if_include=${NETWORK}`];

/** @param {string} program @param {...string} words */
function must(program, ...words) {
    const { status, error, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

/** One at a time; remove() takes all of it away, however far it came. */
export class Link {
    #names = ['a', 'b'].map((end) => `scrawl-bench-${process.pid}-${end}`);
    #remove = () => this.remove();
    #endBySignal = (/** @type {string} */ signal) => {
        this.remove();
        process.kill(process.pid, signal);
    };

    /** Throws where it can't be made. */
    make() {
        process.once('exit', this.#remove);
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, this.#endBySignal);
        for (const name of this.#names) must('ip', 'netns', 'add', name);
        must('ip', 'link', 'add', DEVICE, 'netns', this.#names[0], 'type', 'veth', 'peer', 'name', DEVICE, 'netns', this.#names[1]);
        this.#names.forEach((name, end) => {
            must('ip', '-n', name, 'address', 'add', ADDRESSES[end], 'dev', DEVICE);
            for (const device of ['lo', DEVICE]) must('ip', '-n', name, 'link', 'set', device, 'up');
        });
    }

    /** Each way. @param {number} gigabits a second */
    shape(gigabits) {
        for (const name of this.#names)
            must('tc', '-n', name, 'qdisc', 'replace', 'dev', DEVICE, 'root', 'tbf', 'rate', `${gigabits}gbit`, 'burst', `${BURST}`, 'latency', LONGEST_QUEUE);
    }

    remove() {
        process.off('exit', this.#remove);
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, this.#endBySignal);
        for (const name of this.#names) spawnSync('ip', ['netns', 'del', name]);
    }

    /** The command that runs a rank at each end. @param {string[]} command */
    ranks(command) {
        const [first, second] = this.#names.map((name) => ['ip', 'netns', 'exec', name]);
        return [...TO_MPIRUN, ...first, 'mpirun', ...BY_LINK, '-n', '1', ...command, ':', '-n', '1', ...second, ...command];
    }
}
