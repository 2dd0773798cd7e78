// Times TensorFlow.js with its wasm back end. It can't train a convolution there; under Node it has one thread.
// Usage: tensorflowjs.mjs FOLDER

import { join, sep } from 'node:path';

import { sampleRate } from '../site/sampling.js';
import { BATCH, packagesIn, report, versionOf } from './peer.mjs';

const [folder] = process.argv.slice(2);
const load = packagesIn(folder);
const tf = load('@tensorflow/tfjs');
const wasm = '@tensorflow/tfjs-backend-wasm';
load(wasm).setWasmPaths(join(folder, 'node_modules', wasm, 'dist') + sep);
if (!await tf.setBackend('wasm')) throw new Error('TensorFlow.js has no wasm back end here.');
await tf.ready();

const { conv2d, dense, dropout, flatten, maxPooling2d } = tf.layers;
const network = tf.sequential({
    layers: [
        conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
        conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        maxPooling2d({ poolSize: 2 }),
        dropout({ rate: 0.25 }),
        flatten(),
        dense({ units: 256, activation: 'relu' }),
        dropout({ rate: 0.5 }),
        dense({ units: 10, activation: 'softmax' }),
    ],
});
for (const count of [BATCH, 1]) {
    const images = tf.randomUniform([count, 28, 28, 1]);
    const rate = await sampleRate(async () => {
        const probabilities = network.predict(images);
        await probabilities.data();
        probabilities.dispose();
        return count;
    });
    report(`read-${count}`, `tfjs-wasm ${versionOf(folder, '@tensorflow/tfjs')}`, 1, rate);
}
