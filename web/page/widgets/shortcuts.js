// Keys that do what buttons do, and the dialog that lists them. Knows nothing of what they do.

import { element } from '../dom.js';

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys each as 'Z', 'Mod+Z', 'Mod+Shift+Z': Mod is the command key where there is one, else Control
 * @property {string} text what it does, as in "Undo"
 * @property {() => void} [run] none: the browser does it by itself
 */

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const SPOKEN = new Map([['Mod', isApple ? '⌘' : 'Ctrl'], ['Shift', isApple ? '⇧' : 'Shift'], ['ArrowLeft', '←'],
    ['ArrowRight', '→'], ['Escape', 'Esc']]);
const MEMORY = 'scrawl-single-keys';

/** Where the browser lets nothing be kept, the switch holds until the page is left. @param {string} [value] to keep */
function remembered(value) {
    try {
        if (value !== undefined) localStorage.setItem(MEMORY, value);
        return localStorage.getItem(MEMORY);
    } catch {
        return null;
    }
}

/** @param {KeyboardEvent} event */
function nameOf(event) {
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const hasShift = event.shiftKey && /^[A-Z]$|^.{2,}$/.test(key);
    return [(event.ctrlKey || event.metaKey) && 'Mod', hasShift && 'Shift', key].filter(Boolean).join('+');
}

/** Keys mean something of their own there. @param {EventTarget | null} target @param {string} key */
function isTaken(target, key) {
    if (!(target instanceof Element)) return false;
    if (target.closest('input:not([type="checkbox"], [type="radio"], [type="file"]), textarea, select')) return true;
    return key.startsWith('Arrow') && target.closest('[role="radio"], [role="tab"], [type="radio"]') !== null;
}

/** @param {string} keys */
function pictured(keys) {
    return keys.split('+').map((key) => element('kbd', {}, SPOKEN.get(key) ?? key));
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {object} parts
 * @param {HTMLElement} parts.list
 * @param {HTMLElement} parts.button that opens it
 * @param {HTMLElement} parts.close that closes it
 * @param {HTMLInputElement} parts.singleKeys the switch of keys without Control: they disturb who speaks to the computer
 * @param {Shortcut[]} parts.shortcuts
 */
export function createShortcuts(dialog, { list, button, close, singleKeys, shortcuts }) {
    list.append(...shortcuts.flatMap(({ keys, text }) => [
        element('dt', {}, ...keys.flatMap((key, index) => [index ? ' or ' : '', element('span', { class: 'keys' }, ...pictured(key))])),
        element('dd', {}, text),
    ]));
    // The key that opens the list is a single one, too: without it the button stays, on every screen.
    const follow = () => button.toggleAttribute('data-needed', !singleKeys.checked);
    singleKeys.checked = remembered() !== 'off';
    singleKeys.addEventListener('change', () => {
        remembered(singleKeys.checked ? 'on' : 'off');
        follow();
    });
    follow();
    button.addEventListener('click', () => dialog.showModal());
    close.addEventListener('click', () => dialog.close());

    addEventListener('keydown', (event) => {
        const name = nameOf(event);
        const isSingle = /^[^+]$/.test(name);
        if (event.altKey || event.defaultPrevented || document.querySelector('dialog[open]') || isTaken(event.target, name)) return;
        if (isSingle && !singleKeys.checked) return;
        const found = shortcuts.find(({ keys, run }) => run && keys.includes(name));
        if (!found?.run) return;
        event.preventDefault();
        found.run();
    });
}
