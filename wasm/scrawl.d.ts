/**
 * Scrawl reads handwritten digits and trains the network that reads them: the C library as a WebAssembly module, for
 * pages, workers and Node 18 or newer.
 *
 * Every call of the library that fails throws (or rejects with) a {@link ScrawlError}, whose message is a sentence that
 * says what was wrong. A wrong kind of argument throws a `TypeError`, a picture without width or height a `RangeError`.
 *
 * @example
 * import { createScrawl } from './scrawl.js';
 * const scrawl = await createScrawl();
 * const { text } = scrawl.predict(context.getImageData(0, 0, width, height));
 *
 * @packageDocumentation
 */

/** Rows and columns of the images that the networks read. */
export const IMAGE_SIDE: 28;
export const IMAGE_PIXELS: 784;

/** Bytes, or where to get them: an address, or in Node also a file's path. */
export type Source = string | URL | ArrayBuffer | ArrayBufferView;

/** `WebAssembly.Module`; an object where the program's types, such as those of Node alone, don't know that. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module : object;

export interface CreateOptions {
    /**
     * A model: Scrawl's own (safetensors), or another program's, as {@link Scrawl.importModel} reads them. Default:
     * `small.safetensors` beside `scrawl.js`. `null`: start without one.
     */
    model?: Source | null;
    /** The wasm module. Default: `scrawl-relaxed.wasm` or `scrawl.wasm` beside `scrawl.js`; see `reproducible`. */
    wasm?: Source | WasmModule;
    /**
     * How many threads training and reading may use, from 1 (the default) to 64; results don't depend on it. More than
     * one needs a page that is cross-origin isolated: it is served with the headers `Cross-Origin-Opener-Policy:
     * same-origin` and `Cross-Origin-Embedder-Policy: require-corp`. There, another build of the module is loaded
     * instead of `wasm`, and a worker started for each further thread. Elsewhere, in Node, and when a worker can't be
     * started, one thread does it all; {@link Scrawl.threads} says how many it became.
     */
    threads?: number;
    /**
     * Whether the promise waits until all threads run (the default). `false`: it resolves as soon as pictures can be
     * read; {@link Scrawl.allThreads} tells when the others have come. What starts before that runs on one thread.
     */
    waitForThreads?: boolean;
    /**
     * Whether results shall be the same, byte by byte, in all browsers. `false` (the default): where the browser has relaxed
     * SIMD, which multiplies and adds in one instruction, a build with that is loaded; confidences differ in the sixth digit
     * then, and so do trained networks. `true`: it isn't. {@link Scrawl.kernels} says which it became. A `wasm` or
     * `threadedWasm` of your own is loaded whatever this says.
     */
    reproducible?: boolean;
    /** The wasm module for several threads. Default: `scrawl-relaxed-threads.wasm` or `scrawl-threads.wasm` beside `scrawl.js`. */
    threadedWasm?: Source | WasmModule;
    /** The script of their workers. Default: `scrawl-thread.js` beside `scrawl.js`. */
    threadWorker?: string | URL;
    /**
     * The wasm module that converts other programs' models; loaded when one comes or is asked for. Default:
     * `scrawl-exchange.wasm` beside `exchange.js`.
     */
    exchangeWasm?: Source | WasmModule;
}

/**
 * Which kind of failure it was; the same names as in `scrawl.h`, and four more. `DIVERGED`: the loss or the weights of a
 * training are no longer finite; a lower learning rate helps. `CANCELLED`: the training was cancelled, or another model was
 * loaded before one that came later. `FREED`: the
 * Scrawl was freed. `STOPPED`: an internal error broke a call off; it and all later calls throw this, and only a new
 * Scrawl helps.
 */
export type ScrawlErrorCode =
    | 'OUT_OF_MEMORY'
    | 'INVALID_ARGUMENT'
    | 'INVALID_ARCHITECTURE'
    | 'INVALID_MODEL'
    | 'INVALID_DATASET'
    | 'INVALID_PICTURE'
    | 'PICTURE_TOO_LARGE'
    | 'UNSUPPORTED'
    | 'DIVERGED'
    | 'CANCELLED'
    | 'FREED'
    | 'STOPPED';

