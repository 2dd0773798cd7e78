// Opens picture files: decoding and scaling happen in picture-worker.js, drawings that only a page can draw (SVG) here.
// Knows neither the page's elements nor the reader.

/** @import { Opened } from '../../workers/picture-worker.js' */

/** Drawings without pixels of their own (SVG) get this many on their longer side: enough to read and to show. */
const DRAWN_SIDE = 1600;

const SVG_TYPE = 'image/svg+xml';

const FAILED = 'The part of the page that opens pictures failed. Open it once more, or reload the page.';

/** @typedef {{ resolve: (opened: Opened) => void, reject: (reason: Error) => void }} Call */

/** @param {Blob} file @returns {Promise<string>} as a data address: a blob's could not be read back from a canvas */
function dataAddress(file) {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(new Blob([file], { type: SVG_TYPE }));
    });
}

/** @param {Blob} file an SVG @returns {Promise<ImageBitmap>} on white paper, since its ink may be black */
async function drawSvg(file) {
    const image = new Image();
    image.src = await dataAddress(file);
    await image.decode();
    const longest = Math.max(image.naturalWidth, image.naturalHeight);
    const [width, height] = longest ? [image.naturalWidth / longest, image.naturalHeight / longest] : [1, 1];
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(width * DRAWN_SIDE));
    canvas.height = Math.max(1, Math.floor(height * DRAWN_SIDE));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = 'white';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return createImageBitmap(canvas);
}

/** @param {File} file @returns {Promise<File | ImageBitmap>} what the worker can decode, if it can be decoded at all */
async function decodable(file) {
    const isSvg = file.type === SVG_TYPE || /\.svg$/i.test(file.name);
    return isSvg ? drawSvg(file).catch(() => file) : file;
}

class Opener {
    /** Started with the first picture: who only writes needs none. @type {Worker | null} */ #worker = null;
    /** @type {Map<number, Call>} */ #calls = new Map();
    #lastId = 0;

    #start() {
        const worker = new Worker(new URL('workers/picture-worker.js', document.baseURI), { type: 'module' });
        worker.addEventListener('message', ({ data: { id, result, error } }) => {
            const call = this.#calls.get(id);
            this.#calls.delete(id);
            if (error) call?.reject(new Error(error));
            else call?.resolve(result);
        });
        worker.addEventListener('error', (event) => {
            event.preventDefault();
            // The next picture gets another one.
            worker.terminate();
            if (this.#worker === worker) this.#worker = null;
            for (const { reject } of this.#calls.values()) reject(new Error(FAILED));
            this.#calls.clear();
        });
        return worker;
    }

    /** @param {File} file @returns {Promise<Opened>} rejects with a sentence when the file's bytes can't be had */
    async open(file) {
        const source = await decodable(file);
        this.#worker ??= this.#start();
        const id = ++this.#lastId;
        const answer = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
        this.#worker.postMessage({ id, action: 'open', source }, source instanceof ImageBitmap ? [source] : []);
        return answer;
    }
}

export function createOpener() {
    return new Opener();
}
