// How a field looks: one sheet for all of them, which a strict Content-Security-Policy allows. Its colours are the system's,
// or follow the page's color-scheme, and a page may give its own. Knows no elements.

const STYLE = `
:host {
    --_paper: var(--scrawl-paper, Field);
    --_text: var(--scrawl-text, FieldText);
    --_ink: var(--scrawl-ink, light-dark(#16264d, #e3ebff));
    --_quiet: var(--scrawl-quiet, light-dark(#5a6762, #b4c0bb));
    --_edge: var(--scrawl-edge, light-dark(#7b8b84, #85938d));
    --_line: var(--scrawl-line, light-dark(#dbe3df, #52605a));
    --_accent: var(--scrawl-accent, light-dark(#1650d0, #9dbdff));
    --_doubt: var(--scrawl-doubt, light-dark(#9a4300, #ffbd85));
    --_doubt-wash: var(--scrawl-doubt-wash, light-dark(#fdebdc, #4a3018));
    --_wrong: var(--scrawl-wrong, light-dark(#b3202a, #ff9d9d));
    display: inline-block;
    box-sizing: border-box;
    inline-size: var(--scrawl-width, 20rem);
    max-inline-size: 100%;
    vertical-align: bottom;
    text-align: start;
}
:host([hidden]) { display: none }
*, ::before { box-sizing: border-box }
[hidden] { display: none !important }

.field {
    position: relative;
    overflow: hidden;
    border: 1px solid var(--_edge);
    border-radius: var(--scrawl-radius, 8px);
    background: var(--_paper);
    color: var(--_text);
    line-height: 1.4;
}
.field:hover { border-color: color-mix(in srgb, var(--_edge), var(--_text) 35%) }
.field:focus-within { outline: 2px solid var(--_accent); outline-offset: 1px }
.doubtful { border-color: var(--_doubt) !important }
.invalid { border-color: var(--_wrong) !important; box-shadow: 0 0 0 1px var(--_wrong) }

.paper { position: relative; block-size: var(--scrawl-height, 7.5rem) }
.paper > * { position: absolute; inset: 0 }
.paper::before {
    content: "";
    position: absolute;
    inset: auto 0.875rem 22% 0.875rem;
    border-block-end: 1px solid var(--_line);
}
canvas {
    inline-size: 100%;
    block-size: 100%;
    color: var(--_ink);
    transition: color 1ms step-start;
    cursor: crosshair;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
}
.hint {
    display: grid;
    place-items: center;
    margin: 0;
    padding: 0.5em;
    color: var(--_quiet);
    pointer-events: none;
}
.inked .hint, .fixed .hint { display: none }
.marks { overflow: hidden; pointer-events: none }
.marks span {
    position: absolute;
    border-block-end: 2px solid var(--_doubt);
    border-radius: 6px 6px 3px 3px;
    background: var(--_doubt-wash);
}
.reading .paper::before { border-block-end-color: var(--_accent) }

.line { display: flex; align-items: stretch; min-block-size: 2.75rem; border-block-start: 1px solid var(--_line) }
input {
    flex: 1;
    inline-size: 0;
    min-inline-size: 0;
    margin: 0;
    padding: 0.375rem 0.875rem;
    border: 0;
    outline: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: max(1.125em, 16px);
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.04em;
    text-align: inherit;
}
input::placeholder { color: var(--_quiet); letter-spacing: normal; opacity: 1 }

button {
    flex: none;
    margin: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--_quiet);
    font: inherit;
    cursor: pointer;
}
button:hover { color: var(--_text); background: color-mix(in srgb, transparent, currentColor 12%) }
button:focus-visible { outline: 2px solid var(--_accent); outline-offset: -2px }
.line button { inline-size: 2.75rem; padding: 0; display: grid; place-items: center }
svg { inline-size: 1.25rem; block-size: 1.25rem; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }

.note {
    display: flex;
    align-items: center;
    gap: 0.5em;
    min-block-size: 2.75rem;
    padding: 0.25rem 0.375rem 0.25rem 0.875rem;
    border-block-start: 1px solid var(--_line);
    font-size: max(0.875em, 13px);
}
.note p { flex: 1; margin: 0 }
.doubtful .note { background: var(--_doubt-wash); color: var(--_doubt); border-color: transparent }
.note button { min-block-size: 2.25rem; padding: 0 0.75em; color: inherit; font-weight: 600 }
.note button:hover { color: inherit }

.fixed canvas { cursor: default; touch-action: auto }
.disabled { border-color: var(--_line); background: color-mix(in srgb, var(--_paper), var(--_text) 5%); color: var(--_quiet) }
.disabled canvas { opacity: 0.6 }
.readonly { background: color-mix(in srgb, var(--_paper), var(--_text) 4%) }
.readonly:not(.inked) .paper { display: none }
.readonly:not(.inked) .line { border-block-start: 0 }
.disabled:hover, .readonly:hover { border-color: var(--_line) }

.status { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

@media (prefers-reduced-motion: no-preference) {
    .reading .paper::before { animation: read 1s 0.25s ease-in-out infinite alternate }
    @keyframes read { to { opacity: 0.25 } }
}
@media (forced-colors: active) {
    :host {
        --_ink: FieldText;
        --_quiet: FieldText;
        --_edge: FieldText;
        --_line: FieldText;
        --_accent: Highlight;
        --_doubt: LinkText;
        --_doubt-wash: Field;
        --_wrong: Highlight;
    }
    .doubtful, .invalid { border-width: 2px }
    .marks span { border: 2px solid LinkText }
    .disabled { color: GrayText; border-color: GrayText }
}
`;

/** Each document has its own. @type {WeakMap<Document, CSSStyleSheet>} */
const sheets = new WeakMap();

/** @param {ShadowRoot} root of a field, which may have come from another document */
export function adoptStyle(root) {
    const document = root.ownerDocument;
    if (root.adoptedStyleSheets.length || !document.defaultView) return;
    let sheet = sheets.get(document);
    if (!sheet) {
        sheet = new document.defaultView.CSSStyleSheet();
        sheet.replaceSync(STYLE);
        sheets.set(document, sheet);
    }
    root.adoptedStyleSheets = [sheet];
}