export interface ScrawlError extends Error {
    code: ScrawlErrorCode;
}

/** Raw pixels as `ImageData` has them: four bytes each (red, green, blue, alpha not premultiplied), row by row. */
export interface Pixels {
    data: Uint8Array | Uint8ClampedArray;
    width: number;
    height: number;
}

/** Raw pixels, or the bytes of a PNG, JPEG, BMP, GIF or PNM (PBM, binary PGM or PPM) file. */
export type Picture = Pixels | ArrayBuffer | ArrayBufferView;

/**
 * What a pen wrote between touching the paper and leaving it: its points, or their numbers x, y, x, y, … Any unit, y
 * downwards. Pressure is 0 to 1, 0.5 where it isn't known, as pointer events have it.
 */
export type Stroke = { x: number; y: number; pressure?: number }[] | number[] | Float32Array | Float64Array;

/** Which weights answer. */
export interface WeightsOptions {
    /** Those of the training that runs or is paused, as they are now; the model's where there is none. Default: false. */
    training?: boolean;
}

export interface PredictOptions extends WeightsOptions {
    /** The whole picture is one digit: nothing is searched for. Default: false. */
    single?: boolean;
    /** The reading of a picture has {@link Reading.explanation}; strokes have none. Default: false. */
    explain?: boolean;
    /**
     * Pictures whose writing is in doubt are searched with the finder too, which {@link Scrawl.loadFinder} has loaded: an
     * error where it hasn't. It must have as many classes as the model that reads. Strokes need none. Default: false.
     */
    finder?: boolean;
}

/** One digit that was found. Its box is in pixels of the upright picture. */
export interface Digit {
    /** The class with the highest probability. */
    digit: number;
    /** That class's name: `String(digit)` unless the model has other labels. */
    label: string;
    /** `probabilities[digit]`: the network's, less where its ink may be divided into digits otherwise. */
    confidence: number;
    /** The confidence is so low that this may be another digit, or none; or {@link Digit.besideLeftOut}. */
    doubtful: boolean;
    /** Ink beside it in its number is hardly like a digit and was left out of the text. */
    besideLeftOut: boolean;
    /** Of {@link Reading.text}, which it stands on: 0, 1, … */
    line: number;
    /** A wide gap lies between it and the digit before it on its line. */
    spaceBefore: boolean;
    /** One for each class, sum 1. */
    probabilities: number[];
    x: number;
    y: number;
    width: number;
    height: number;
    /** What the network saw: 28×28 grey values, row by row, 0 paper to 255 ink. */
    input: Uint8Array;
}

/** In pixels of the upright picture. */
export interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
}

/** In pixels of the upright picture; the first pixel reaches from 0 to 1. */
export interface Line {
    fromX: number;
    fromY: number;
    toX: number;
    toY: number;
}

/**
 * Why ink was taken for something other than writing: a line of the paper or of a table, a frame,
 * something drawn around writing, a shadow's edge, the paper's grain, what stands beside the picture or far from its digit,
 * what is much fainter than the writing or too small for a digit, and what is hardly more like one digit than like any other.
 */
export type Reason = 'none' | 'ruling' | 'frame' | 'enclosure' | 'shadow' | 'grain' | 'neighbour' | 'faint' | 'speck' | 'no digit';

/** A piece of ink that was found and taken for something other than writing. */
export interface LeftOut extends Box {
    reason: Reason;
    /** In nats: by how much what speaks for a digit would have to outweigh the reason. */
    cost: number;
}

/** A stretch of ink that the network was shown. */
export interface Candidate extends Box {
    /** The most probable class. */
    digit: number;
    label: string;
    confidence: number;
    /** Which of {@link Reading.digits} it became; `null`: none. */
    place: number | null;
    /** `no digit` where it was left out though no other reading of its ink was better; else `none`. */
    reason: Reason;
    /** What the network saw: 28×28 grey values, row by row, 0 paper to 255 ink. */
    input: Uint8Array;
}

