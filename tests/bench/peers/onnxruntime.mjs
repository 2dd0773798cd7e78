// Times ONNX Runtime on the network that pytorch.py wrote. Usage: onnxruntime.mjs FOLDER node|web THREADS FILE.onnx

import { join } from 'node:path';

import { sampleRate } from '../site/sampling.js';
import { BATCH, IMAGE_PIXELS, packagesIn, randomValues, report, versionOf } from './peer.mjs';

const [folder, kind, threadsText, file] = process.argv.slice(2);
const threads = Number(threadsText);
const name = `onnxruntime-${kind}`;

async function loadRuntime() {
    if (kind === 'node') return packagesIn(folder)(name);
    const module = await import(join(folder, 'node_modules', name, 'dist', 'ort.node.min.mjs'));
    const runtime = module.default ?? module;
    runtime.env.wasm.numThreads = threads;
    return runtime;
}

const { InferenceSession, Tensor } = await loadRuntime();
const session = await InferenceSession.create(file, {
    executionProviders: [kind === 'node' ? 'cpu' : 'wasm'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
});
for (const count of [BATCH, 1]) {
    const images = new Tensor('float32', randomValues(count * IMAGE_PIXELS), [count, 1, 28, 28]);
    const rate = await sampleRate(async () => {
        await session.run({ images });
        return count;
    });
    report(`read-${count}`, `${name} ${versionOf(folder, name)}`, threads, rate);
}
process.exit(0); // its threads would keep the process alive
