// Names the processor that a measurement ran on. Measures nothing.

import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Names that hypervisors give to many different processors. */
const VAGUE = /^(Intel\(R\) Xeon\(R\) (Processor|CPU)|AMD EPYC Processor|QEMU Virtual CPU.*|Common KVM processor)( @ .*)?$/;
/** What the speed of products depends on, as Linux's /proc/cpuinfo names it. */
const VECTOR_EXTENSIONS = ['avx', 'avx2', 'fma', 'avx512f', 'avx512_bf16', 'avx512_fp16', 'avx_vnni', 'amx_tile', 'asimd', 'sve'];

/** @param {string} text of /proc/cpuinfo, or '' @param {string} field */
function fieldOf(text, field) {
    return new RegExp(`^${field}\\s*:\\s*(.*)$`, 'm').exec(text)?.[1].trim();
}

/**
 * @param {string} text of /proc/cpuinfo; '' where there is none
 * @param {string} model as Node names it, for where the text doesn't
 * @param {number} cores
 * @returns {string} like 'AMD EPYC 7763 64-Core Processor, 2 cores'
 */
export function describeProcessor(text, model, cores) {
    const name = fieldOf(text, 'model name') ?? (model.trim() || 'unknown processor');
    const count = `${cores} core${cores === 1 ? '' : 's'}`;
    const isKnown = !VAGUE.test(name) && name !== 'unknown' && name !== 'unknown processor';
    if (isKnown) return `${name}, ${count}`;
    const flags = (fieldOf(text, 'flags') ?? fieldOf(text, 'Features') ?? '').split(/\s+/);
    const numbers = ['cpu family', 'model', 'stepping'].map((field) => [field, fieldOf(text, field)])
        .filter(([, value]) => value !== undefined).map(([field, value]) => `${field.replace('cpu ', '')} ${value}`);
    const extensions = VECTOR_EXTENSIONS.filter((flag) => flags.includes(flag));
    const details = [...numbers, ...extensions].join(' ');
    return `${name}${details && ` (${details})`}, ${count}`;
}

/** This machine's. */
export function processorName() {
    const file = '/proc/cpuinfo';
    const all = cpus();
    return describeProcessor(existsSync(file) ? readFileSync(file, 'utf8') : '', all[0]?.model ?? '', all.length);
}