/** How a picture was read. The planes are `height` × `width` values, row by row, of the upright picture reduced. */
export interface Explanation {
    width: number;
    height: number;
    /** Each pixel of a plane is the mean of `factor` × `factor` of the picture's. */
    factor: number;
    /** Light ink on dark paper. */
    darkPaper: boolean;
    /** The page's rotation in degrees clockwise, as rulings or lines of writing show it; 0 if uncertain. */
    rotation: number;
    /** Where a stroke's ink begins; above 255 there is none. */
    threshold: number;
    /** 0 black to 255 white: of the colour channel in which pen and paper differ most. */
    grey: Uint8Array;
    /** How bright the paper is there, on the same scale. */
    paper: Uint8Array;
    /** 0 paper to 255: the difference, in proportion to the paper's brightness. */
    ink: Uint8Array;
    /** The same without rulings. */
    cleanInk: Uint8Array;
    /** Of each pixel of a stroke why it is in no digit, as an index of {@link reasonNames}; 0 elsewhere. */
    reasons: Uint8Array;
    reasonNames: Reason[];
    /** Lines of the paper, of tables and cells that were removed. */
    rulings: Line[];
    /** Ink that belongs together and may be one digit or several, in reading order. */
    groups: Box[];
    /** Where groups may be divided, from the top of the group to its bottom. */
    cuts: Line[];
    /** In reading order by where they begin. */
    candidates: Candidate[];
    /** From the top; last what is left of rulings. */
    leftOut: LeftOut[];
}

export interface Reading {
    /**
     * The labels in reading order; lines are separated by `\n`, wide gaps by a space. Blocks side by side whose lines are
     * not aligned with each other are read one after the other. Empty when the picture has no ink.
     */
    text: string;
    /** In reading order. */
    digits: Digit[];
    /** Of the upright picture, in pixels. */
    width: number;
    height: number;
    /** How it came about, when it was asked for. */
    explanation?: Explanation;
}

/** What prepared images were read as. */
export interface Predictions {
    /** The most probable class of each image. */
    classes: Uint8Array;
    /** Its probability. */
    confidences: Float32Array;
    /** n × the number of classes, image by image. */
    probabilities: Float32Array;
}

export interface InspectOptions extends WeightsOptions {
    /** The class that the saliency speaks of. Default: the most probable one. */
    classIndex?: number;
}

/** What a layer made of an image. */
export interface InspectedLayer {
    kind: LayerKind;
    activation: Activation;
    /** `[rows, columns, channels]`; a vector is `[1, 1, values]`. */
    shape: [number, number, number];
    /**
     * In that order: channel beside channel, then column, then row. A layer that does nothing when reading (`dropout`,
     * `flatten`, a `batchnorm` that is folded into the layer before it) has the values of the one before.
     */
    values: Float32Array;
}

/** The inside of the network on one image. */
export interface Inspection {
    layers: InspectedLayer[];
    /** One for each class, sum 1. */
    probabilities: Float32Array;
    /** The class that the saliency speaks of. */
    classIndex: number;
    /**
     * 28×28: how much each pixel's ink spoke for the class (above 0) or against it (below): the gradient of the class's
     * logit with respect to the network's input, by the backward pass, times that input.
     */
    saliency: Float32Array;
}

/** The weights of a convolution. */
export interface FiltersOptions extends WeightsOptions {
    /** A place in {@link Inspection.layers}. Default: that of the first `conv` layer. */
    layer?: number;
}

export interface Filters {
    rows: number;
    columns: number;
    inputChannels: number;
    outputChannels: number;
    /** `[rows][columns][inputChannels][outputChannels]` */
    values: Float32Array;
}

