// Times ONNX Runtime under Node on the network that pytorch.py wrote. Usage: onnxruntime.mjs FOLDER THREADS FILE.onnx

import { sampleRate } from '../site/sampling.js';
import { answerRequests, countOf, IMAGE_PIXELS, packagesIn, paceOf, randomValues, versionOf } from './peer.mjs';

const [folder, threads, file] = process.argv.slice(2);
const name = 'onnxruntime-node';
const { InferenceSession, Tensor } = packagesIn(folder)(name);
const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'], intraOpNumThreads: Number(threads), interOpNumThreads: 1,
});

await answerRequests(`${name} ${versionOf(folder, name)}`, (request) => {
    const count = countOf(request.what);
    const images = new Tensor('float32', randomValues(count * IMAGE_PIXELS), [count, 1, 28, 28]);
    return sampleRate(async () => {
        await session.run({ images });
        return count;
    }, paceOf(request));
});
process.exit(0); // its threads would keep the process alive
