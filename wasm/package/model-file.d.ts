import type { CreateOptions } from './scrawl.d.ts';

/** What whoever bundles this file makes of it: its address or its bytes. `createScrawl` takes both. */
declare const file: NonNullable<CreateOptions['model']>;
export default file;
