// Long work in short slices, between which the event loop goes on.

/** How long work may hold up the event loop, in milliseconds: below one frame at 60 Hz. */
const SLICE = 12;

/**
 * Lets the event loop go on, as one task among equals. Timers would wait 4 ms, and scheduler.yield() may come back
 * ahead of messages that wait: a worker would never hear that it shall stop.
 * @returns {Promise<void>}
 */
export function yieldToEventLoop() {
    const { setImmediate } = /** @type {{ setImmediate?: (task: () => void) => void }} */ (globalThis);
    if (setImmediate) return new Promise((resolve) => setImmediate(() => resolve()));
    return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            port1.close();
            resolve();
        };
        port2.postMessage(null);
    });
}

/** When the slice that begins now is over: performance.now() then. */
export function sliceEnd() {
    return performance.now() + SLICE;
}
