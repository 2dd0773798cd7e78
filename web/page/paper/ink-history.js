// What undo goes back to and redo goes forward to. Knows nothing of how ink comes about.

/** @import { InkStroke } from './ink.js' */

/** So many changes can be undone; what older ones had is let go, however long the paper is used. */
export const MOST_CHANGES = 200;

export class InkHistory {
    /** Oldest first. @type {InkStroke[][]} */ #before = [];
    /** The next one last. @type {InkStroke[][]} */ #after = [];
    /** The same before the latest remember(). @type {InkStroke[][]} */ #formerAfter = [];

    /** The strokes before the latest change. @returns {InkStroke[]} */
    get latest() {
        return this.#before.at(-1) ?? [];
    }

    get canUndo() {
        return this.#before.length > 0;
    }

    get canRedo() {
        return this.#after.length > 0;
    }

    /** Something is about to change. @param {InkStroke[]} strokes as they are */
    remember(strokes) {
        this.#before.push(strokes);
        if (this.#before.length > MOST_CHANGES) this.#before.shift();
        this.#formerAfter = this.#after;
        this.#after = [];
    }

    /** Nothing has changed after all: there is nothing to undo, and all that there was to bring again. @param {InkStroke[]} strokes */
    forgetUnchanged(strokes) {
        if (this.#before.at(-1) !== strokes) return;
        this.#before.pop();
        this.#after = this.#formerAfter;
    }

    /** As if nothing had been about to change. @returns {InkStroke[]} the strokes as they were */
    takeBack() {
        this.#after = this.#formerAfter;
        return this.#before.pop() ?? [];
    }

    /** @param {InkStroke[]} strokes as they are @returns {InkStroke[] | undefined} as they were */
    undo(strokes) {
        return this.#step(this.#before, this.#after, strokes);
    }

    /** @param {InkStroke[]} strokes as they are @returns {InkStroke[] | undefined} as they were before undo() */
    redo(strokes) {
        return this.#step(this.#after, this.#before, strokes);
    }

    /** @param {InkStroke[][]} from @param {InkStroke[][]} to @param {InkStroke[]} strokes */
    #step(from, to, strokes) {
        const next = from.pop();
        if (next) to.push(strokes);
        return next;
    }
}