/** n labelled images. */
export interface LabelledImages {
    /** n × 784 grey values: 28×28 each, row by row, 0 paper to 255 ink. */
    images: Uint8Array | Uint8ClampedArray;
    /** n class numbers. */
    labels: Uint8Array | Uint8ClampedArray;
}

/** How an image becomes the network's input: divided by 255, or by Keras' `normalize(x, axis=1)`. */
export type Normalization = 'unit' | 'column-l2';

/** Of a model file: Scrawl's own, Keras' HDF5 (`.h5`), Keras 3 (`.keras`), ONNX. */
export type ModelFormat = 'safetensors' | 'h5' | 'keras' | 'onnx';

export interface ConvertOptions {
    /** What it becomes. Default: `'safetensors'`. */
    to?: ModelFormat;
    /** How the model's input is made of an image, where its file doesn't say. Default: `'unit'`. */
    normalization?: Normalization;
}

/** How the learning rate changes over the whole training; `scrawl.h` says how exactly. */
export type Schedule = 'constant' | 'one-cycle' | 'cosine';

/** How to train. Defaults are the library's, or the preset's, unless said otherwise. */
export interface TrainSettings {
    /** 5 */
    epochs?: number;
    /** 128 */
    batchSize?: number;
    /** `'adam'` */
    optimizer?: 'adam' | 'sgd';
    /** 0.001; the schedule's highest. */
    learningRate?: number;
    /** `'constant'` */
    schedule?: Schedule;
    /** 0.9; for `'sgd'` only. */
    momentum?: number;
    /** 1e-7; for `'adam'` only. */
    epsilon?: number;
    /** From 0 (the default) to 1: the share of each weight, times the learning rate, that each step takes off (AdamW). */
    weightDecay?: number;
    /**
     * From 0 (the default) to below 1: the model is a running average of the trained weights, of which each step keeps
     * this share. 0: it is the weights themselves.
     */
    average?: number;
    /** Whether the network's dropout layers do anything. Default: true. */
    dropout?: boolean;
    /** From 0 (the default) to below 1: the share of certainty that is spread over all classes. */
    labelSmoothing?: number;
    /** Above 0 to 1 (the default): the share of the images for training that each epoch draws anew. */
    epochShare?: number;
    /** The last fraction of the images, before shuffling, is kept for validation: from 0 (the default) to below 1. */
    validationSplit?: number;
    /** How strongly training images are distorted at random: from 0 (the default) to 1. */
    augment?: number;
    /** The part of that strength that is lost, evenly, over the last fifth of the training: from 0 (the default) to 1. */
    augmentFade?: number;
    /**
     * The part of the training images that are made of two that touch, from 0 (the default) to 1: both together, or a
     * piece cut off. What isn't nearly one of the two counts as no digit.
     */
    touching?: number;
    /** Of the first weights, the shuffling, the dropout and the distortions. The same seed gives the same network. Default: 1. */
    seed?: number | bigint;
}

/** What there is to know of one of the {@link TrainSettings}, for whoever offers it to people. */
export interface TrainingOption {
    name: keyof TrainSettings;
    /** A heading, which a sentence takes with "The" and a small letter: `'Label smoothing'`. */
    title: string;
    /** What it does; says neither range nor default. */
    help: string;
    /** `'whole'` and `'real'` numbers, a boolean, or one of the words. */
    kind: 'whole' | 'real' | 'switch' | 'choice';
    least: number;
    /** `Infinity` for no limit. */
    most: number;
    /** The least itself is not allowed. */
    isAboveLeast: boolean;
    /** The most itself is not allowed. */
    isBelowMost: boolean;
    /** Of a choice; those of a switch are what the command line calls false and true. */
    words: string[];
    /** The library's default. */
    initial: number | string | boolean;
}

/** What hears of a training, and stops it. */
export interface TrainCallbacks {
    /** Called about eighty times a second at most, and at the end of each epoch. What it throws ends the training. */
    onProgress?: (progress: Progress) => void;
    /** Cancels the training: it rejects with the signal's reason, and the model that was loaded stays in use. */
    signal?: AbortSignal;
}

