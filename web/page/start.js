// Begins with what takes longest, the reader, while the browser still reads the page and its styles.
// Knows nothing of either.

import { startEngine } from './engine.js';

export const starting = startEngine();
// Who shows the failure comes later.
starting.catch(() => {});
