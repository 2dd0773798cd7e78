// Times native TensorFlow from Node, through TensorFlow.js. Its package downloads the native library while it is
// installed; where that host can't be reached, loading it fails here. Usage: tensorflowjs_node.mjs FOLDER THREADS

import { sampleRate } from '../site/sampling.js';
import { answerRequests, BATCH, CLASSES, countOf, packagesIn, paceOf, versionOf } from './peer.mjs';

const [folder, threads] = process.argv.slice(2);
const package_ = '@tensorflow/tfjs-node';
process.env.TF_NUM_INTRAOP_THREADS = threads;
process.env.TF_NUM_INTEROP_THREADS = threads;
const tf = packagesIn(folder)(package_);

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
        dense({ units: CLASSES, activation: 'softmax' }),
    ],
});
network.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
const labels = tf.oneHot(tf.tensor1d(Array.from({ length: BATCH }, (_, i) => i % CLASSES), 'int32'), CLASSES);

await answerRequests(`tfjs-node ${versionOf(folder, package_)}`, (request) => {
    const count = countOf(request.what);
    const images = tf.randomUniform([count, 28, 28, 1]);
    return sampleRate(async () => {
        if (request.what === 'train') {
            await network.trainOnBatch(images, labels);
            return count;
        }
        const probabilities = network.predict(images);
        await probabilities.data();
        probabilities.dispose();
        return count;
    }, paceOf(request));
});
