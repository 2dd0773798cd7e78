// The controller of models: the list of saved ones, which one is in use, opening and handing out files.
// Knows its list's widget, but not how it draws, and nothing of the worker.

import { byId } from '../dom.js';
import { codeOf, dateText, download, megabytes, percent, sentenceOf, whole } from '../words.js';
import { createModelList } from '../widgets/model-list.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { ModelEntry, PageStorage } from '../storage/storage.js' */
/** @typedef {Pick<ModelEntry, 'id' | 'name' | 'architecture' | 'accuracy' | 'taughtFrom'>} ModelInUse */
/** @typedef {{ id: string, name: string, about: string, address: string, size: number }} ShippedModel */

const MODEL_TYPE = 'application/octet-stream';
const FILE_END = '.safetensors';
/** A model of a hundred million parameters would be four times as large; this is far beyond what a page can train. */
const LARGEST_FILE = 256 << 20;

/** What the build put into the site; the first is the one that the page begins with. */
const CATALOGUE = 'models.json';
const SHIPPED = 'small';

/** Keeps the other shipped ones once they were used: the offline site does without them. */
const CACHE_NAME = 'scrawl-models-1';

/**
 * @param {object} parts
 * @param {ReadingEngine} parts.engine with the shipped model
 * @param {PageStorage} parts.storage
 * @param {() => void} parts.onChange another model reads from now on
 * @param {(error: Error) => void} parts.onMissing the model of the last visit could not be fetched
 */
