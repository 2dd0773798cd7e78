// Who touches the paper: a pen, one finger, or what shall leave no ink: two fingers, a palm, a hand beside a pen.
// Knows pointer events, and nothing of ink. The page's paper has the same hands.

/** Of a touch in CSS pixels: what is wider is a palm. Fingers that lie flat are some 30 wide. */
const PALM = 64;

/** Fingers count for nothing so long after a pen was near, in milliseconds: its hand lies on the paper. */
const PEN_NEAR = 700;

/** @typedef {'write' | 'none' | 'gesture'} Meaning none: it is as if it weren't there; gesture: nobody writes by now */

export class Hands {
    /** Touches that may write, by their pointers' ids. @type {Set<number>} */ #fingers = new Set();
    /** Two fingers were down, and one still is. */ #isGesture = false;
    /** A pen is down, by its pointer's id. @type {number | null} */ #pen = null;
    #penSeenAt = -Infinity;

    /** @param {PointerEvent} event @returns {Meaning} */
    down(event) {
        const { pointerType, pointerId } = event;
        if (pointerType !== 'touch') return this.#penDown(event);
        const isBesidePen = this.#pen !== null || event.timeStamp - this.#penSeenAt < PEN_NEAR;
        if (isBesidePen || Math.max(event.width, event.height) > PALM) return 'none';
        this.#fingers.add(pointerId);
        this.#isGesture ||= this.#fingers.size > 1;
        return this.#isGesture ? 'gesture' : 'write';
    }

    /** A mouse or pen writes, whatever fingers do. @param {PointerEvent} event @returns {Meaning} */
    #penDown({ pointerType, pointerId, timeStamp }) {
        if (this.#pen !== null && this.#pen !== pointerId) return 'none';
        this.#pen = pointerId;
        if (pointerType === 'pen') this.#penSeenAt = timeStamp;
        return 'write';
    }

    /** @param {PointerEvent} event */
    moved({ pointerType, timeStamp }) {
        if (pointerType === 'pen') this.#penSeenAt = timeStamp;
    }

    /** It was lifted, or taken away. @param {PointerEvent} event */
    up({ pointerId, pointerType, timeStamp }) {
        if (pointerType === 'pen') this.#penSeenAt = timeStamp;
        if (this.#pen === pointerId) this.#pen = null;
        this.#fingers.delete(pointerId);
        if (!this.#fingers.size) this.#isGesture = false;
    }
}
