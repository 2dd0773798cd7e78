// Shows an opened picture, fitted into its area. Knows nothing of files.

import { contextOf } from '../dom.js';

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ onTap: (x: number, y: number) => void }} listeners x, y: in parts of the picture's width and height
 */
export function createPictureView(canvas, { onTap }) {
    canvas.addEventListener('click', ({ clientX, clientY }) => {
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const scale = Math.min(width / canvas.width, height / canvas.height);
        const [shownWidth, shownHeight] = [canvas.width * scale, canvas.height * scale];
        onTap((clientX - left - (width - shownWidth) / 2) / shownWidth, (clientY - top - (height - shownHeight) / 2) / shownHeight);
    });

    return {
        /**
         * @param {ImageBitmap | null} bitmap null: an empty sheet in place of what the browser can't show
         * @param {string} name of the file
         */
        show(bitmap, name) {
            canvas.width = bitmap?.width ?? 1;
            canvas.height = bitmap?.height ?? 1;
            if (bitmap) contextOf(canvas).drawImage(bitmap, 0, 0);
            canvas.setAttribute('aria-label', `The opened picture ${name}`);
            canvas.hidden = false;
        },
        hide() {
            canvas.hidden = true;
        },
    };
}
