// The controller of models: which one is in use, saving, opening and handing out files.
// Knows the list that shows them, but not how it draws, and nothing of the worker.

import { byId } from '../dom.js';
import { modelFileName, modelNameOf } from '../model-names.js';
import { SHIPPED, ShippedModels } from '../storage/shipped-models.js';
import { codeOf, dateText, download, hasStopped, megabytes, percent, sentenceOf, whole } from '../words.js';
import { createModelList } from '../widgets/model-list.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { ModelEntry, PageStorage } from '../storage/storage.js' */
/** @import { ModelFormat, Normalization } from '../../../wasm/scrawl.d.ts' */
/** @typedef {Pick<ModelEntry, 'id' | 'name' | 'architecture' | 'accuracy' | 'taughtFrom'>} ModelInUse */
/**
 * @typedef {object} ModelsParts
 * @property {ReadingEngine} engine with the shipped model
 * @property {PageStorage} storage
 * @property {(question: string, act: string) => Promise<boolean>} ask before something is lost
 * @property {() => void} onChange another model reads from now on
 * @property {(error: Error) => void} onMissing the model of the last visit could not be fetched
 */

const MODEL_TYPE = 'application/octet-stream';
const OWN_FORMAT = 'safetensors';
const UNSAID = 'Its file doesn’t say how its input is made of an image: choose it below.';
/** A model of a hundred million parameters would be four times as large; this is far beyond what a page can train. */
const LARGEST_FILE = 256 << 20;

/** @param {ModelEntry} entry */
function aboutOf({ parameters, size, accuracy, created }) {
    const tested = accuracy === null ? 'not tested' : `${percent(accuracy)} of MNIST’s test images`;
    return [tested, megabytes(size), `${whole(parameters)} parameters`, dateText(created)].join(' · ');
}

