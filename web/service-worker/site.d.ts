/** What build-site.mjs writes before service-worker.js. */
declare const site: {
    /** Names this state of the site. */
    build: string;
    /** The Content-Security-Policy of index.html. */
    policy: string;
    /** What works offline: paths in the site, and the SHA-256 of each file as hexadecimal text. */
    files: Record<string, string>;
    /** The same of what works offline once it was asked for. */
    later: Record<string, string>;
    /** The builds of the wasm module: a browser that can run the module of the probe's bytes loads a relaxed one, where there are. */
    builds: { probe: number[]; relaxed: string[]; plain: string[] };
};
