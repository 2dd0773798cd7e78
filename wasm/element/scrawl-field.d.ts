/**
 * `<scrawl-field>`: a field of a form that is written by hand, and typed into.
 *
 * @example
 * <script type="module" src="scrawl-field.js"></script>
 * <label for="zip">ZIP code</label>
 * <scrawl-field id="zip" name="zip" pattern="[0-9]{5}" required></scrawl-field>
 *
 * Importing it registers the element; on a server it does nothing. The library comes with the first stroke: one worker for
 * all fields of a page, which ends when the last of them is gone. Without it the text input still works, and the field says
 * that handwriting can't be read.
 *
 * Attributes, as on `<input>`: `name value required pattern minlength maxlength placeholder disabled readonly`, and those of
 * all elements, of which `inputmode` (`numeric` unless given), `title` (what the pattern means), `aria-label`,
 * `aria-labelledby` and `aria-describedby` are its input's too. Labels, `<fieldset disabled>`, `<form>` and its reset work.
 *
 * The form gets the value. Ink, corrections and doubts are its form state: browsers keep it for going back. Over a reload, at
 * which Chromium forgets what forms hold, the tab's sessionStorage keeps it. `autocomplete="off"`, of the form or the field:
 * not there.
 *
 * What is written replaces what was typed on an empty paper. What is typed while there is ink, or confirmed, answers for that
 * ink: it turns pale and is not read again, and what is written then follows. Spaces and lines between digits are left out.
 *
 * Validity: `valueMissing patternMismatch tooShort tooLong` as on `<input>`; `customError` while a digit is hard to read,
 * until somebody types or confirms, and while ink isn't read yet, so that no form leaves with less than was written.
 *
 * Events: `input` for each value that somebody writes or types, `change` when they have rested or left it.
 *
 * States, `scrawl-field:state(NAME)`: `doubtful` a digit is hard to read, `reading` ink is being read, `user-invalid`
 * something is wrong with it and somebody has left it or wanted to submit it. Chromium before 125: `:--doubtful`.
 *
 * Parts, `scrawl-field::part(NAME)`: `field` all of it; `paper`, with `canvas` (its `color` is the ink's), `hint` and a `mark`
 * for each digit that is hard to read; `line`, with `input`, `button undo` and `button clear`; `note`, with `button confirm`.
 *
 * Custom properties: `--scrawl-width` (20rem), `--scrawl-height` (of the paper, 7.5rem), `--scrawl-radius`; colours, which
 * else follow the page's `color-scheme`: `--scrawl-ink --scrawl-paper --scrawl-text --scrawl-quiet --scrawl-edge
 * --scrawl-line --scrawl-accent --scrawl-doubt --scrawl-doubt-wash --scrawl-wrong`.
 *
 * A Content-Security-Policy needs `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'` where the
 * package lies on the page's own host, and nothing for styles: it has neither style attributes nor inline handlers.
 *
 * @packageDocumentation
 */

import type { ScrawlClient } from '../scrawl-client.d.ts';

/** What a field says. The functions return sentences. */
export interface FieldWords {
    /** On the empty paper. */
    write: string;
    /** In the empty input, where there is no placeholder. */
    type: string;
    /** Names of buttons. */
    undo: string;
    clear: string;
    confirm: string;
    /** Said to screen readers after each reading. */
    read(value: string): string;
    /** @param labels of the digits that are hard to read, at least one */
    doubt(labels: string[]): string;
    /** There is ink, but no digit. */
    nothing: string;
    /** Why the form can't be submitted yet. */
    reading: string;
    /** The library could not be loaded, or stopped. */
    failed: string;
    tooShort(least: number, length: number): string;
    tooLong(most: number, length: number): string;
}

export class ScrawlField extends HTMLElement {
    static readonly formAssociated: true;

    /**
     * What makes the client for all fields of the page, when the first stroke is to be read. Another one may have another
     * model, or other addresses: `ScrawlField.createClient = () => createScrawlClient({ model: '/best.safetensors' })`. The
     * fields free it.
     */
    static createClient: () => Promise<Pick<ScrawlClient, 'predictStrokes' | 'free'>>;

    /** What fields say, in English. To set some replaces those, in fields that are there too. */
    static get words(): FieldWords;
    static set words(words: Partial<FieldWords>);

    name: string;
    required: boolean;
    /** A regular expression that the whole value must match. */
    pattern: string;
    /** -1: none. A negative one throws an `IndexSizeError`. */
    minLength: number;
    /** -1: none. It limits typing; what is written longer is kept, and `tooLong`. */
    maxLength: number;
    placeholder: string;
    /** The attribute; a disabled fieldset disables the field too. */
    disabled: boolean;
    readOnly: boolean;
    /** The attribute `value`: what a reset goes back to. */
    defaultValue: string;
    /** To set it clears the paper. */
    value: string;

    /** `'scrawl-field'` */
    readonly type: string;
    readonly form: HTMLFormElement | null;
    readonly labels: NodeList;
    readonly validity: ValidityState;
    readonly validationMessage: string;
    readonly willValidate: boolean;
    checkValidity(): boolean;
    reportValidity(): boolean;
    /** @param message `''`: nothing is wrong */
    setCustomValidity(message: string): void;

    /** A digit of the value is hard to read. */
    readonly doubtful: boolean;
    /** A copy of what was written: strokes of points in CSS pixels of the paper, pressure 0 to 1. */
    readonly strokes: { x: number; y: number; pressure: number }[][];

    /** As its buttons do, with their events. */
    confirm(): void;
    undo(): void;
    clear(): void;
}

declare global {
    interface HTMLElementTagNameMap {
        'scrawl-field': ScrawlField;
    }
}
