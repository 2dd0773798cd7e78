// The form of a training's settings: shows settings, gives back what stands in it, and points at what is wrong.
// Knows no rules: what is wrong it is told.

/** @typedef {{ label: string, value: string }} Option */
/** @typedef {Record<string, number | string | boolean>} Values by the fields' names; an empty number is NaN */
/**
 * @typedef {object} TrainingFormCallbacks
 * @property {(preset: string) => void} onPreset
 * @property {(name: string) => void} onNamed a named architecture was chosen
 * @property {(text: string) => void} onArchitecture its text was changed
 * @property {() => void} onSubmit
 */

/** The preset select's entry for settings that are no preset's. */
const OWN = 'own';

/** Fields that aren't settings. */
const NOT_SETTINGS = new Set(['start', 'preset', 'named', 'architecture']);

/** @param {HTMLSelectElement} select @param {Option[]} options */
function fill(select, options) {
    select.replaceChildren(...options.map(({ label, value }) => new Option(label, value)));
}

/**
 * @param {HTMLFormElement} form
 * @param {TrainingFormCallbacks} callbacks
 */
export function createTrainingForm(form, { onPreset, onNamed, onArchitecture, onSubmit }) {
    /** @param {string} name */
    const field = (name) => /** @type {any} */ (form.elements.namedItem(name));
    /** @param {string} id */
    const part = (id) => /** @type {HTMLElement} */ (form.querySelector(`#${id}`));
    const settings = () => [...form.elements].filter((element) =>
        /** @type {HTMLInputElement} */ (element).name && !NOT_SETTINGS.has(/** @type {HTMLInputElement} */ (element).name));

    const isNew = () => field('start').value === 'new';

    function showStart() {
        part('train-new').hidden = !isNew();
        field('normalization').disabled = !isNew();
    }

    function showOptimizer() {
        field('momentum').disabled = field('optimizer').value !== 'sgd';
    }

    function clearProblem() {
        part('train-problem').hidden = true;
        for (const marked of form.querySelectorAll('[aria-invalid]')) {
            marked.removeAttribute('aria-invalid');
            if (marked.getAttribute('aria-describedby') === 'train-problem') marked.removeAttribute('aria-describedby');
        }
    }

    form.addEventListener('submit', (event) => {
        event.preventDefault();
        onSubmit();
    });
    form.addEventListener('change', ({ target }) => {
        const { name, value } = /** @type {HTMLInputElement} */ (target);
        clearProblem();
        if (name === 'preset' && value !== OWN) onPreset(value);
        else if (name === 'named' && value !== OWN) onNamed(value);
        else if (name === 'start') showStart();
        else if (name === 'optimizer') showOptimizer();
    });
    form.addEventListener('input', ({ target }) => {
        const { name, value } = /** @type {HTMLInputElement} */ (target);
        if (name === 'architecture') {
            field('named').value = OWN;
            onArchitecture(value);
        } else if (!NOT_SETTINGS.has(name)) field('preset').value = OWN;
    });

    return {
        /** @param {Option[]} presets @param {Option[]} architectures */
        offer(presets, architectures) {
            fill(field('preset'), [...presets, { label: 'Your own', value: OWN }]);
            fill(field('named'), [...architectures, { label: 'Your own', value: OWN }]);
        },
        /** @param {Values} values */
        show(values) {
            for (const element of settings()) {
                const input = /** @type {HTMLInputElement} */ (element);
                const value = values[input.name];
                if (value === undefined) continue;
                if (input.type === 'checkbox') input.checked = Boolean(value);
                else if (input.type === 'number') {
                    // Single precision gives 0.0020000000949949026 back for 0.002.
                    input.value = String(Number((Number(value) * Number(input.dataset.scale ?? 1)).toPrecision(7)));
                } else input.value = String(value);
            }
            showOptimizer();
            showStart();
            clearProblem();
        },
        /** @param {string} preset @param {string} about */
        showPreset(preset, about) {
            field('preset').value = preset;
            part('train-preset-about').textContent = about;
        },
        /** @param {string} text @param {string} [name] */
        showArchitecture(text, name = OWN) {
            field('architecture').value = text;
            field('named').value = name;
            clearProblem();
        },
        /** @param {string} sentence @param {boolean} isWrong */
        sayOfArchitecture(sentence, isWrong) {
            const says = part('train-architecture-says');
            says.textContent = sentence;
            says.classList.toggle('wrong', isWrong);
            if (isWrong) field('architecture').setAttribute('aria-invalid', 'true');
            else field('architecture').removeAttribute('aria-invalid');
        },
        /** @returns {Values} */
        values() {
            return Object.fromEntries(settings().map((element) => {
                const input = /** @type {HTMLInputElement} */ (element);
                if (input.type === 'checkbox') return [input.name, input.checked];
                if (input.type !== 'number') return [input.name, input.value];
                return [input.name, input.value === '' ? NaN : Number(input.value) / Number(input.dataset.scale ?? 1)];
            }));
        },
        isNew,
        /** @returns {string} */
        architecture: () => field('architecture').value,
        /** @param {string} sentence @param {string} [name] of the field that is wrong */
        showProblem(sentence, name) {
            clearProblem();
            const problem = part('train-problem');
            problem.textContent = sentence;
            problem.hidden = false;
            const wrong = name && field(name);
            if (!wrong) return;
            const more = wrong.closest('details');
            if (more) more.open = true;
            wrong.setAttribute('aria-invalid', 'true');
            if (name !== 'architecture') wrong.setAttribute('aria-describedby', 'train-problem');
            wrong.focus();
        },
        /** @param {boolean} isBusy */
        setBusy(isBusy) {
            part('train-begin').toggleAttribute('disabled', isBusy);
        },
    };
}
