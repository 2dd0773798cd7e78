// Registers <scrawl-field>: the package's only file that does something when it is imported. On a server it does nothing.

import { Field } from './field.js';

/** @type {typeof import('./scrawl-field.d.ts').ScrawlField} */
export const ScrawlField = /** @type {any} */ (Field);

const { customElements } = globalThis;
if (customElements && !customElements.get('scrawl-field')) customElements.define('scrawl-field', ScrawlField);
