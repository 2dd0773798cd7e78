// The page of the measurements: window.measure(request) runs one in a worker of its own.

window.measure = (request) => new Promise((resolve, reject) => {
    const worker = new Worker('worker.js', { type: 'module' });
    const finish = (settle, value) => {
        worker.terminate();
        settle(value);
    };
    worker.onmessage = ({ data: { error, result } }) => {
        if (error) finish(reject, new Error(error));
        else finish(resolve, result);
    };
    worker.onerror = ({ message }) => finish(reject, new Error(message ?? 'The worker could not be loaded.'));
    worker.postMessage(request);
});
