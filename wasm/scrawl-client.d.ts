/**
 * A Scrawl that lives in a worker: the same calls as {@link Scrawl}, each with a promise, so that the page never waits.
 *
 * @packageDocumentation
 */

import type {
    CreateOptions, Evaluation, History, LabelledImages, Normalization, Picture, PredictOptions, Reading, Stroke,
    Summary, TrainOptions,
} from './scrawl.d.ts';

export interface ClientOptions extends CreateOptions {
    /** Default: `scrawl-worker.js` beside `scrawl-client.js`. */
    worker?: string | URL;
}

/** What a call can be told beyond its own options. */
export interface CallOptions {
    /** Rejects with the signal's reason at once and drops the answer. */
    signal?: AbortSignal;
    /** Hands the pixels' or bytes' buffer over instead of copying it; it can't be used here afterwards. */
    transfer?: boolean;
}

export interface ScrawlClient {
    /** The names of the model's classes. */
    readonly labels: string[];
    readonly architecture: string;
    readonly normalization: Normalization;
    /** How many threads run in the worker, with its own. */
    readonly threads: number;

    predict(picture: Picture, options?: (PredictOptions & CallOptions) | null): Promise<Reading>;

    predictStrokes(strokes: Stroke[], options?: (PredictOptions & CallOptions) | null): Promise<Reading>;

    /** Rejects with the signal's reason when it was aborted; the training has ended by then. */
    train(data: LabelledImages, options?: (TrainOptions & { transfer?: boolean }) | null): Promise<History>;
    evaluate(data: LabelledImages, options?: CallOptions | null): Promise<Evaluation>;
    saveModel(): Promise<Uint8Array>;
    loadModel(bytes: ArrayBuffer | ArrayBufferView): Promise<void>;
    summary(): Promise<Summary>;

    /** Ends the worker. Calls that have no answer yet reject. */
    free(): void;
}

/** Starts the worker; resolves when its model is loaded. */
export function createScrawlClient(options?: ClientOptions | null): Promise<ScrawlClient>;
