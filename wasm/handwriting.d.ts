/**
 * Scrawl in the shape of the Handwriting Recognition API of the WICG (https://wicg.github.io/handwriting-recognition/): the
 * same names, arguments, results and exceptions, as exports in place of members of `navigator`.
 *
 * @example
 * import { createHandwritingRecognizer, HandwritingStroke } from 'scrawl-digits/handwriting';
 * const recognizer = await createHandwritingRecognizer({ languages: ['zxx-x-digits'] });
 * const drawing = recognizer.startDrawing({ alternatives: 5 });
 * const stroke = new HandwritingStroke();
 * stroke.addPoint({ x: 10, y: 5 });
 * drawing.addStroke(stroke);
 * const [{ text, segmentationResult }] = await drawing.getPrediction();
 *
 * @packageDocumentation
 */

import type { PredictOptions, Reading, Stroke } from './scrawl.d.ts';

export interface HandwritingModelConstraint {
    /**
     * `['zxx-x-digits']`, in capitals or not: "no linguistic content", and digits. A recognizer has to know all of a
     * language that is asked for, and this one knows no letters: with any other tag there is none.
     */
    languages: Iterable<string>;
}

export interface HandwritingRecognizerQueryResult {
    textAlternatives: boolean;
    textSegmentation: boolean;
    hints: HandwritingHintsQueryResult | null;
}

/** `null`: a hint that makes no difference. */
export interface HandwritingHintsQueryResult {
    recognitionType: ('text' | 'per-character')[] | null;
    inputType: ('mouse' | 'stylus' | 'touch')[] | null;
    textContext: boolean | null;
    alternatives: boolean | null;
}

/** What isn't known to be supported is ignored, as the other members that the API has. */
export interface HandwritingHints {
    recognitionType?: string;
    inputType?: string;
    textContext?: string;
    /** How many predictions there are at most, from 0 to 100; 3 unless given. */
    alternatives?: number;
}

/** In any unit, y downwards; the time in milliseconds makes no difference. */
export interface HandwritingPoint {
    x: number;
    y: number;
    t?: number;
}

export interface HandwritingDrawingSegment {
    /** In {@link HandwritingDrawing.getStrokes} when the prediction was asked for. */
    strokeIndex: number;
    /** Always 0, … */
    beginPointIndex: number;
    /** … and the number of points: a digit has whole strokes. */
    endPointIndex: number;
}

/** `text.slice(beginIndex, endIndex) === grapheme` */
export interface HandwritingSegment {
    grapheme: string;
    beginIndex: number;
    endIndex: number;
    drawingSegments: HandwritingDrawingSegment[];
}

export interface HandwritingPrediction {
    /** With a space in a wide gap, and `\n` between lines. */
    text: string;
    /** A digit each. Strokes that are in none were taken for marks, lines, or circles around digits. */
    segmentationResult: HandwritingSegment[];
}

export class HandwritingStroke {
    constructor();
    /** Throws a `TypeError` unless x and y, and t if there is one, are finite numbers. */
    addPoint(point: HandwritingPoint): void;
    /** Copies. */
    getPoints(): HandwritingPoint[];
    clear(): void;
}

export interface HandwritingDrawing {
    /** Throws a `TypeError` for what is no {@link HandwritingStroke}. */
    addStroke(stroke: HandwritingStroke): void;
    removeStroke(stroke: HandwritingStroke): void;
    clear(): void;
    getStrokes(): HandwritingStroke[];
    /** The likeliest first. Rejects with an `InvalidStateError` when the recognizer is finished. */
    getPrediction(): Promise<HandwritingPrediction[]>;
}

export interface HandwritingRecognizer {
    /** Throws an `InvalidStateError` when the recognizer is finished. */
    startDrawing(hints?: HandwritingHints): HandwritingDrawing;
    finish(): void;
}

/** What reads the strokes: a `Scrawl` or a `ScrawlClient`. */
export interface StrokeReader {
    readonly labels: string[];
    predictStrokes(strokes: Stroke[], options?: PredictOptions | null): Reading | Promise<Reading>;
    free(): void;
}

/** What a recognizer can do; `null` when there is none for these languages. */
export function queryHandwritingRecognizer(constraint: HandwritingModelConstraint): Promise<HandwritingRecognizerQueryResult | null>;

/**
 * Rejects with a `NotSupportedError` for other languages, with an `OperationError` when the model or the module can't be
 * loaded.
 *
 * @param reader stays yours when the recognizer is finished; without one, a Scrawl is created with its own model
 */
export function createHandwritingRecognizer(constraint: HandwritingModelConstraint, reader?: StrokeReader): Promise<HandwritingRecognizer>;
