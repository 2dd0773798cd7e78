// The models that the site has, as its catalogue lists them: the one that the page begins with, and others that are fetched
// when they are used. Knows no elements and nothing of the engine.

/** @typedef {{ id: string, name: string, about: string, address: string, size: number }} ShippedModel */

/** What the build put into the site; the first is the one that the page begins with. */
const CATALOGUE = 'models.json';
export const SHIPPED = 'small';

/** Keeps the other shipped ones once they were used: the offline site does without them. */
const CACHE_NAME = 'scrawl-models-1';

export class ShippedModels {
    /** @type {ShippedModel[]} */
    list = [{ id: SHIPPED, name: SHIPPED, about: 'The one that the page comes with.', address: 'wasm/small.safetensors', size: 0 }];
    /** The list is the site's. */
    isRead = false;

    /** @param {string} id */
    find(id) {
        return this.list.find((model) => model.id === id);
    }

    /** Without a connection the list stays as it is. */
    async read() {
        const response = await fetch(CATALOGUE).catch(() => null);
        const list = response?.ok ? await response.json().catch(() => null) : null;
        if (!Array.isArray(list)) return;
        this.list = /** @type {ShippedModel[]} */ (list);
        this.isRead = true;
    }

    /** From the site, and without a connection as it was used last. @param {ShippedModel} model */
    async fetch({ id, name, address }) {
        const cache = id === SHIPPED ? null : await caches.open(CACHE_NAME).catch(() => null);
        const response = await fetch(address).catch(() => null);
        // A network that asks to log in first answers with a page.
        const isModel = response?.ok && !response.headers.get('Content-Type')?.startsWith('text/html');
        if (isModel) await cache?.put(address, response.clone()).catch(() => {});
        const found = isModel ? response : await cache?.match(address);
        if (found) return new Uint8Array(await found.arrayBuffer());
        throw new Error(`The model ${name} could not be fetched. Check the connection and try again.`);
    }
}
