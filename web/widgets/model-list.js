// The list of models: one is in use; others can be used, renamed, downloaded and deleted. Knows nothing of storage.

/**
 * @typedef {object} ListedModel
 * @property {string} id
 * @property {string} name
 * @property {string} about
 * @property {string} architecture
 * @property {boolean} isInUse
 * @property {boolean} isOwn it can be renamed and deleted
 */
/**
 * @typedef {object} ModelListCallbacks
 * @property {(id: string) => void} onUse
 * @property {(id: string) => void} onDownload
 * @property {(id: string, name: string) => void} onRename
 * @property {(id: string) => void} onDelete
 */

const LONGEST_NAME = 60;

/** @param {string} kind @param {string} className @param {string} text */
function part(kind, className, text) {
    const element = document.createElement(kind);
    element.className = className;
    element.textContent = text;
    return element;
}

/** @param {string} text @param {string} name for those who don't see beside what it stands @param {() => void} act */
function buttonOf(text, name, act) {
    const button = /** @type {HTMLButtonElement} */ (part('button', 'button small', text));
    button.type = 'button';
    button.setAttribute('aria-label', name);
    button.addEventListener('click', act);
    return button;
}

/**
 * @param {HTMLElement} element a list
 * @param {ModelListCallbacks} callbacks
 */
export function createModelList(element, { onUse, onDownload, onRename, onDelete }) {
    /** @param {ListedModel} model */
    function renameForm({ id, name }, done = () => {}) {
        const form = document.createElement('form');
        form.className = 'rename';
        const input = document.createElement('input');
        input.value = name;
        input.maxLength = LONGEST_NAME;
        input.setAttribute('aria-label', `New name of ${name}`);
        const save = part('button', 'button small', 'Save');
        form.append(input, save);
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            const next = input.value.trim();
            if (next && next !== name) onRename(id, next);
            else done();
        });
        form.addEventListener('keydown', (event) => {
            event.stopPropagation();
            if (event.key === 'Escape') done();
        });
        return { form, input };
    }

    /** @param {ListedModel} model */
    function entryOf(model) {
        const { id, name, about, architecture, isInUse, isOwn } = model;
        const entry = document.createElement('li');
        entry.classList.toggle('in-use', isInUse);
        const title = part('h3', '', name);
        const head = part('div', 'model-head', '');
        head.append(title);
        if (isInUse) head.append(part('span', 'badge', 'In use'));
        const buttons = part('div', 'buttons', '');
        if (!isInUse) buttons.append(buttonOf('Use', `Use ${name}`, () => onUse(id)));
        if (isOwn) {
            const rename = buttonOf('Rename', `Rename ${name}`, () => {
                const { form, input } = renameForm(model, () => form.replaceWith(head));
                head.replaceWith(form);
                input.select();
            });
            buttons.append(
                rename,
                buttonOf('Download', `Download ${name}`, () => onDownload(id)),
                buttonOf('Delete', `Delete ${name}`, () => onDelete(id)),
            );
        }
        entry.append(head, part('p', 'small quiet', about));
        if (architecture) entry.append(part('p', 'small data architecture', architecture));
        if (buttons.childElementCount) entry.append(buttons);
        return entry;
    }

    return {
        /** @param {ListedModel[]} models */
        show(models) {
            element.replaceChildren(...models.map(entryOf));
        },
    };
}
