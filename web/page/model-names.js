// How names of model files end, and what people choose by. Knows no file's inside: the library tells by the bytes.

/** @import { ModelFormat } from '../../wasm/scrawl.d.ts' */

/** What a file that is written is called at the end. @type {Record<ModelFormat, string>} */
const ENDINGS = { safetensors: '.safetensors', h5: '.h5', keras: '.keras', onnx: '.onnx' };

/** Whatever somebody else may have called one. */
const ANY_ENDING = /\.(safetensors|h5|hdf5|keras|onnx)$/i;

/** @param {File} file */
export function isModelFile({ name }) {
    return ANY_ENDING.test(name);
}

/** @param {string} fileName */
export function modelNameOf(fileName) {
    return fileName.replace(ANY_ENDING, '') || fileName;
}

/** @param {string} name of a model @param {ModelFormat} format */
export function modelFileName(name, format) {
    const plain = name.normalize('NFKD').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model';
    return plain + ENDINGS[format];
}
