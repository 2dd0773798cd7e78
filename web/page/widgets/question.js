// Asks before something is lost that can't be brought back. Knows nothing of what it is.

/**
 * @param {HTMLDialogElement} dialog
 * @param {{ text: HTMLElement, yes: HTMLElement, no: HTMLElement }} parts
 * @returns {(question: string, act: string) => Promise<boolean>} act: what the button that agrees says
 */
export function createQuestion(dialog, { text, yes, no }) {
    yes.addEventListener('click', () => dialog.close('yes'));
    no.addEventListener('click', () => dialog.close());

    return (question, act) => new Promise((resolve) => {
        text.textContent = question;
        yes.textContent = act;
        dialog.returnValue = '';
        dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
        dialog.showModal();
    });
}
