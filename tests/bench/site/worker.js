// Answers one request with one measurement.

import { measure } from './measure.js';

globalThis.onmessage = async ({ data }) => {
    try {
        globalThis.postMessage({ result: await measure(data) });
    } catch (error) {
        globalThis.postMessage({ error: String(error.stack ?? error) });
    }
};
