// A sheet of paper that is drawn on with clean edges: what part of the light each pixel gives back. Knows no digit's
// meaning and no camera.

/** Between two values as a smooth step. */
const clamp = (value) => Math.max(0, Math.min(1, value));

/** Weights of the four neighbours of a place between the second and the third (Catmull-Rom). */
function cubicWeights(t) {
    const t2 = t * t, t3 = t2 * t;
    return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

export class Sheet {
    /** @param {number} width @param {number} height in pixels */
    constructor(width, height) {
        [this.width, this.height] = [width, height];
        this.light = new Float32Array(width * height).fill(1); // 0 black .. 1 bare paper
        this.cover = new Float32Array(width * height); // of the layer that is drawn: 0 .. 1
        this.clearDirty();
    }

    clearDirty() { this.dirty = [this.width, this.height, 0, 0]; }

    /** The whole pixels of a box that lie on the sheet, and it is noted that they change. */
    reach(left, top, right, bottom) {
        const box = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top)),
            Math.min(this.width, Math.ceil(right) + 1), Math.min(this.height, Math.ceil(bottom) + 1)];
        if (box[0] >= box[2] || box[1] >= box[3]) return [0, 0, 0, 0];
        const d = this.dirty;
        this.dirty = [Math.min(d[0], box[0]), Math.min(d[1], box[1]), Math.max(d[2], box[2]), Math.max(d[3], box[3])];
        return box;
    }

    /**
     * Lays one colour over the sheet: what `draw` covers gives back `tone` of the light, 0 nothing .. 1 all.
     * @param {number} tone @param {() => void} draw calls line, disc, digit, … @param {(x: number, y: number) => number} [texture] of the layer, 0 .. 1
     */
    layer(tone, draw, texture) {
        draw();
        const [left, top, right, bottom] = this.dirty;
        for (let y = top; y < bottom; y++) {
            for (let x = left, i = y * this.width + left; x < right; x++, i++) {
                if (this.cover[i] === 0) continue;
                this.light[i] *= 1 - this.cover[i] * (1 - tone) * (texture ? texture(x, y) : 1);
                this.cover[i] = 0;
            }
        }
        this.clearDirty();
        return this;
    }

    /** A line through points, round at its ends. */
    line(points, width) {
        const radius = width / 2, reach = radius + 1;
        for (let k = Math.min(1, points.length - 1); k < points.length; k++) {
            const [x1, y1] = points[Math.max(0, k - 1)], [x2, y2] = points[k];
            const [dx, dy] = [x2 - x1, y2 - y1], length = dx * dx + dy * dy || 1;
            const [left, top, right, bottom] = this.reach(Math.min(x1, x2) - reach, Math.min(y1, y2) - reach, Math.max(x1, x2) + reach, Math.max(y1, y2) + reach);
            for (let y = top; y < bottom; y++) {
                for (let x = left; x < right; x++) {
                    const along = clamp(((x - x1) * dx + (y - y1) * dy) / length);
                    const [ex, ey] = [x - x1 - along * dx, y - y1 - along * dy];
                    const cover = Math.min(1, width, radius + 0.5 - Math.sqrt(ex * ex + ey * ey));
                    const i = y * this.width + x;
                    if (cover > this.cover[i]) this.cover[i] = cover;
                }
            }
        }
    }

    /** Several lines of one pen. */
    lines(strokes, width) { for (const points of strokes) this.line(points, width); }

    /** A filled circle. */
    disc(x, y, radius) { this.line([[x, y]], 2 * radius); }

    /** The outline of a box. */
    frame(left, top, right, bottom, width) {
        this.line([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]], width);
    }

    /**
     * An image of side x side bytes, 0 paper .. 255 ink, `scale` times as large, its upper left corner at x, y.
     * @param {Uint8Array} image @param {number} level where the ink begins, 0 .. 1: a low one makes the pen broad
     */
    image(image, side, x, y, scale, level) {
        const [left, top, right, bottom] = this.reach(x, y, x + side * scale - 1, y + side * scale - 1);
        const steep = Math.max(1.5 * scale, 0.55 / level) / 255, least = 255 * level - 0.5 / steep; // bare paper stays bare
        for (let row = top; row < bottom; row++) {
            const v = (row + 0.5 - y) / scale - 0.5, j = Math.floor(v), down = cubicWeights(v - j);
            for (let column = left; column < right; column++) {
                const u = (column + 0.5 - x) / scale - 0.5, i = Math.floor(u), across = cubicWeights(u - i);
                let sum = 0;
                for (let a = Math.max(0, 1 - j); a < 4 && j + a - 1 < side; a++) {
                    const start = (j + a - 1) * side + i - 1;
                    let part = 0;
                    for (let b = Math.max(0, 1 - i); b < 4 && i + b - 1 < side; b++) part += across[b] * image[start + b];
                    sum += down[a] * part;
                }
                const cover = clamp((sum - least) * steep), place = row * this.width + column;
                if (cover > this.cover[place]) this.cover[place] = cover;
            }
        }
    }

    /** Multiplies the light that comes back. @param {(x: number, y: number) => number} share */
    shade(share) {
        for (let y = 0, i = 0; y < this.height; y++) for (let x = 0; x < this.width; x++, i++) this.light[i] *= share(x, y);
        return this;
    }
}