export interface TrainOptions extends TrainSettings, TrainCallbacks {
    /**
     * One of {@link Scrawl.architectures}, or a text such as `'conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax'`:
     * trains a new network. Without it, the loaded network is trained further.
     */
    architecture?: string;
    /**
     * One of {@link Scrawl.presets}: settings that have proved themselves, each for the architecture of its name; options
     * given beside it win. `'fast'`: 99 % on MNIST in the shortest time. `'small'` and `'best'`: how the models that
     * come with Scrawl were trained, but for what isn't built into WebAssembly: the images that the command line writes
     * itself (its `--synthetic`, `--unknown` and `--pages`; the data's own images take their place), and a teacher. To
     * ask for one of these as an option throws `UNSUPPORTED`. `'tutorial'`: for `'tutorial'` with `'column-l2'`, as the
     * Keras tutorial trains.
     */
    preset?: string;
    /** `'unit'`; only with an architecture. */
    normalization?: Normalization;
    /** The names of the classes; only with an architecture. Default: `'0'`, `'1'`, … */
    labelNames?: string[];
}

export interface ResumeOptions extends TrainCallbacks {
    /** A new total, which the schedule then follows. Default: the checkpoint's. */
    epochs?: number;
}

export interface Progress {
    phase: 'training' | 'validating' | 'epoch-end';
    /** Counts from 0; with `'epoch-end'` it is the epoch that ended. */
    epoch: number;
    epochs: number;
    /** Trained in this epoch, … */
    images: number;
    /** … of so many. */
    epochImages: number;
    /** Running averages over this epoch. */
    loss: number;
    accuracy: number;
    /** `null` until there are any. */
    validationLoss: number | null;
    validationAccuracy: number | null;
    /** Training speed so far, without the validation. */
    imagesPerSecond: number;
}

/**
 * One value for each epoch; a training that was resumed has those from there on. The validation's lists are empty without
 * a validation split.
 */
export interface History {
    loss: number[];
    accuracy: number[];
    validationLoss: number[];
    validationAccuracy: number[];
}

export type TrainingState = 'running' | 'paused' | 'finished' | 'cancelled' | 'failed';

/** A training: it goes on in short slices, between which the event loop does, until it is over. */
export interface Training {
    readonly state: TrainingState;

    /**
     * Resolves when the training is complete, or {@link finish} was called; its network is the model by then. Rejects
     * when it failed or was cancelled: the model is the one from before.
     */
    readonly finished: Promise<History>;

    /** Holds it until `resume()`; nothing is lost. Throws when it is over. */
    pause(): void;

    /** Goes on after `pause()`. Throws when it is over. */
    resume(): void;

    /** Ends it at once: the model is the one from before. Does nothing when it is over. */
    cancel(): void;

    /** Ends it after the step that it does and makes what it has learnt so far the model. Returns {@link finished}. */
    finish(): Promise<History>;

    /**
     * Its state as bytes, at any time until it is over, then it throws. {@link Scrawl.resumeTraining} goes on from them to
     * the same network, byte by byte; they are a model file too.
     */
    checkpoint(): Uint8Array;
}

export interface EvaluateOptions extends WeightsOptions {
    /** Called about eighty times a second at most. What it throws ends the evaluation. */
    onProgress?: (progress: { images: number; total: number }) => void;
    /** Ends the evaluation: it rejects with the signal's reason. */
    signal?: AbortSignal;
}

export interface Evaluation {
    images: number;
    /** Mean cross-entropy in nats. */
    loss: number;
    /** 0 to 1 */
    accuracy: number;
    /** Expected calibration error, 0 to 1: how far confidence is from being right, in 15 bins of confidence. */
    calibrationError: number;
    /** `confusion[actual][predicted]` counts images. */
    confusion: number[][];
    /** The most probable class of each image. */
    predictions: Uint8Array;
    /** Its probability. */
    confidences: Float32Array;
}

