// How people submit forms: what the Enter key does, as HTML's "implicit submission" says, and whether a button was pressed.
// Knows forms alone.

/** A form with several of these and no button to submit it is not submitted by a key. */
const NO_TEXT = ['button', 'checkbox', 'color', 'fieldset', 'file', 'hidden', 'output', 'radio', 'range', 'reset', 'select-one', 'select-multiple', 'textarea'];

/** @param {HTMLFormElement | null} form */
export function submitAsEnter(form) {
    const controls = /** @type {HTMLInputElement[]} */ ([...form?.elements ?? []]);
    const button = controls.find(({ type }) => type === 'submit');
    if (button) button.click(); // does nothing when it is disabled
    else if (controls.filter(({ type }) => !NO_TEXT.includes(type)).length === 1) form?.requestSubmit();
}

/** Whose button was pressed just now. @type {HTMLFormElement | null} */
let pressed = null;

/** @param {Event} event */
function noteButton(event) {
    const [target] = event.composedPath();
    const button = target instanceof Element && /** @type {HTMLButtonElement | null} */ (target.closest('button, input'));
    if (!button || !['submit', 'image'].includes(button.type)) return;
    pressed = button.form;
    setTimeout(() => (pressed = null));
}

/** @param {Document} document where forms are */
export function watchButtons(document) {
    document.addEventListener('click', noteButton, { capture: true });
}

/** Somebody does at this moment; otherwise a script only asks whether the form is valid. @param {HTMLFormElement | null} form */
export function wantsToSubmit(form) {
    return form !== null && pressed === form;
}
