// How people submit forms: what the Enter key does, as HTML's "implicit submission" says, and which button does it.
// Knows forms alone.

/** A form with several of these and no button to submit it is not submitted by a key. */
const NO_TEXT = ['button', 'checkbox', 'color', 'fieldset', 'file', 'hidden', 'output', 'radio', 'range', 'reset', 'select-one', 'select-multiple', 'textarea'];

const SUBMITS = ['submit', 'image'];

/** The first one that submits it. Its elements lack those with an image. @param {HTMLFormElement} form */
function defaultButton(form) {
    const root = /** @type {Document | ShadowRoot | Element} */ (form.getRootNode());
    const buttons = /** @type {NodeListOf<HTMLButtonElement | HTMLInputElement>} */ (root.querySelectorAll('button, input'));
    return [...buttons].find((button) => button.form === form && SUBMITS.includes(button.type));
}

/** @param {HTMLFormElement} form */
export function submitAsEnter(form) {
    const controls = /** @type {HTMLInputElement[]} */ ([...form.elements]);
    const button = defaultButton(form);
    if (button) button.click(); // does nothing when it is disabled
    else if (controls.filter(({ type }) => !NO_TEXT.includes(type)).length === 1) form.requestSubmit();
}

/** Whose button is pressed. @param {Event} event a click @returns {HTMLFormElement | null} */
export function formToSubmit(event) {
    const [target] = event.composedPath();
    const button = target instanceof Element && /** @type {HTMLButtonElement | null} */ (target.closest('button, input'));
    return button && SUBMITS.includes(button.type) ? button.form : null;
}
