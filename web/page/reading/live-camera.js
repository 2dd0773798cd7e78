// The live camera: frames are read one after the other, and a steady reading is shown until another one is steady. The
// camera is given back when the page is hidden. Knows its elements and the browser's camera; how frames are read it is told.

import { byId, contextOf } from '../dom.js';
import { Steady } from './steady.js';

/** @import { Pixels, Reading } from '../../../wasm/scrawl.d.ts' */
/**
 * @typedef {object} LiveListeners
 * @property {(frame: Pixels) => Promise<Reading | null>} read null: it can't be read now
 * @property {(frame: Pixels, reading: Reading) => void} onSteady
 * @property {(file: File) => void} onKeep
 * @property {(sentence: string) => void} onFail the camera can't be had: it is over
 */

/** Of what is read, on the longer side, in pixels: small enough for several frames a second on a phone. */
const LONGEST = 640;
/** Between two readings, in milliseconds. */
const PAUSE = 120;
const JPEG_QUALITY = 0.92;

/** @type {Record<string, string>} */
const SENTENCES = {
    NotAllowedError: 'The camera may not be used here. Allow it for this page in the browser’s settings, then try again.',
    NotFoundError: 'There is no camera here. Open a picture instead.',
    OverconstrainedError: 'There is no camera here. Open a picture instead.',
    NotReadableError: 'The camera can’t be used now: another program may have it. Close that and try again.',
};
const NO_ACCESS = 'The browser lets this page use no camera: that needs an address with https. Open a picture instead.';
const FAILED = 'The camera could not be started. Try again, or open a picture instead.';

export class LiveCamera {
    #video = /** @type {HTMLVideoElement} */ (byId('live-video'));
    #keep = byId('live-keep');
    #canvas = document.createElement('canvas');
    #listeners;
    #steady = new Steady();
    /** @type {MediaStream | null} */ #stream = null;
    #isOver = false;
    /** Counts starts of the camera: who was started before another one ends. */ #turn = 0;
    #follow = () => (document.visibilityState === 'hidden' ? this.#release() : this.#open());
    #take = () => this.#keepFrame();

    /** @param {LiveListeners} listeners */
    constructor(listeners) {
        this.#listeners = listeners;
    }

    /** Resolves when it runs, or could not. */
    async start() {
        document.addEventListener('visibilitychange', this.#follow);
        this.#keep.addEventListener('click', this.#take);
        await this.#open();
    }

    stop() {
        this.#isOver = true;
        this.#release();
        this.#video.hidden = true;
        document.removeEventListener('visibilitychange', this.#follow);
        this.#keep.removeEventListener('click', this.#take);
    }

    async #open() {
        const turn = ++this.#turn;
        const { mediaDevices } = navigator;
        try {
            if (!mediaDevices) throw new Error(NO_ACCESS);
            const video = { facingMode: 'environment', width: { ideal: 1280 } };
            const stream = await mediaDevices.getUserMedia({ video, audio: false });
            // Somebody may have left meanwhile, or hidden the page.
            if (this.#isOver || turn !== this.#turn) {
                endTracks(stream);
                return;
            }
            await this.#play(stream);
            this.#readOn(turn);
        } catch (error) {
            if (this.#isOver || turn !== this.#turn) return;
            const { name, message } = /** @type {Error} */ (error);
            this.#listeners.onFail(SENTENCES[name] ?? (message === NO_ACCESS ? NO_ACCESS : FAILED));
        }
    }

    /** @param {MediaStream} stream */
    async #play(stream) {
        this.#stream = stream;
        // A camera that is pulled out ends by itself.
        stream.getVideoTracks()[0]?.addEventListener('ended', () => this.#listeners.onFail(FAILED));
        this.#video.srcObject = stream;
        this.#video.hidden = false;
        this.#keep.hidden = false;
        await this.#video.play();
    }

    #release() {
        this.#turn++;
        if (this.#stream) endTracks(this.#stream);
        this.#stream = null;
        this.#video.srcObject = null;
        this.#keep.hidden = true;
    }

    /** @param {number} turn */
    async #readOn(turn) {
        while (turn === this.#turn) {
            const frame = this.#frame(LONGEST);
            const reading = frame && await this.#listeners.read(frame).catch(() => null);
            if (turn !== this.#turn) return;
            if (frame && reading && this.#steady.add(reading.text)) this.#listeners.onSteady(frame, reading);
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
    }

    /** Draws the frame that is there. @param {number} longest side in pixels @returns {Pixels | null} null: there is none yet */
    #frame(longest) {
        const { videoWidth, videoHeight } = this.#video;
        if (!videoWidth) return null;
        const scale = Math.min(1, longest / Math.max(videoWidth, videoHeight));
        const [width, height] = [videoWidth, videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
        Object.assign(this.#canvas, { width, height });
        const context = contextOf(this.#canvas, { willReadFrequently: true });
        context.drawImage(this.#video, 0, 0, width, height);
        return context.getImageData(0, 0, width, height);
    }

    #keepFrame() {
        if (!this.#frame(Infinity)) return;
        this.#canvas.toBlob((blob) => blob && this.#listeners.onKeep(new File([blob], 'camera.jpg', { type: blob.type })), 'image/jpeg', JPEG_QUALITY);
    }
}

/** @param {MediaStream} stream */
function endTracks(stream) {
    for (const track of stream.getTracks()) track.stop();
}
