// What messages between a page and a worker hand over. Knows nothing of what they say.

/**
 * The buffers of an argument or a result, to be handed over instead of copied.
 * @param {unknown} content
 * @returns {ArrayBuffer[]}
 */
export function buffersOf(content) {
    if (content instanceof ArrayBuffer) return [content];
    if (ArrayBuffer.isView(content)) return buffersOf(content.buffer);
    return content && typeof content === 'object' ? [...new Set(Object.values(content).flatMap(buffersOf))] : [];
}
