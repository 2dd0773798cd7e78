// The controller of what follows a training: the test images are read, the accuracy shown, the confusion matrix and the
// mistakes as a gallery. Knows nothing of how the network came about.

import { byId } from '../dom.js';
import { IMAGE_PIXELS } from '../storage/idx.js';
import { percent, whole } from '../words.js';
import { createConfusionMatrix } from '../widgets/confusion-matrix.js';
import { createGallery } from '../widgets/image-gallery.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { Evaluation, LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { GalleryItem } from '../widgets/image-gallery.js' */

/** So many images are shown at once. */
const PAGE = 40;

/** @param {ReadingEngine} engine */
export function createTestView(engine) {
    const page = {
        bar: /** @type {HTMLProgressElement} */ (byId('test-bar')),
        accuracy: byId('test-accuracy'),
        text: byId('test-text'),
        details: byId('test-details'),
        galleryTitle: byId('test-gallery-title'),
        all: byId('test-all'),
        more: byId('test-more'),
    };
    const matrix = createConfusionMatrix(byId('test-confusion'), { onChoose: choose });
    const gallery = createGallery(byId('test-gallery'));
    /** @type {{ data: LabelledImages, evaluation: Evaluation } | null} */
    let tested = null;
    /** @type {number[]} */
    let chosen = [];
    let shown = PAGE;

    page.all.addEventListener('click', () => {
        chooseMistakes();
        page.galleryTitle.focus({ preventScroll: true });
    });
    page.more.addEventListener('click', () => {
        shown += PAGE;
        showGallery();
    });

    /** @param {(label: number, read: number) => boolean} isWanted @param {string} title */
    function showImages(isWanted, title) {
        if (!tested) return;
        const { data: { labels }, evaluation: { predictions, confidences } } = tested;
        chosen = [...labels.keys()].filter((index) => isWanted(labels[index], predictions[index]));
        chosen.sort((one, other) => confidences[other] - confidences[one]);
        shown = PAGE;
        page.galleryTitle.textContent = title.replace('#', whole(chosen.length));
        showGallery();
    }

    function chooseMistakes() {
        matrix.chooseNone();
        page.all.hidden = true;
        showImages((label, read) => label !== read, '# mistakes, the surest first');
    }

    /** @param {number} actual @param {number} predicted */
    function choose(actual, predicted) {
        page.all.hidden = false;
        const names = engine.labels;
        const title = actual === predicted
            ? `# images of ${names[actual]} read as such`
            : `# images of ${names[actual]} read as ${names[predicted]}`;
        showImages((label, read) => label === actual && read === predicted, title);
    }

    function showGallery() {
        if (!tested) return;
        const { data: { images, labels }, evaluation: { predictions, confidences } } = tested;
        page.more.hidden = chosen.length <= shown;
        gallery.show(chosen.slice(0, shown).map((index) => {
            const [truth, read] = [engine.labels[labels[index]], engine.labels[predictions[index]]];
            const isRight = labels[index] === predictions[index];
            return /** @type {GalleryItem} */ ({
                image: images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS),
                caption: isRight ? truth : `${truth} → ${read}`,
                note: percent(confidences[index], 0),
                tone: isRight ? 'right' : 'wrong',
                name: `Test image ${index}: ${truth}, read as ${read}, ${percent(confidences[index], 0)} sure`,
            });
        }));
    }

    return {
        /**
         * Reads all images with the model in use, and shows what came of it.
         * @param {LabelledImages} data
         */
        async test(data) {
            tested = null;
            page.details.hidden = true;
            page.accuracy.hidden = true;
            page.bar.hidden = false;
            page.text.textContent = `Reading ${whole(data.labels.length)} images that it has never seen…`;
            try {
                const onProgress = (/** @type {{ images: number, total: number }} */ { images, total }) =>
                    (page.bar.value = images / total);
                const evaluation = await engine.evaluate(data, { onProgress });
                tested = { data, evaluation };
            } finally {
                page.bar.hidden = true;
            }
            const { accuracy, images, loss, confusion } = tested.evaluation;
            const wrong = Math.round(images * (1 - accuracy));
            page.accuracy.hidden = false;
            page.accuracy.textContent = percent(accuracy);
            page.text.textContent = `of MNIST’s ${whole(images)} test images are read rightly, ${whole(wrong)} are not. The loss is ${loss.toFixed(4)}.`;
            matrix.show(confusion, engine.labels);
            page.details.hidden = false;
            chooseMistakes();
            return tested.evaluation;
        },
    };
}