export function createModels({ engine, storage, onChange, onMissing }) {
    const page = {
        list: byId('models-list'),
        notice: byId('models-notice'),
        file: /** @type {HTMLInputElement} */ (byId('models-file')),
        spoken: byId('models-spoken'),
    };
    const list = createModelList(page.list, {
        onUse: attempt(use),
        onDownload: attempt(downloadModel),
        onRename: attempt(rename),
        onDelete: attempt(remove),
    });

    /** @type {ModelEntry[]} */
    let saved = [];
    /** @type {ShippedModel[]} */
    let catalogue = [{ id: SHIPPED, name: SHIPPED, about: 'The one that the page comes with.', address: 'wasm/small.safetensors', size: 0 }];
    /** @type {ModelInUse} */
    let current = { id: SHIPPED, name: SHIPPED, architecture: engine.architecture, accuracy: null, taughtFrom: null };
    let isCatalogueRead = false;
    /** Counts what was asked to be in use: a download that something newer overtook is dropped. */
    let asked = 0;
    /** Why the model in use must stay; '' when it needn't. */
    let heldFor = '';

    // ---- Saying and showing ----

    /** @param {string} sentence @param {'error' | 'good'} [kind] */
    function say(sentence, kind = 'good') {
        page.notice.textContent = sentence;
        page.notice.dataset.kind = kind;
        page.notice.hidden = !sentence;
    }

    /**
     * Whatever fails is said.
     * @template {any[]} Parameters
     * @param {(...parameters: Parameters) => unknown} act
     */
    function attempt(act) {
        return async (/** @type {Parameters} */ ...parameters) => {
            say('');
            try {
                await act(...parameters);
            } catch (error) {
                say(sentenceOf(error), 'error');
            }
        };
    }

    /** @param {ModelEntry} entry */
    function aboutOf({ parameters, size, accuracy, created }) {
        const parts = [`${whole(parameters)} parameters`, megabytes(size), dateText(created)];
        if (accuracy !== null) parts.unshift(`${percent(accuracy)} of MNIST’s test images`);
        return `${parts.join(' · ')}`;
    }

    async function show() {
        saved = await storage.models().catch(() => []);
        const isInUse = (/** @type {string} */ id) => id === current.id;
        list.show([
            ...catalogue.map(({ id, name, about }) => ({ id, name, about, architecture: '', isInUse: isInUse(id), isOwn: false })),
            ...saved.map((entry) => ({
                id: entry.id,
                name: entry.name,
                about: aboutOf(entry),
                architecture: entry.architecture,
                isInUse: isInUse(entry.id),
                isOwn: true,
            })),
        ]);
    }

    // ---- Bytes ----

    /** From the site, and without a connection as it was used last. @param {ShippedModel} model */
    async function fetchShipped({ id, name, address }) {
        const cache = id === SHIPPED ? null : await caches.open(CACHE_NAME).catch(() => null);
        const response = await fetch(address).catch(() => null);
        // A network that asks to log in first answers with a page.
        const isModel = response?.ok && !response.headers.get('Content-Type')?.startsWith('text/html');
        if (isModel) await cache?.put(address, response.clone()).catch(() => {});
        const found = isModel ? response : await cache?.match(address);
        if (found) return new Uint8Array(await found.arrayBuffer());
        throw new Error(`The model ${name} could not be fetched. Check the connection and try again.`);
    }

    /** @param {string} id */
    async function bytesOf(id) {
        const shipped = catalogue.find((model) => model.id === id);
        if (shipped) return fetchShipped(shipped);
        const bytes = await storage.modelBytes(id);
        if (bytes) return bytes;
        throw Object.assign(new Error('This model is no longer on the device.'), { code: 'INVALID_MODEL' });
    }

    // ---- Using ----

    /** @param {ModelInUse} model which the engine has loaded */
    async function becomeCurrent({ id, name, architecture, accuracy, taughtFrom }) {
        current = { id, name, architecture, accuracy, taughtFrom };
        await engine.summary();
        await storage.useModel(id).catch(() => {});
        await show();
        page.spoken.textContent = `${name} is in use.`;
        onChange();
    }

    function ensureFree() {
        if (heldFor) throw new Error(heldFor);
    }

    /**
     * The model in use stays until this is released, but for what is added by whoever holds it.
     * @param {string} reason a sentence for whoever wants another one meanwhile
     * @returns {() => void} releases it
     */
    function hold(reason) {
        ensureFree();
        heldFor = reason;
        return () => {
            if (heldFor === reason) heldFor = '';
        };
    }

    /** @param {string} id */
    async function use(id) {
        ensureFree();
        const turn = ++asked;
        const bytes = await bytesOf(id);
        if (turn !== asked) return;
        ensureFree();
        await engine.loadModel(bytes);
        const entry = saved.find((model) => model.id === id);
        const name = entry?.name ?? catalogue.find((model) => model.id === id)?.name ?? id;
        await becomeCurrent({
            id,
            name,
            architecture: engine.architecture,
            accuracy: entry?.accuracy ?? null,
            taughtFrom: entry?.taughtFrom ?? null,
        });
    }

    /** @param {string} wanted */
    function freeName(wanted) {
        const names = new Set([...saved, ...catalogue].map(({ name }) => name));
        for (let number = 2, name = wanted; ; number++) {
            if (!names.has(name)) return name;
            name = `${wanted} (${number})`;
        }
    }

    /**
     * Saves what the engine has loaded, and says that it is in use.
     * @param {string} wantedName
     * @param {Uint8Array} bytes
     * @param {{ id?: string, taughtFrom?: string | null }} [more] the id of an entry to replace
     * @returns {Promise<{ id: string, name: string, problem: string }>} problem: why it isn't kept on the device, or ''
     */
    async function add(wantedName, bytes, { id, taughtFrom = null } = {}) {
        asked++;
        const replaced = saved.find((entry) => entry.id === id);
        const { parameters } = await engine.summary();
        const entry = {
            id: id ?? crypto.randomUUID?.() ?? String(Date.now()),
            name: replaced?.name ?? freeName(wantedName),
            architecture: engine.architecture,
            parameters,
            size: bytes.length,
            accuracy: null,
            created: Date.now(),
            taughtFrom,
        };
        let problem = '';
        try {
            await storage.saveModel(entry, bytes);
        } catch (error) {
            problem = `${sentenceOf(error)} Download the model to keep it.`;
        }
        await becomeCurrent(entry);
        return { id: entry.id, name: entry.name, problem };
    }

    /** @param {File} file */
    async function open(file) {
        if (file.size > LARGEST_FILE) throw new Error(`${file.name} is too large to be a model of digits.`);
        const bytes = new Uint8Array(await file.arrayBuffer());
        try {
            ensureFree();
            await engine.loadModel(bytes.slice());
        } catch (error) {
            throw new Error(`${file.name} could not be used. ${sentenceOf(error)}`, { cause: error });
        }
        const wanted = file.name.endsWith(FILE_END) ? file.name.slice(0, -FILE_END.length) : file.name;
        const { name, problem } = await add(wanted, bytes);
        if (problem) say(`${name} is in use until the page is closed. ${problem}`, 'error');
        else say(`${name} is open and in use.`);
    }

    /** @param {string} id @param {string} name */
    async function rename(id, name) {
        await storage.changeModel(id, { name });
        if (id === current.id) current = { ...current, name };
        await show();
        page.spoken.textContent = `It is called ${name} now.`;
    }

    /** @param {string} id */
    async function remove(id) {
        const name = saved.find((entry) => entry.id === id)?.name;
        if (id === current.id) await use(SHIPPED);
        await storage.removeModel(id);
        await show();
        page.spoken.textContent = `${name} is deleted. ${current.name} is in use.`;
    }

    // ---- Handing out ----

    /** @param {Uint8Array} bytes @param {string} name */
    function handOut(bytes, name) {
        const fileName = name.normalize('NFKD').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model';
        download(/** @type {BlobPart} */ (bytes), `${fileName}${FILE_END}`, MODEL_TYPE);
    }

    /** @param {string} id */
    async function downloadModel(id) {
        handOut(await bytesOf(id), saved.find((entry) => entry.id === id)?.name ?? id);
    }

    async function downloadCurrent() {
        handOut(await engine.saveModel(), current.name);
    }

    // ---- Starting ----

    async function readCatalogue() {
        const response = await fetch(CATALOGUE).catch(() => null);
        const list = response?.ok ? await response.json().catch(() => null) : null;
        if (!Array.isArray(list)) return;
        catalogue = /** @type {ShippedModel[]} */ (list);
        isCatalogueRead = true;
        await show();
    }

    /** @param {string} id */
    const isKnown = (id) => catalogue.some((model) => model.id === id) || saved.some((entry) => entry.id === id);

    /** @param {string} id */
    async function has(id) {
        if (!isKnown(id) && !isCatalogueRead) await readCatalogue();
        return isKnown(id);
    }

    /** The model of the last visit. It may be out of reach, or have gone, or be damaged: then the shipped one reads. */
    async function restore() {
        saved = await storage.models().catch(() => []);
        const id = await storage.modelInUse().catch(() => undefined);
        try {
            if (!id || id === SHIPPED) await show();
            else if (await has(id) || isCatalogueRead) await use(id);
            else throw new Error('The model of your last visit could not be fetched. Check the connection and reload the page.');
        } catch (error) {
            const isLost = codeOf(error) === 'INVALID_MODEL' && !catalogue.some((model) => model.id === id);
            if (isLost) await storage.useModel(SHIPPED).catch(() => {});
            else onMissing(new Error(`${sentenceOf(error)} Until then, ${SHIPPED} reads.`, { cause: error }));
            await show();
        }
    }

    byId('models-open').addEventListener('click', () => page.file.click());
    byId('models-download').addEventListener('click', attempt(downloadCurrent));
    page.file.addEventListener('change', () => {
        const [file] = page.file.files ?? [];
        page.file.value = '';
        if (file) attempt(open)(file);
    });
    // What else the site offers is asked for when the list is looked at.
    const looked = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        looked.disconnect();
        readCatalogue();
    });
    looked.observe(page.list);

    return {
        /** Resolves when the model of the last visit is in use again. */
        restored: restore(),
        get current() {
            return current;
        },
        add,
        use,
        remove,
        bytesOf,
        handOut,
        hold,
        /** What can always be used. */
        useShipped: () => use(SHIPPED),
        /** @param {string} id @param {number} accuracy of MNIST's test images */
        async setAccuracy(id, accuracy) {
            await storage.changeModel(id, { accuracy }).catch(() => {});
            if (id === current.id) current = { ...current, accuracy };
            await show();
        },
        has,
        /** @param {string} id */
        taughtFrom: (id) => saved.find((entry) => entry.taughtFrom === id),
    };
}

/** @typedef {ReturnType<typeof createModels>} PageModels */