export class Models {
    #engine;
    #storage;
    #ask;
    #onChange;
    #onMissing;
    #notice = byId('models-notice');
    #spoken = byId('models-spoken');
    #file = /** @type {HTMLInputElement} */ (byId('models-file'));
    #format = /** @type {HTMLSelectElement} */ (byId('models-format'));
    #list = createModelList(byId('models-list'), {
        onUse: this.#attempt((id) => this.use(id)),
        onDownload: this.#attempt((id) => this.#download(id)),
        onRename: this.#attempt((id, name) => this.#rename(id, name)),
        onDelete: this.#attempt((id) => this.#askAndRemove(id)),
        onNormalize: this.#attempt((id, normalization) => this.#normalize(id, normalization)),
    });
    #shipped = new ShippedModels();
    /** @type {ModelEntry[]} */ #saved = [];
    /** What the browser could not keep is there until the page is closed. @type {Map<string, { entry: ModelEntry, bytes: Uint8Array }>} */
    #unkept = new Map();
    /** @type {ModelInUse} */ #current;
    /** Counts what was asked to be in use: a download that something newer overtook is dropped. */ #asked = 0;
    /** Why the model in use must stay; '' when it needn't. */ #heldFor = '';

    /** @param {ModelsParts} parts */
    constructor({ engine, storage, ask, onChange, onMissing }) {
        this.#engine = engine;
        this.#storage = storage;
        this.#ask = ask;
        this.#onChange = onChange;
        this.#onMissing = onMissing;
        this.#current = { id: SHIPPED, name: SHIPPED, architecture: engine.client.architecture, accuracy: null, taughtFrom: null };
        byId('models-open').addEventListener('click', () => this.#file.click());
        byId('models-download').addEventListener('click', this.#attempt(() => this.#downloadCurrent()));
        this.#file.addEventListener('change', () => this.#fileChosen());
        this.#readCatalogueWhenSeen();
        /** Resolves when the model of the last visit is in use again. */
        this.restored = this.#restore();
    }

    get current() {
        return this.#current;
    }

    // ---- Saying and showing ----

    /** @param {string} sentence @param {'error' | 'good'} [kind] */
    #say(sentence, kind = 'good') {
        this.#notice.textContent = sentence;
        this.#notice.dataset.kind = kind;
        this.#notice.hidden = !sentence;
        // What opens a file stands below a list that may be long.
        if (sentence) this.#notice.scrollIntoView({ block: 'nearest' });
    }

    /**
     * Whatever fails is said.
     * @template {any[]} Parameters
     * @param {(...parameters: Parameters) => unknown} act
     */
    #attempt(act) {
        return async (/** @type {Parameters} */ ...parameters) => {
            this.#say('');
            try {
                await act(...parameters);
            } catch (error) {
                this.#say(sentenceOf(error), 'error');
            }
        };
    }

    async #show() {
        const kept = await this.#storage.models().catch(() => []);
        this.#saved = [...[...this.#unkept.values()].map(({ entry }) => entry), ...kept];
        const isInUse = (/** @type {string} */ id) => id === this.#current.id;
        const { saysNormalization, normalization } = this.#engine.client;
        this.#list.show([
            ...this.#shipped.list.map(({ id, name, about }) => ({ id, name, about, architecture: '', isInUse: isInUse(id), isOwn: false })),
            ...this.#saved.map((entry) => ({
                id: entry.id,
                name: entry.name,
                about: aboutOf(entry),
                architecture: entry.architecture,
                isInUse: isInUse(entry.id),
                isOwn: true,
                chosen: isInUse(entry.id) && !saysNormalization ? normalization : null,
            })),
        ]);
    }

    /** What else the site offers is asked for when the list is looked at. */
    #readCatalogueWhenSeen() {
        const looked = new IntersectionObserver((entries) => {
            if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
            looked.disconnect();
            this.#readCatalogue();
        });
        looked.observe(byId('models-list'));
    }

    async #readCatalogue() {
        await this.#shipped.read();
        if (this.#shipped.isRead) await this.#show();
    }

    // ---- Finding ----

    /** @param {string} id */
    #entryOf(id) {
        return this.#saved.find((entry) => entry.id === id);
    }

    /** @param {string} id */
    #isKnown(id) {
        return Boolean(this.#shipped.find(id) ?? this.#entryOf(id));
    }

    /** @param {string} id */
    async has(id) {
        if (!this.#isKnown(id) && !this.#shipped.isRead) await this.#readCatalogue();
        return this.#isKnown(id);
    }

    /** The one that was taught from this one. @param {string} id */
    taughtFrom(id) {
        return this.#saved.find((entry) => entry.taughtFrom === id);
    }

    /** @param {string} id */
    async bytesOf(id) {
        const shipped = this.#shipped.find(id);
        if (shipped) return this.#shipped.fetch(shipped);
        const bytes = this.#unkept.get(id)?.bytes ?? await this.#storage.modelBytes(id);
        if (bytes) return bytes;
        throw Object.assign(new Error('This model is no longer on the device.'), { code: 'INVALID_MODEL' });
    }

    /** @param {string} wanted */
    #freeName(wanted) {
        const names = new Set([...this.#saved, ...this.#shipped.list].map(({ name }) => name));
        for (let number = 2, name = wanted; ; number++) {
            if (!names.has(name)) return name;
            name = `${wanted} (${number})`;
        }
    }

    // ---- Using ----

    /** @param {ModelInUse} model which the engine has loaded */
    async #becomeCurrent({ id, name, architecture, accuracy, taughtFrom }) {
        this.#current = { id, name, architecture, accuracy, taughtFrom };
        await this.#storage.useModel(id).catch(() => {});
        await this.#show();
        this.#spoken.textContent = `${name} is in use.`;
        this.#onChange();
    }

    #ensureFree() {
        if (this.#heldFor) throw new Error(this.#heldFor);
    }

    /**
     * The model in use stays until this is released, but for what is added by whoever holds it.
     * @param {string} reason a sentence for whoever wants another one meanwhile
     * @returns {() => void} releases it
     */
    hold(reason) {
        this.#ensureFree();
        this.#heldFor = reason;
        return () => {
            if (this.#heldFor === reason) this.#heldFor = '';
        };
    }

    /** @param {string} id */
    async use(id) {
        this.#ensureFree();
        const request = ++this.#asked;
        const bytes = await this.bytesOf(id);
        if (request !== this.#asked) return;
        this.#ensureFree();
        await this.#engine.client.loadModel(bytes);
        const entry = this.#entryOf(id);
        await this.#becomeCurrent({
            id,
            name: entry?.name ?? this.#shipped.find(id)?.name ?? id,
            architecture: this.#engine.client.architecture,
            accuracy: entry?.accuracy ?? null,
            taughtFrom: entry?.taughtFrom ?? null,
        });
    }

    /** Into an engine that was started anew: what it comes with is in use only where nothing else can be. */
    async loadAgain() {
        const { id, name } = this.#current;
        if (id === SHIPPED) return;
        try {
            await this.#engine.client.loadModel(await this.bytesOf(id));
        } catch (error) {
            if (hasStopped(error)) return;
            this.#onMissing(new Error(`${name} could not be loaded again. Until then, ${SHIPPED} reads.`, { cause: error }));
            await this.#becomeCurrent({ id: SHIPPED, name: SHIPPED, architecture: this.#engine.client.architecture, accuracy: null, taughtFrom: null });
        }
    }

    /** What can always be used. */
    useShipped() {
        return this.use(SHIPPED);
    }

    /** The model of the last visit. It may be out of reach, or have gone, or be damaged: then the shipped one reads. */
    async #restore() {
        this.#saved = await this.#storage.models().catch(() => []);
        const id = await this.#storage.modelInUse().catch(() => undefined);
        try {
            if (!id || id === SHIPPED) await this.#show();
            else if (await this.has(id) || this.#shipped.isRead) await this.use(id);
            else throw new Error('The model of your last visit could not be fetched. Check the connection and reload the page.');
        } catch (error) {
            const isLost = codeOf(error) === 'INVALID_MODEL' && !this.#shipped.find(String(id));
            if (isLost) await this.#storage.useModel(SHIPPED).catch(() => {});
            else this.#onMissing(new Error(`${sentenceOf(error)} Until then, ${SHIPPED} reads.`, { cause: error }));
            await this.#show();
        }
    }

    // ---- Changing ----

    /**
     * Puts a model on the list; the one in use stays.
     * @param {string} wantedName
     * @param {Uint8Array} bytes
     * @param {Pick<ModelEntry, 'parameters' | 'architecture'> & { id?: string, taughtFrom?: string | null }} about id: of an entry to replace
     * @returns {Promise<{ entry: ModelEntry, problem: string }>} problem: why it isn't kept on the device, or ''
     */
    async keep(wantedName, bytes, { parameters, architecture, id, taughtFrom = null }) {
        const replaced = id === undefined ? undefined : this.#entryOf(id);
        const entry = {
            id: id ?? crypto.randomUUID?.() ?? String(Date.now()),
            name: replaced?.name ?? this.#freeName(wantedName),
            architecture,
            parameters,
            size: bytes.length,
            accuracy: null,
            created: Date.now(),
            taughtFrom,
        };
        let problem = '';
        try {
            await this.#storage.saveModel(entry, bytes);
            this.#unkept.delete(entry.id);
        } catch (error) {
            this.#unkept.set(entry.id, { entry, bytes });
            problem = `${sentenceOf(error)} Download the model to keep it.`;
        }
        await this.#show();
        return { entry, problem };
    }

    /**
     * Saves what the engine has loaded, and says that it is in use.
     * @param {string} wantedName
     * @param {Uint8Array} bytes
     * @param {{ id?: string, taughtFrom?: string | null }} [more] the id of an entry to replace
     * @returns {Promise<{ id: string, name: string, problem: string }>} problem: why it isn't kept on the device, or ''
     */
    async add(wantedName, bytes, more = {}) {
        this.#asked++;
        const { entry, problem } = await this.keep(wantedName, bytes, { ...await this.#engine.client.summary(), ...more });
        await this.#becomeCurrent(entry);
        return { id: entry.id, name: entry.name, problem };
    }

    #fileChosen() {
        const files = [...this.#file.files ?? []];
        this.#file.value = '';
        this.openFiles(files);
    }

    /** Models of any kind that the library reads; the last one is in use then. @param {File[]} files */
    async openFiles(files) {
        /** @type {string[]} */
        const problems = [];
        for (const file of files) {
            this.#say(`Opening ${file.name}…`);
            await this.#open(file).catch((error) => problems.push(sentenceOf(error)));
        }
        if (problems.length) this.#say(problems.join('\n'), 'error');
    }

    /**
     * What finds digits reads none: then the one in use stays.
     * @param {Uint8Array} bytes
     * @returns {Promise<Uint8Array>} what to keep of it
     */
    async #loadReading(bytes) {
        const { client } = this.#engine;
        const before = await client.saveModel();
        const format = await client.loadModel(bytes);
        if (!client.detects) return format === OWN_FORMAT ? bytes : client.saveModel();
        await client.loadModel(before);
        throw new Error('It finds digits on pages and reads none. Open a model that reads them.');
    }

    /** @param {File} file */
    async #open(file) {
        if (file.size > LARGEST_FILE) throw new Error(`${file.name} is too large to be a model of digits.`);
        const read = async () => {
            this.#ensureFree();
            return this.#loadReading(new Uint8Array(await file.arrayBuffer()));
        };
        const kept = await read().catch((error) => {
            throw new Error(`${file.name} could not be used. ${sentenceOf(error)}`, { cause: error });
        });
        const { name, problem } = await this.add(modelNameOf(file.name), kept);
        if (problem) throw new Error(`${name} is in use until the page is closed. ${problem}`);
        const question = this.#engine.client.saysNormalization ? '' : ` ${UNSAID}`;
        this.#say(`${name} is open and in use.${question}`);
    }

    /** Of the one in use, whose file doesn't say it. @param {string} id @param {Normalization} normalization */
    async #normalize(id, normalization) {
        const { client } = this.#engine;
        try {
            this.#ensureFree();
            if (id !== this.#current.id) return;
            await client.setNormalization(normalization);
            const { name, taughtFrom } = this.#current;
            const { problem } = await this.add(name, await client.saveModel(), { id, taughtFrom });
            if (problem) throw new Error(problem);
        } finally {
            await this.#show();
        }
    }

    /** @param {string} id @param {Partial<ModelEntry>} changes */
    async #change(id, changes) {
        const unkept = this.#unkept.get(id);
        if (unkept) Object.assign(unkept.entry, changes);
        else await this.#storage.changeModel(id, changes);
    }

    /** @param {string} id @param {string} name */
    async #rename(id, name) {
        await this.#change(id, { name });
        if (id === this.#current.id) this.#current = { ...this.#current, name };
        await this.#show();
        this.#spoken.textContent = `It is called ${name} now.`;
    }

    /** @param {string} id @param {number} accuracy of MNIST's test images */
    async setAccuracy(id, accuracy) {
        await this.#change(id, { accuracy }).catch(() => {});
        if (id === this.#current.id) this.#current = { ...this.#current, accuracy };
        await this.#show();
    }

    /** @param {string} id */
    async #askAndRemove(id) {
        const name = this.#entryOf(id)?.name;
        if (await this.#ask(`Delete the model “${name}” from this device? It can’t be brought back.`, 'Delete it')) await this.remove(id);
    }

    /** @param {string} id */
    async remove(id) {
        const name = this.#entryOf(id)?.name;
        if (id === this.#current.id) await this.useShipped();
        if (!this.#unkept.delete(id)) await this.#storage.removeModel(id);
        await this.#show();
        this.#spoken.textContent = `${name} is deleted. ${this.#current.name} is in use.`;
    }

    // ---- Handing out ----

    /** @param {Uint8Array} bytes @param {string} name @param {ModelFormat} [format] */
    handOut(bytes, name, format = OWN_FORMAT) {
        download(/** @type {BlobPart} */ (bytes), modelFileName(name, format), MODEL_TYPE);
    }

    /** In the format that is chosen. @param {Uint8Array} bytes of a safetensors file @param {string} name */
    async #handOutChosen(bytes, name) {
        const format = /** @type {ModelFormat} */ (this.#format.value);
        const file = format === OWN_FORMAT ? bytes : await this.#engine.client.convertModel(bytes, { to: format });
        this.handOut(file, name, format);
    }

    /** @param {string} id */
    async #download(id) {
        await this.#handOutChosen(await this.bytesOf(id), this.#entryOf(id)?.name ?? id);
    }

    async #downloadCurrent() {
        await this.#handOutChosen(await this.#engine.client.saveModel(), this.#current.name);
    }
}
