// The tools above the paper and their keys. Knows their elements, and nothing of what they do.

import { byId } from '../dom.js';
import { createFileDrop } from '../widgets/file-drop.js';
import { createShortcuts } from '../widgets/shortcuts.js';

/**
 * @typedef {object} ToolListeners
 * @property {(step: -1 | 1) => void} onStep undo or redo
 * @property {() => void} onClear
 * @property {() => void} onSingle one digit, or several
 * @property {(tool: 'pen' | 'eraser') => void} onTool
 * @property {(width: number) => void} onWidth in CSS pixels
 * @property {(step: -1 | 1) => void} onNext the digit after or before the chosen one
 * @property {() => void} onCopy
 * @property {(files: File[]) => void} onFiles
 */

/** Radio buttons. @param {string} name @returns {HTMLInputElement[]} */
function inputsOf(name) {
    return [...document.querySelectorAll(`input[name="${name}"]`)].map((input) => /** @type {HTMLInputElement} */ (input));
}

/** @param {string} name @param {(value: string) => void} listener told at once, too: browsers remember choices when a page is reloaded */
function onChoice(name, listener) {
    const inputs = inputsOf(name);
    const tell = () => listener(inputs.find((input) => input.checked)?.value ?? inputs[0].value);
    for (const input of inputs) input.addEventListener('change', tell);
    addEventListener('pageshow', tell);
    tell();
}

/** @param {string} name @param {number | string} wanted a value, or how many buttons further */
function choose(name, wanted) {
    const inputs = inputsOf(name);
    const from = inputs.findIndex((input) => input.checked);
    const next = typeof wanted === 'number' ? inputs[from + wanted] : inputs.find(({ value }) => value === wanted);
    next?.click();
}

/** @param {ToolListeners} listeners @param {HTMLInputElement} single */
function listenToKeys({ onStep, onClear, onNext, onCopy }, single) {
    createShortcuts(/** @type {HTMLDialogElement} */ (byId('shortcuts')), {
        list: byId('shortcuts-list'),
        button: byId('shortcuts-open'),
        close: byId('shortcuts-close'),
        singleKeys: /** @type {HTMLInputElement} */ (byId('single-keys')),
        shortcuts: [
            { keys: ['Mod+Z'], text: 'Undo', run: () => onStep(-1) },
            { keys: ['Mod+Shift+Z', 'Mod+Y'], text: 'Redo', run: () => onStep(1) },
            { keys: ['Escape', 'Delete'], text: 'Clear the paper, or close the picture', run: onClear },
            { keys: ['P'], text: 'Pen', run: () => choose('tool', 'pen') },
            { keys: ['E'], text: 'Eraser', run: () => choose('tool', 'eraser') },
            { keys: ['['], text: 'Narrower', run: () => choose('width', -1) },
            { keys: [']'], text: 'Wider', run: () => choose('width', 1) },
            { keys: ['ArrowLeft'], text: 'The digit before', run: () => onNext(-1) },
            { keys: ['ArrowRight'], text: 'The next digit', run: () => onNext(1) },
            { keys: ['D'], text: 'One digit, or several', run: () => single.click() },
            { keys: ['C'], text: 'Copy the number', run: onCopy },
            { keys: ['O'], text: 'Open pictures', run: () => byId('open').click() },
            { keys: ['L'], text: 'Live camera', run: () => byId('live').click() },
            { keys: ['Mod+V'], text: 'Read the picture on the clipboard' },
            { keys: ['?'], text: 'These shortcuts', run: () => byId('shortcuts-open').click() },
        ],
    });
}

/** @param {ToolListeners} listeners */
export function createTools(listeners) {
    const [undo, redo, clear] = ['undo', 'redo', 'clear'].map((id) => /** @type {HTMLButtonElement} */ (byId(id)));
    const single = /** @type {HTMLInputElement} */ (byId('single'));
    undo.addEventListener('click', () => listeners.onStep(-1));
    redo.addEventListener('click', () => listeners.onStep(1));
    clear.addEventListener('click', listeners.onClear);
    single.addEventListener('change', listeners.onSingle);
    onChoice('tool', (tool) => listeners.onTool(tool === 'eraser' ? 'eraser' : 'pen'));
    onChoice('width', (width) => listeners.onWidth(Number(width)));
    createFileDrop(byId('landing'), {
        choosers: [['open', 'file'], ['take', 'camera']].map(([button, input]) => (
            { button: byId(button), input: /** @type {HTMLInputElement} */ (byId(input)) })),
        onFiles: listeners.onFiles,
    });
    listenToKeys(listeners, single);

    return {
        /** Everything is one digit. */
        get isSingle() {
            return single.checked;
        },
        /** @param {{ hasPicture: boolean, canUndo: boolean, canRedo: boolean, isEmpty: boolean }} desk */
        update({ hasPicture, canUndo, canRedo, isEmpty }) {
            // Nothing can be written on a picture.
            for (const input of [...inputsOf('tool'), ...inputsOf('width')]) input.disabled = hasPicture;
            undo.disabled = hasPicture || !canUndo;
            redo.disabled = hasPicture || !canRedo;
            clear.disabled = !hasPicture && isEmpty;
            byId('clear-name').textContent = hasPicture ? 'Close' : 'Clear';
            clear.title = hasPicture ? 'Close this picture (Esc)' : 'Clear the paper (Esc)';
        },
    };
}
