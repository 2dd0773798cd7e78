/**
 * A Scrawl that lives in a worker: the same calls as {@link Scrawl}, each with a promise, so that the page never waits.
 *
 * @packageDocumentation
 */

import type {
    ConvertOptions, CreateOptions, Evaluation, EvaluateOptions, Filters, FiltersOptions, History, InspectOptions, Inspection, LabelledImages,
    ModelFormat, Normalization, Picture, PredictOptions, Predictions, Reading, ResumeOptions, Scrawl, Stroke, Summary, TrainingOption,
    TrainingState, TrainOptions, TrainSettings, WeightsOptions,
} from './scrawl.d.ts';

/** As in `scrawl.d.ts`. */
export const IMAGE_SIDE: 28;
export const IMAGE_PIXELS: 784;

export interface ClientOptions extends CreateOptions {
    /** Default: `scrawl-worker.js` beside `scrawl-client.js`. */
    worker?: string | URL;
    /**
     * How many workers may read pictures at the same time, from 1 (the default) to 64: `Promise.all(files.map((file) =>
     * client.predict(file)))` uses that many. Further ones are started while several calls of `predict` wait for an answer,
     * each with one thread and this client's model and finder, and end half a minute after the last. Readings are the same,
     * and so is the order of calls: what was asked for before `loadModel` is read with the model from before. A picture whose
     * further worker fails or gives no answer for half a minute is read by the client's own. A picture must not be changed
     * until its reading is there. Each worker takes tens of megabytes, and more for large pictures.
     */
    readers?: number;
}

/** What a call can be told beyond its own options. */
export interface CallOptions {
    /** Rejects with the signal's reason at once and drops the answer. */
    signal?: AbortSignal;
    /** Hands the pixels' or bytes' buffer over instead of copying it; it can't be used here afterwards. */
    transfer?: boolean;
}

/** What a training can be told beyond its own options. */
export interface TransferOptions {
    /** Hands the data's buffers over instead of copying them; they can't be used here afterwards. */
    transfer?: boolean;
}

/** A {@link Training} in the worker. Its calls reject where those throw. */
export interface ClientTraining {
    /** As the worker said last. */
    readonly state: TrainingState;
    /** Rejects also when `onProgress` threw at the last report: the trained network is the model by then. */
    readonly finished: Promise<History>;
    pause(): Promise<void>;
    resume(): Promise<void>;
    cancel(): Promise<void>;
    finish(): Promise<History>;
    checkpoint(): Promise<Uint8Array>;
}

export interface ScrawlClient {
    /** The names of the model's classes. */
    readonly labels: string[];
    readonly architecture: string;
    readonly normalization: Normalization;
    /** Whether it is known that the model was trained with it; see {@link Scrawl.saysNormalization}. */
    readonly saysNormalization: boolean;
    /** Whether the model finds digits on pages; else it reads images. */
    readonly detects: boolean;
    /** How many threads run in the worker, with its own. */
    readonly threads: number;
    /** How many will, when those that were asked for have started or could not be. Trainings and evaluations wait for it. */
    readonly allThreads: Promise<number>;
    /** What computes, by name; see {@link Scrawl.kernels}. */
    readonly kernels: string;
    /** The library's version, such as `0.1.0`. */
    readonly version: string;
    readonly architectures: string[];
    readonly presets: string[];
    readonly trainingOptions: TrainingOption[];

    predict(picture: Picture | Blob, options?: (PredictOptions & CallOptions) | null): Promise<Reading>;
    predictStrokes(strokes: Stroke[], options?: (PredictOptions & CallOptions) | null): Promise<Reading>;
    predictImages(
        images: Uint8Array | Uint8ClampedArray,
        options?: (WeightsOptions & CallOptions) | null,
    ): Promise<Predictions>;
    inspect(
        image: Uint8Array | Uint8ClampedArray,
        options?: (InspectOptions & CallOptions) | null,
    ): Promise<Inspection>;
    filters(options?: (FiltersOptions & CallOptions) | null): Promise<Filters | null>;

    /** Resolves when the training has started. */
    startTraining(data: LabelledImages, options?: (TrainOptions & TransferOptions) | null): Promise<ClientTraining>;
    resumeTraining(
        checkpoint: ArrayBuffer | ArrayBufferView,
        data: LabelledImages,
        options?: (ResumeOptions & TransferOptions) | null,
    ): Promise<ClientTraining>;

    /** Rejects with the signal's reason when it was aborted; the training has ended by then. */
    train(data: LabelledImages, options?: (TrainOptions & TransferOptions) | null): Promise<History>;
    trainSettings(preset?: string | null): Promise<Required<TrainSettings>>;
    checkArchitecture(architecture: string, options?: Pick<TrainOptions, 'labelNames'> | null): Promise<Summary>;
    readIdx(
        images: ArrayBuffer | ArrayBufferView,
        labels: ArrayBuffer | ArrayBufferView,
        classCount: number,
        options?: CallOptions | null,
    ): Promise<ReturnType<Scrawl['readIdx']>>;
    evaluate(data: LabelledImages, options?: (EvaluateOptions & TransferOptions) | null): Promise<Evaluation>;
    saveModel(): Promise<Uint8Array>;
    exportModel(format: ModelFormat): Promise<Uint8Array>;
    /**
     * Any model file, as {@link Scrawl.importModel}: another program's takes a while to be converted, and what is asked for
     * until the promise resolves is read with the model from before.
     */
    loadModel(bytes: ArrayBuffer | ArrayBufferView): Promise<ModelFormat>;
    convertModel(
        bytes: ArrayBuffer | ArrayBufferView,
        options?: (ConvertOptions & CallOptions) | null,
    ): Promise<Uint8Array>;
    setNormalization(normalization: Normalization): Promise<void>;
    loadFinder(bytes: ArrayBuffer | ArrayBufferView | null): Promise<void>;
    summary(): Promise<Summary>;

    /** Ends the worker. Calls that have no answer yet reject. */
    free(): void;
}

/** Starts the worker; resolves when its model is loaded. */
export function createScrawlClient(options?: ClientOptions | null): Promise<ScrawlClient>;
