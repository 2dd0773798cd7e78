import type { CreateOptions } from './scrawl.d.ts';

/** What whoever bundles this file makes of it: its address, its bytes, or a compiled module. `createScrawl` takes all of them. */
declare const file: NonNullable<CreateOptions['wasm']>;
export default file;
