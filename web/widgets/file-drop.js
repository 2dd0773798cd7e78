// Files from everywhere: a button, a drop on any part of the page, the clipboard. Knows nothing of what they hold.

/** @param {DataTransfer | null} transfer */
function holdsFiles(transfer) {
    return Boolean(transfer?.types.includes('Files'));
}

/**
 * @param {object} parts
 * @param {HTMLElement} parts.button
 * @param {HTMLInputElement} parts.input the hidden file input
 * @param {HTMLElement} parts.landing shown while a file is over the page
 * @param {(file: File) => void} parts.onFile
 */
export function watchFiles({ button, input, landing, onFile }) {
    /** @param {FileList | undefined | null} files */
    const takeFirst = (files) => {
        if (files?.[0]) onFile(files[0]);
    };

    button.addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
        takeFirst(input.files);
        // Otherwise the same file a second time would be no change.
        input.value = '';
    });

    addEventListener('dragover', (event) => {
        if (!holdsFiles(event.dataTransfer)) return;
        event.preventDefault();
        landing.hidden = false;
    });
    addEventListener('dragleave', (event) => {
        // Without a next element the pointer has left the page, not merely one of its elements.
        if (!event.relatedTarget) landing.hidden = true;
    });
    addEventListener('drop', (event) => {
        landing.hidden = true;
        if (!holdsFiles(event.dataTransfer)) return;
        event.preventDefault();
        takeFirst(event.dataTransfer?.files);
    });
    addEventListener('paste', (event) => takeFirst(event.clipboardData?.files));
}
