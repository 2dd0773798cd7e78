// Files from everywhere: buttons, a drop on any part of the page, the clipboard. Knows nothing of what they hold.

/** @param {DataTransfer | null} transfer */
function holdsFiles(transfer) {
    return Boolean(transfer?.types.includes('Files'));
}

/**
 * @param {HTMLElement} landing shown while files are over the page
 * @param {object} parts
 * @param {{ button: HTMLElement, input: HTMLInputElement }[]} parts.choosers input: hidden, for files
 * @param {(files: File[]) => void} parts.onFiles at least one
 */
export function createFileDrop(landing, { choosers, onFiles }) {
    /** @param {FileList | undefined | null} files */
    const take = (files) => {
        if (files?.length) onFiles([...files]);
    };

    for (const { button, input } of choosers) {
        button.addEventListener('click', () => input.click());
        input.addEventListener('change', () => {
            take(input.files);
            // Otherwise the same file a second time would be no change.
            input.value = '';
        });
    }

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
        take(event.dataTransfer?.files);
    });
    addEventListener('paste', (event) => take(event.clipboardData?.files));
}
