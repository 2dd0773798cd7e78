// A sentence over the paper that can be closed.

/** @typedef {'hint' | 'error'} NoticeKind */

/**
 * @param {HTMLElement} box
 * @param {{ text: HTMLElement, close: HTMLElement, next: HTMLElement }} parts next: has the focus when close had it
 */
export function createNotice(box, { text, close, next }) {
    /** @param {string} sentence @param {NoticeKind} [kind] */
    function show(sentence, kind = 'hint') {
        text.textContent = sentence;
        box.dataset.kind = kind;
        box.hidden = !sentence;
        // What is under way ends by itself.
        close.hidden = kind === 'hint';
    }

    close.addEventListener('click', () => {
        const hadFocus = document.activeElement === close;
        show('');
        if (hadFocus) next.focus({ preventScroll: true });
    });
    return { show, hide: () => show('') };
}
