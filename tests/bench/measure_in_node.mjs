// Makes one measurement of the wasm module in this process and prints it as JSON. Usage: measure_in_node.mjs REQUEST,
// as JSON.

import { measure } from './site/measure.js';

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
