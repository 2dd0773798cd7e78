// The finder: a second model of the site, which the engine searches doubtful pictures with. It is fetched when the first
// picture is read; until it has come, and where it can't, pictures are read without it. Knows no elements.

/** @import { ScrawlClient } from '../../../wasm/scrawl-client.d.ts' */

const ADDRESS = 'wasm/finder.safetensors';

/** A picture waits for it no longer than that, in milliseconds. */
const PATIENCE = 3000;

/** @returns {Promise<ArrayBuffer | null>} null when it can't be had now */
async function fetchModel() {
    const response = await fetch(ADDRESS).catch(() => null);
    // A network that asks to log in first answers with a page.
    const isModel = response?.ok && !response.headers.get('Content-Type')?.startsWith('text/html');
    return isModel ? response.arrayBuffer().catch(() => null) : null;
}

class Finder {
    /** The engine has it. */ isLoaded = false;
    /** Somebody had to do without it. */ #isMissed = false;
    /** @type {Promise<void> | null} */ #loading = null;
    #onLate;

    /** @param {() => void} onLate it has come after somebody had to do without it */
    constructor(onLate) {
        this.#onLate = onLate;
    }

    /**
     * Asks for it; where it couldn't be had, the next call tries again.
     * @param {ScrawlClient} client
     * @returns {Promise<void>} when it is there, or isn't to be waited for
     */
    async load(client) {
        if (this.isLoaded) return;
        this.#loading ??= this.#fetch(client).finally(() => (this.#loading = null));
        await Promise.race([this.#loading, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
        this.#isMissed ||= !this.isLoaded;
    }

    /** The engine is another one. */
    forget() {
        this.isLoaded = false;
        this.#loading = null;
    }

    /** @param {ScrawlClient} client */
    async #fetch(client) {
        const bytes = await fetchModel();
        // What is no finder helps nobody, and an engine that has stopped says so when it reads.
        this.isLoaded = bytes !== null && await client.loadFinder(bytes).then(() => true, () => false);
        if (this.isLoaded && this.#isMissed) this.#onLate();
    }
}

/** @param {ConstructorParameters<typeof Finder>[0]} onLate */
export function createFinder(onLate) {
    return new Finder(onLate);
}
