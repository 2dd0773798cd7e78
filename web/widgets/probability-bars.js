// One column for each class, as high as its probability. Knows nothing of pictures.

/** Of a full bar, in percent of its column: the number above it needs the rest. */
const MOST_HEIGHT = 82;

/** Smaller shares are not worth saying. */
const WORTH_SAYING = 0.005;

/** @param {number} share 0 to 1 */
function percent(share) {
    return `${Math.round(share * 100)}%`;
}

/**
 * @param {string} name
 * @param {string} className
 * @param {...Node} children
 */
function element(name, className, ...children) {
    const node = document.createElement(name);
    node.className = className;
    node.append(...children);
    return node;
}

export class ProbabilityBars {
    element = element('ol', 'bars');

    constructor() {
        this.element.setAttribute('role', 'img');
    }

    /**
     * @param {number[]} probabilities
     * @param {number} winner the class with the highest
     * @param {string[]} labels of the classes
     */
    show(probabilities, winner, labels) {
        while (this.element.children.length > probabilities.length) this.element.lastElementChild?.remove();
        probabilities.forEach((share, index) => {
            const bar = this.element.children[index] ?? this.#add();
            const [column, name] = bar.children;
            const [above, level] = column.children;
            bar.classList.toggle('winner', index === winner);
            above.textContent = percent(share);
            /** @type {HTMLElement} */ (level).style.height = `${share * MOST_HEIGHT}%`;
            name.textContent = labels[index];
        });
        this.element.setAttribute('aria-label', this.#describe(probabilities, labels));
    }

    #add() {
        const column = element('span', 'column', element('span', 'percent'), element('span', 'bar'));
        const bar = element('li', '', column, element('span', 'name'));
        this.element.append(bar);
        return bar;
    }

    /** @param {number[]} probabilities @param {string[]} labels */
    #describe(probabilities, labels) {
        const said = probabilities
            .map((share, index) => ({ share, label: labels[index] }))
            .filter(({ share }) => share >= WORTH_SAYING)
            .sort((one, other) => other.share - one.share);
        return `Probabilities: ${said.map(({ share, label }) => `${label}, ${percent(share)}`).join('; ')}`;
    }
}
