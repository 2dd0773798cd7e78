// Data sets of the library: made of IDX files, and taken out again as arrays. Knows no model.

import { fileBytes, IMAGE_PIXELS, naturalNumber } from './arguments.js';

/** @import { Library } from './memory.js' */

/**
 * Copies a data set.
 * @param {Library} library
 * @param {number} dataset
 */
function takeImages(library, dataset) {
    const { scrawl_dataset_count: countOf, scrawl_dataset_image: imageOf, scrawl_dataset_labels: labelsOf } = library.exports;
    const count = countOf(dataset);
    return { images: library.bytes(imageOf(dataset, 0), count * IMAGE_PIXELS), labels: library.bytes(labelsOf(dataset), count) };
}

/**
 * @param {Library} library
 * @param {ArrayBuffer | ArrayBufferView} images the bytes of a file
 * @param {ArrayBuffer | ArrayBufferView} labels the bytes of a file
 * @param {number} classCount
 * @returns {{ images: Uint8Array, labels: Uint8Array }}
 */
export function readIdx(library, images, labels, classCount) {
    const [imageFile, labelFile] = [fileBytes('images', images), fileBytes('labels', labels)];
    const classes = naturalNumber('classCount', classCount);
    const dataset = library.scoped((scope) => library.make(
        'scrawl_dataset_from_idx', scope.copy(imageFile), imageFile.length, scope.copy(labelFile), labelFile.length, classes,
    ));
    try {
        return takeImages(library, dataset);
    } finally {
        library.exports.scrawl_dataset_free(dataset);
    }
}
