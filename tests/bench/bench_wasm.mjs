// Measures training and reading in the wasm module under Node on random images, like bench.c.
import { createScrawl } from '../../build/wasm/scrawl.js';

const PIXELS = 784, BATCH = 128, IMAGES = 4 * BATCH, REPEATS = 5, SINGLES = 64;
const images = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) => Math.imul(i, 2654435761) >>> 24);
const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 10);
const one = { data: new Uint8ClampedArray(28 * 28 * 4).fill(255), width: 28, height: 28 };
for (let row = 5; row < 23; row++) one.data.set([0, 0, 0], (row * 28 + 14) * 4);

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Median images per second of REPEATS runs after a warm-up; run resolves to the images it handled. */
async function rate(run) {
  await run();
  const rates = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    const count = await run();
    rates.push(count / (performance.now() - start) * 1000);
  }
  return Math.round(median(rates));
}

const scrawl = await createScrawl();
console.log('wasm-simd128 in Node, 1 thread: images/s\nnetwork         train      read many   read picture');
for (const architecture of ['small', 'tutorial']) {
  const settings = { architecture, epochs: 1, batchSize: BATCH };
  const train = await rate(async () => (await scrawl.train({ images, labels }, settings), IMAGES));
  const many = await rate(async () => (scrawl.evaluate({ images, labels }), IMAGES));
  const single = await rate(async () => {
    for (let i = 0; i < SINGLES; i++) scrawl.predict(one, { single: true });
    return SINGLES;
  });
  console.log(`${architecture.padEnd(10)} ${String(train).padStart(10)} ${String(many).padStart(14)} ${String(single).padStart(14)}`);
}
scrawl.free();