export type LayerKind =
    | 'conv'
    | 'depthwise'
    | 'maxpool'
    | 'globalpool'
    | 'batchnorm'
    | 'dropout'
    | 'flatten'
    | 'dense'
    | 'relu'
    | 'softmax'
    | 'input'
    | 'upsample'
    | 'keep'
    | 'add'
    | 'detection';

export type Activation = '' | 'relu' | 'softmax';

export interface LayerSummary {
    kind: LayerKind;
    activation: Activation;
    /** Of its output: `[rows, columns, channels]`, or `[values]` from `flatten` or `globalpool` on. */
    shape: number[];
    parameters: number;
}

export interface Summary {
    /** The layers as text, names written out. */
    architecture: string;
    layers: LayerSummary[];
    /** Of all layers together. */
    parameters: number;
    /** A table to print. */
    text: string;
}

/** A model and the library that runs it. Its memory is its own: make as many as you like. */
export interface Scrawl {
    /** The names of the classes. */
    readonly labels: string[];
    /** The layers as text, in the form that {@link TrainOptions.architecture} takes. */
    readonly architecture: string;
    readonly normalization: Normalization;
    /**
     * Whether it is known that the model was trained with this normalisation. `false`: it came from another program's file,
     * which doesn't say, and was not trained since; `'unit'` is the usual one, {@link setNormalization} chooses.
     */
    readonly saysNormalization: boolean;
    /**
     * Whether the model finds digits on pages of any size, as the finder does that comes with Scrawl; else it reads
     * images. With one that finds, all calls that read, inspect or evaluate throw `INVALID_ARGUMENT`.
     */
    readonly detects: boolean;
    /** How many threads run, with the caller's. */
    readonly threads: number;
    /** How many will, when those that were asked for have started or could not be. */
    readonly allThreads: Promise<number>;
    /**
     * What computes, by name: `wasm-simd128` or `wasm-relaxed-simd`. A checkpoint names it too, and goes on only where it is the
     * same; see {@link CreateOptions.reproducible}.
     */
    readonly kernels: string;
    /** The library's version, such as `0.1.0`. */
    readonly version: string;
    /** The names of the built-in architectures. */
    readonly architectures: string[];
    /** The names of the built-in {@link TrainOptions.preset | presets}. */
    readonly presets: string[];
    /** What is to be known of the {@link TrainSettings}: ranges, defaults and texts, in the order to read them in. */
    readonly trainingOptions: TrainingOption[];

    /** Finds and reads the digits in a picture. An option that it doesn't know is a `TypeError`, here as everywhere. */
    predict(picture: Picture, options?: PredictOptions | null): Reading;
    /** The same for a picture file as the page has it (`Blob`, `File`), whose bytes come later. */
    predict(picture: Blob, options?: PredictOptions | null): Promise<Reading>;

    /**
     * Reads what was written, from the strokes in the order of writing: exact, and cheap enough for every move of the
     * pen. Boxes are in the strokes' units; `width` and `height` reach from the origin to the drawing's end. Circles and
     * boxes around digits, underlines and dashes are left out.
     */
    predictStrokes(strokes: Stroke[], options?: PredictOptions | null): Reading;

    /** Reads n × 784 grey values that are as the network wants them: 28×28 each, 0 paper to 255 ink. */
    predictImages(images: Uint8Array | Uint8ClampedArray, options?: WeightsOptions | null): Predictions;

    /** Shows what each layer makes of one image of 784 grey values, and which of its pixels speak for a class. */
    inspect(image: Uint8Array | Uint8ClampedArray, options?: InspectOptions | null): Inspection;

    /** The filters of the first `conv` layer, or of the one that the options name; `null` when there is none. */
    filters(options?: FiltersOptions | null): Filters | null;

    /**
     * Starts to train a network; throws when something is wrong with the data or the options, also for a name that is no
     * option's. Until the training is complete, `predict` and all other calls use the model that was loaded before, unless
     * they are told to use the training's; they still do when it was cancelled or failed. One training at a time.
     */
    startTraining(data: LabelledImages, options?: TrainOptions | null): Training;

