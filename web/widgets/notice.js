// A sentence over the paper that can be closed.

/** @typedef {'hint' | 'error'} NoticeKind */

/**
 * @param {HTMLElement} box
 * @param {{ text: HTMLElement, close: HTMLElement }} parts
 */
export function createNotice(box, { text, close }) {
    /** @param {string} sentence @param {NoticeKind} [kind] */
    function show(sentence, kind = 'hint') {
        text.textContent = sentence;
        box.dataset.kind = kind;
        box.hidden = !sentence;
        // What is under way ends by itself.
        close.hidden = kind === 'hint';
    }

    close.addEventListener('click', () => show(''));
    return { show, hide: () => show('') };
}
