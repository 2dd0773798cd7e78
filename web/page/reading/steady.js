// Which of many readings of moving frames to believe: one that several of the latest frames give alike.
// Knows neither camera nor elements.

/** So many of the latest readings are looked at, … */
const LATEST = 4;
/** … of which so many agree. */
const AGREEING = 3;

export class Steady {
    /** The newest last. @type {string[]} */ #texts = [];

    /** @param {string} text of the newest frame @returns {boolean} whether it is steady: digits, and no longer an accident */
    add(text) {
        this.#texts = [...this.#texts, text].slice(-LATEST);
        return text !== '' && this.#texts.filter((other) => other === text).length >= AGREEING;
    }
}