    /**
     * Goes on from a checkpoint, with the data set that the training began with, to the same network that it would have
     * become. Throws when one of them is not right.
     */
    resumeTraining(
        checkpoint: ArrayBuffer | ArrayBufferView,
        data: LabelledImages,
        options?: ResumeOptions | null,
    ): Training;

    /** `startTraining` from beginning to end. */
    train(data: LabelledImages, options?: TrainOptions | null): Promise<History>;

    /** What `train` does without options, or with this preset alone. */
    trainSettings(preset?: string | null): Required<TrainSettings>;

    /** The network that an architecture describes. Throws a sentence that names the layer which can't be built. */
    checkArchitecture(architecture: string, options?: Pick<TrainOptions, 'labelNames'> | null): Summary;

    /**
     * The images and labels of a pair of IDX files, as MNIST's are: images n × 28 × 28, labels n, unsigned bytes, not
     * gzipped. Throws `INVALID_DATASET` for a wrong beginning, size or label, missing or further bytes, and different
     * numbers of images and labels; `UNSUPPORTED` for gzip: a `DecompressionStream` unpacks it.
     *
     * @param classCount from 2 to 256; the labels are below it
     */
    readIdx(
        images: ArrayBuffer | ArrayBufferView,
        labels: ArrayBuffer | ArrayBufferView,
        classCount: number,
    ): { images: Uint8Array; labels: Uint8Array };

    /** Reads all images in short slices, with the model of now, and compares. */
    evaluate(data: LabelledImages, options?: EvaluateOptions | null): Promise<Evaluation>;

    /** The model as the bytes of a safetensors file. */
    saveModel(): Uint8Array;

    /**
     * The model as the bytes of a file for another program. Rejects with `INVALID_ARGUMENT` for one that finds digits on
     * pages, which is kept as safetensors alone.
     */
    exportModel(format: ModelFormat): Promise<Uint8Array>;

    /** A model file as one of another format; the model stays. See `convertModel` in `exchange.d.ts`, which this is. */
    convertModel(bytes: ArrayBuffer | ArrayBufferView, options?: ConvertOptions | null): Promise<Uint8Array>;

    /**
     * Replaces the model by that of a safetensors file. On failure, and while a training is not over, it throws and the model
     * stays. Throws `UNSUPPORTED` for another program's model, which {@link importModel} reads.
     */
    loadModel(bytes: ArrayBuffer | ArrayBufferView): void;

    /**
     * Replaces the model by that of any model file, which its bytes tell: safetensors at once; Keras' `.h5` and `.keras`
     * and ONNX are converted first, by a module that is loaded for it, and the model from before reads until then. On failure,
     * and while a training is not over, it rejects and the model stays; the sentence names the layer or node that Scrawl has
     * no word for. Of several at the same time the one that was asked for last is in use, and the others reject with
     * `CANCELLED`. Resolves with the format that it was.
     */
    importModel(bytes: ArrayBuffer | ArrayBufferView): Promise<ModelFormat>;

    /** Says how the model's input is made of an image, for one whose file didn't: see {@link saysNormalization}. */
    setNormalization(normalization: Normalization): void;

    /**
     * Replaces the finder, which {@link PredictOptions.finder} reads with: the bytes of a model that finds digits on pages,
     * as `finder.safetensors` beside `scrawl.js`. `null`: there is none any more. On failure the finder stays.
     */
    loadFinder(bytes: ArrayBuffer | ArrayBufferView | null): void;

    /** The network's layers. */
    summary(): Summary;

    /**
     * Gives all memory back, and ends a training and the workers of further threads, which wait for work otherwise.
     * Every other call throws from then on; another `free` does nothing.
     */
    free(): void;
}

/** Loads the wasm module and the model. Works without options when both lie beside `scrawl.js`. */
export function createScrawl(options?: CreateOptions | null): Promise<Scrawl>;
