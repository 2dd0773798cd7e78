// The controller of what follows a training: the test images are read, the accuracy shown, the confusion matrix and the
// mistakes as a gallery. Knows nothing of how the network came about.

import { IMAGE_PIXELS } from '../../../wasm/scrawl-client.js';
import { byId } from '../dom.js';
import { counted, percent, whole } from '../words.js';
import { createConfusionMatrix } from '../widgets/confusion-matrix.js';
import { createGallery } from '../widgets/image-gallery.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { Evaluation, LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { GalleryItem } from '../widgets/image-gallery.js' */

/** So many images are shown at once. */
const PAGE = 40;

/** @typedef {{ data: LabelledImages, evaluation: Evaluation, names: string[] }} Tested names: of the classes */

/** @param {number} index @param {Tested} tested @returns {GalleryItem} */
function itemOf(index, { data: { images, labels }, evaluation: { predictions, confidences }, names }) {
    const [truth, read, share] = [names[labels[index]], names[predictions[index]], percent(confidences[index], 0)];
    const isRight = labels[index] === predictions[index];
    return {
        image: /** @type {Uint8Array} */ (images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS)),
        caption: isRight ? truth : `${truth} → ${read}`,
        note: share,
        tone: isRight ? 'right' : 'wrong',
        name: `Test image ${index}: ${truth}, read as ${read}, ${share} sure`,
    };
}

export class TestView {
    #engine;
    #bar = /** @type {HTMLProgressElement} */ (byId('test-bar'));
    #accuracy = byId('test-accuracy');
    #text = byId('test-text');
    #details = byId('test-details');
    #galleryTitle = byId('test-gallery-title');
    #all = byId('test-all');
    #more = byId('test-more');
    #matrix = createConfusionMatrix(byId('test-confusion'), {
        onChoose: (actual, predicted) => this.#choose(actual, predicted),
    });
    #gallery = createGallery(byId('test-gallery'));
    /** @type {Tested | null} */ #tested = null;
    /** Indices of images. @type {number[]} */ #chosen = [];
    #shown = PAGE;

    /** @param {ReadingEngine} engine */
    constructor(engine) {
        this.#engine = engine;
        this.#all.addEventListener('click', () => {
            this.#chooseMistakes();
            this.#galleryTitle.focus({ preventScroll: true });
        });
        this.#more.addEventListener('click', () => {
            this.#shown += PAGE;
            this.#showGallery();
        });
    }

    /**
     * Reads all images with the model that the engine has as this begins, and shows what came of it.
     * @param {LabelledImages} data
     */
    async test(data) {
        const { client } = this.#engine;
        const names = client.labels;
        this.#tested = null;
        this.#details.hidden = true;
        this.#accuracy.hidden = true;
        this.#bar.hidden = false;
        this.#text.textContent = `Reading ${whole(data.labels.length)} images that it has never seen…`;
        try {
            const onProgress = (/** @type {{ images: number, total: number }} */ { images, total }) =>
                (this.#bar.value = images / total);
            const evaluation = await client.evaluate(data, { onProgress });
            this.#tested = { data, evaluation, names };
        } finally {
            this.#bar.hidden = true;
        }
        const { accuracy, images, loss, confusion } = this.#tested.evaluation;
        const wrong = Math.round(images * (1 - accuracy));
        this.#accuracy.hidden = false;
        this.#accuracy.textContent = percent(accuracy);
        this.#text.textContent = `of MNIST’s ${whole(images)} test images are read correctly, ${whole(wrong)} are not. The loss is ${loss.toFixed(4)}.`;
        this.#matrix.show(confusion, names);
        this.#details.hidden = false;
        this.#chooseMistakes();
        return this.#tested.evaluation;
    }

    // ---- The gallery ----

    #chooseMistakes() {
        this.#matrix.chooseNone();
        this.#all.hidden = true;
        this.#showImages((label, read) => label !== read, 'mistake', (count) => (count > 1 ? ', the surest first' : ''));
    }

    /** @param {number} actual @param {number} predicted */
    #choose(actual, predicted) {
        this.#all.hidden = false;
        const names = this.#tested?.names ?? [];
        const how = () => ` of ${names[actual]} read as ${actual === predicted ? 'such' : names[predicted]}`;
        this.#showImages((label, read) => label === actual && read === predicted, 'image', how);
    }

    /** @param {(label: number, read: number) => boolean} isWanted @param {string} name of one of them @param {(count: number) => string} how so many are alike */
    #showImages(isWanted, name, how) {
        if (!this.#tested) return;
        const { data: { labels }, evaluation: { predictions, confidences } } = this.#tested;
        this.#chosen = [...labels.keys()].filter((index) => isWanted(labels[index], predictions[index]));
        this.#chosen.sort((one, other) => confidences[other] - confidences[one]);
        this.#shown = PAGE;
        this.#galleryTitle.textContent = counted(this.#chosen.length, name) + how(this.#chosen.length);
        this.#showGallery();
    }

    #showGallery() {
        if (!this.#tested) return;
        const tested = this.#tested;
        this.#more.hidden = this.#chosen.length <= this.#shown;
        this.#gallery.show(this.#chosen.slice(0, this.#shown).map((index) => itemOf(index, tested)));
    }
}
