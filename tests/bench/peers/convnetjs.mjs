// Times ConvNetJS, which is plain JavaScript: training image by image with an update after each batch.
// It has no Adam; adadelta is nearest in work. Usage: convnetjs.mjs FOLDER

import { answerRequests, BATCH, CLASSES, IMAGE_PIXELS, packagesIn, randomValues, versionOf } from './peer.mjs';

const [folder] = process.argv.slice(2);
const { Net, Trainer, Vol } = packagesIn(folder)('convnetjs');
const WARM_UP = 8;
const QUICK = 4;

const network = new Net();
network.makeLayers([
    { type: 'input', out_sx: 28, out_sy: 28, out_depth: 1 },
    { type: 'conv', sx: 3, filters: 32, pad: 0, stride: 1, activation: 'relu' },
    { type: 'conv', sx: 3, filters: 64, pad: 0, stride: 1, activation: 'relu' },
    { type: 'pool', sx: 2, stride: 2 },
    { type: 'dropout', drop_prob: 0.25 },
    { type: 'fc', num_neurons: 256, activation: 'relu' },
    { type: 'dropout', drop_prob: 0.5 },
    { type: 'softmax', num_classes: CLASSES },
]);
const image = new Vol(28, 28, 1, 0);
image.w.set(randomValues(IMAGE_PIXELS));
const trainer = new Trainer(network, { method: 'adadelta', batch_size: BATCH });
const train = (count) => {
    for (let i = 0; i < count; i++) trainer.train(image, i % CLASSES);
};

await answerRequests(`convnetjs ${versionOf(folder, 'convnetjs')}`, async ({ quick }) => {
    // Takes seconds: one batch is enough. Wherever it begins, it has one update.
    const count = quick ? QUICK : BATCH;
    train(quick ? 1 : WARM_UP);
    const start = performance.now();
    train(count);
    return count * 1000 / (performance.now() - start);
});
