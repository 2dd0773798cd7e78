/** A worker's script: it has no exports, and its address is what counts. */
export {};
