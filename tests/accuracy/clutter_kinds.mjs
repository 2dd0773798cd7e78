// What stands on paper beside numbers and what happens to the paper: one kind each, drawn at random, none knows another.
// A kind may change the plan before digits are placed (`plan`), draw on the sheet (`draw`), and change the plane of light
// afterwards, in this order: `surface` (paper and ink), `place` (where the paper lies), `light`, `lens`, `file`. Kinds of
// one group are not on a page together. Lengths in parts of the digits' height (`unit`, pixels) unless said otherwise.
import { penWord } from '../helpers/pen_shapes.mjs';
import { blurred, cropped, hills, mapped, throughJpeg, turned } from './photograph.mjs';

const WRITTEN = ['Name', 'Rate', 'Karte', 'Markt', 'Paket', 'Wand', 'Rente', 'Ware', 'Term', 'Heute', 'Water', 'Market', 'Name'];
const PRINTED = ['NAME', 'RATE', 'MARK', 'WERT', 'TAX', 'ART', 'PUNKTE', 'MATTE', 'TERM'];
const MONEY = ['$', '€', '£', '%', '#'];

const everyStep = (from, to, step) => Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
const level = (y, left, right) => [[left, y], [right, y]];
const upright = (x, top, bottom) => [[x, top], [x, bottom]];

/** A line between places as a ruler or as a hand draws it, `wobble` pixels off at most. */
function drawn(points, random, wobble) {
    const waver = hills(random, 25), other = hills(random, 25);
    const line = [];
    points.slice(1).forEach(([x2, y2], k) => {
        const [x1, y1] = points[k], parts = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 6));
        for (let i = k ? 1 : 0; i <= parts; i++) line.push([x1 + (x2 - x1) * i / parts, y1 + (y2 - y1) * i / parts]);
    });
    return wobble ? line.map(([x, y]) => [x + wobble * waver(x, y), y + wobble * other(x, y)]) : line;
}

function ellipse(x, y, width, height, from = 0, to = 2 * Math.PI) {
    const parts = 60;
    return Array.from({ length: parts + 1 }, (_, i) => {
        const angle = from + (to - from) * i / parts;
        return [x + width * Math.sin(angle), y - height * Math.cos(angle)];
    });
}

/** A word with its capitals' upper left corner at x, y. */
function word({ sheet, random }, text, x, y, size, width, tone, { isPrint = false } = {}) {
    const { strokes } = penWord(text, isPrint ? {} : { slant: random.between(-0.05, 0.3) });
    const stretch = isPrint ? 1 : random.between(0.8, 1.2);
    sheet.layer(tone, () => sheet.lines(strokes.map((points) => points.map(([px, py]) => [x + px * size * stretch, y + py * size])), width));
}

const wordWidth = (text, size) => penWord(text).width * size * 1.2;

/** The row that a mark is for. */
const markedRow = ({ rows, plan, random }) => rows[plan.marked] ?? random.pick(rows);

/** Boundaries between the digits of a row in cells, in pixels. */
function cellBounds({ plan, unit }, row) {
    const pitch = plan.pitch * unit;
    return { xs: everyStep(row.x, row.x + (row.text.length + 0.5) * pitch, pitch), top: row.y - plan.cellRoom * unit, bottom: row.y + (1 + plan.cellRoom) * unit };
}

function planCells(plan, random) {
    plan.pitch = random.ratio(1.15, 2.4);
    plan.cellRoom = random.between(0.12, 0.5); // above and below the digits
    plan.rowGap = 2 * plan.cellRoom + random.between(0.2, 0.7);
    plan.uneven = Math.min(plan.uneven, 0.04);
    for (const part of Object.keys(plan.margin)) plan.margin[part] = Math.max(plan.margin[part], 0.9);
}

const roomy = (least) => (plan) => { plan.rowGap = Math.max(plan.rowGap, least); };
const wider = (margin) => (plan) => { for (const [part, length] of Object.entries(margin)) plan.margin[part] += length; };

/** Widths and tones of a ruling that a machine printed, and of a line that a hand drew. */
const printedTone = (random) => random.between(0.25, 0.8);
const penWidth = ({ pen, random }) => pen.width * random.between(0.5, 1.1);

const PAPER = [
    { name: 'ruled lines', group: 'paper', draw({ sheet, random, unit }) {
        const step = unit * random.between(0.45, 1.9), from = step * random.next(), width = random.between(1, 2.5);
        sheet.layer(random.between(0.45, 0.85), () => sheet.lines(everyStep(from, sheet.height, step).map((y) => level(y, -9, sheet.width + 9)), width));
    } },
    { name: 'squared paper', group: 'paper', draw({ sheet, random, unit }) {
        const step = Math.max(8, unit * random.between(0.3, 1.1)), width = random.between(0.8, 2), from = step * random.next();
        sheet.layer(random.between(0.55, 0.88), () => sheet.lines([...everyStep(from, sheet.height, step).map((y) => level(y, -9, sheet.width + 9)),
            ...everyStep(from, sheet.width, step).map((x) => upright(x, -9, sheet.height + 9))], width));
    } },
    { name: 'dotted paper', group: 'paper', draw({ sheet, random, unit }) {
        const step = Math.max(9, unit * random.between(0.3, 0.8)), radius = random.between(0.7, 1.7);
        sheet.layer(random.between(0.35, 0.8), () => everyStep(step / 2, sheet.height, step)
            .forEach((y) => everyStep(step / 2, sheet.width, step).forEach((x) => sheet.disc(x, y, radius))));
    } },
    { name: 'dotted squares', group: 'cells', plan: planCells, draw(page) {
        const { sheet, random, pen } = page, radius = random.between(0.8, 1.8), dash = random.pick([0, random.between(2, 7)]), step = dash + random.between(4, 8);
        sheet.layer(random.between(pen.tone, 0.6), () => page.rows.forEach((row) => {
            const { xs, top, bottom } = cellBounds(page, row);
            for (const x of xs) everyStep(top, bottom, step).forEach((y) => sheet.line(upright(x, y, y + dash), 2 * radius));
            for (const y of [top, bottom]) everyStep(xs[0], xs.at(-1), step).forEach((x) => sheet.line(level(y, x, x + dash), 2 * radius));
        }));
    } },
    { name: 'security print', draw({ sheet, random, unit }) {
        const step = unit * random.between(0.12, 0.3), swing = unit * random.between(0.1, 0.4), length = unit * random.between(0.6, 2);
        const waves = (phase) => everyStep(-swing, sheet.height + swing, step).map((y, i) => everyStep(-9, sheet.width + 9, 5)
            .map((x) => [x, y + swing * Math.sin(x / length + phase + 0.09 * i)]));
        sheet.layer(random.between(0.72, 0.9), () => sheet.lines([...waves(0), ...waves(2.2)], random.between(0.7, 1.2)));
    } },
    { name: 'paper grain', surface(plane, { random }) {
        const [fine, coarse, fibre] = [hills(random, 1.3), hills(random, 7), hills(random, 3)], strength = random.between(0.03, 0.09);
        return mapped(plane, (x, y, value) => value * (1 + strength * (fine(x, y) + coarse(x, y) + fibre(x * 0.3, y))));
    } },
    { name: 'other side shows through', draw({ sheet, random, pen, unit }) {
        const y = unit * random.between(0.5, 2), strokes = everyStep(y, sheet.height, unit * 1.4).flatMap((top) => {
            const { strokes, width } = penWord(random.pick(WRITTEN) + random.pick(WRITTEN));
            return strokes.map((points) => points.map(([px, py]) => [unit * (0.3 + width - px), top + py * unit * 0.8]));
        });
        sheet.layer(random.between(0.84, 0.93), () => sheet.lines(strokes, pen.width * 1.3));
    } },
    { name: 'specks', draw({ sheet, random, rows, unit }) {
        const isFree = (x, y) => rows.every((row) => x < row.left - 0.3 * unit || x > row.right + 0.3 * unit || y < row.top - 0.2 * unit || y > row.bottom + 0.2 * unit);
        sheet.layer(random.between(0.1, 0.6), () => {
            for (let i = random.whole(5, 60); i > 0; i--) {
                const [x, y] = [sheet.width * random.next(), sheet.height * random.next()], radius = random.ratio(0.4, Math.max(0.6, 0.05 * unit));
                if (isFree(x, y)) sheet.line([[x, y], [x + radius * random.normal(), y + radius * random.normal()]], 2 * radius);
            }
        });
    } },
];

const DRAWN_AROUND = [
    { name: 'frame around a row', group: 'ring', plan(plan, random) {
        plan.frameRoom = random.between(0.08, 0.45); // above and below the digits
        plan.rowGap = Math.max(plan.rowGap, 2 * plan.frameRoom);
    }, draw(page) {
        const { sheet, random, pen, plan, unit } = page, row = markedRow(page);
        const [top, bottom] = [row.top - plan.frameRoom * unit, row.bottom + plan.frameRoom * unit];
        // As broad as the row, as the column it stands in, or as the sheet.
        const reach = unit * random.between(0.1, 0.4), broad = random.pick([0, 0.5, 1]), margin = 0.1 * unit;
        const left = (row.outerLeft - reach) * (1 - broad) + margin * broad, right = (row.outerRight + reach) * (1 - broad) + (sheet.width - margin) * broad;
        const line = drawn([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]], random, random.pick([0, 0, 1.5]));
        sheet.layer(random.between(pen.tone, 0.6), () => sheet.line(line, random.between(1.2, 5)));
    } },
    { name: 'frame around all', group: 'ring', draw({ sheet, random, pen, unit }) {
        const room = unit * random.between(0.08, 0.3);
        sheet.layer(random.between(pen.tone, 0.6), () => sheet.frame(room, room, sheet.width - 1 - room, sheet.height - 1 - room, random.between(1.2, 6)));
    } },
    { name: 'row of cells', group: 'cells', plan: planCells, draw(page) {
        const { sheet, random, pen } = page, width = random.between(1, 3.5);
        sheet.layer(random.between(pen.tone, 0.7), () => page.rows.forEach((row) => {
            const { xs, top, bottom } = cellBounds(page, row);
            sheet.lines([level(top, xs[0], xs.at(-1)), level(bottom, xs[0], xs.at(-1)), ...xs.map((x) => upright(x, top, bottom))], width);
        }));
    } },
    { name: 'single boxes', group: 'cells', plan: planCells, draw(page) {
        const { sheet, random, pen, unit } = page, width = random.between(1, 3), inset = unit * random.between(0.04, 0.1);
        sheet.layer(random.between(pen.tone, 0.7), () => page.rows.forEach((row) => {
            const { xs, top, bottom } = cellBounds(page, row);
            xs.slice(1).forEach((x, i) => sheet.frame(xs[i] + inset, top, x - inset, bottom, width));
        }));
    } },
    { name: 'comb field', group: 'cells', plan: planCells, draw(page) {
        const { sheet, random, unit, plan } = page, tooth = unit * random.between(0.25, 0.6), width = random.between(1, 2.5);
        sheet.layer(printedTone(random), () => page.rows.forEach((row) => {
            const { xs, bottom } = cellBounds(page, row), base = bottom - 0.5 * plan.cellRoom * unit;
            sheet.lines([level(base, xs[0], xs.at(-1)), ...xs.map((x) => upright(x, base - tooth, base))], width);
        }));
    } },
    { name: 'circle around a row', group: 'ring', plan(plan) { roomy(1.6)(plan); wider({ left: 0.6, top: 0.4, right: 0.6, bottom: 0.4 })(plan); }, draw(page) {
        const { sheet, random, pen, unit } = page, row = markedRow(page), half = (row.right - row.left) / 2;
        const turn = random.between(0, 6), curve = ellipse(row.left + half, (row.top + row.bottom) / 2, half * 1.12 + 0.5 * unit, 0.95 * unit, turn, turn + random.between(6.1, 6.6));
        sheet.layer(pen.tone, () => sheet.line(drawn(curve, random, 0.04 * unit), penWidth(page)));
    } },
    { name: 'circles around digits', group: 'cells', plan(plan, random) { planCells(plan, random); plan.pitch = Math.max(plan.pitch, random.between(1.6, 1.9)); plan.rowGap = Math.max(plan.rowGap, 0.8); }, draw(page) {
        const { sheet, random, pen, unit } = page;
        sheet.layer(pen.tone, () => page.rows.forEach((row) => row.digits.forEach((digit) => {
            if (random.chance(0.3)) return;
            const [x, y] = [(digit.left + digit.right) / 2, (digit.top + digit.bottom) / 2];
            sheet.line(drawn(ellipse(x, y, unit * 0.72, unit * 0.78, 1, 7.5), random, 0.03 * unit), penWidth(page));
        })));
    } },
];

const LINES = [
    { name: 'line just below', group: 'below', plan: roomy(0.7), draw(page) {
        const { sheet, random, pen, unit } = page, width = random.between(2, 4), reach = unit * random.between(0, 0.4), gap = random.between(0, 3) + width / 2;
        sheet.layer(random.between(pen.tone, 0.5), () => page.rows.forEach((row) => {
            sheet.line(drawn(level(row.bottom + gap, row.left - reach, row.right + reach), random, random.pick([0, 1])), width);
        }));
    } },
    { name: 'line through the feet', group: 'below', plan: roomy(0.7), draw(page) {
        const { sheet, random, pen, unit } = page, width = random.between(2, 4), reach = unit * random.between(0, 0.5), up = unit * random.between(0, 0.12);
        sheet.layer(random.between(pen.tone, 0.5), () => page.rows.forEach((row) => {
            sheet.line(drawn(level(row.y + unit - up, row.left - reach, row.right + reach), random, random.pick([0, 1])), width);
        }));
    } },
    { name: 'double line below the last row', group: 'below', plan: wider({ bottom: 0.4 }), draw({ sheet, random, pen, rows, unit }) {
        const { left, right, bottom } = rows.at(-1), reach = 0.3 * unit, width = random.between(1.5, 3);
        sheet.layer(pen.tone, () => [0.15, 0.35].forEach((down) => sheet.line(drawn(level(bottom + down * unit, left - reach, right + reach), random, 1), width)));
    } },
    { name: 'rules across digits', draw({ sheet, random, rows, unit }) {
        sheet.layer(random.between(0.35, 0.75), () => {
            for (let i = random.whole(1, 3); i > 0; i--) {
                const row = random.pick(rows), y = row.y + unit * random.between(0.1, 0.9), x = random.between(row.left, row.right);
                sheet.line(random.chance(0.5) ? level(y, -9, sheet.width + 9) : upright(x, -9, sheet.height + 9), random.between(0.8, 2));
            }
        });
    } },
    { name: 'table with headings', group: 'cells', plan(plan) {
        Object.assign(plan, { rowGap: 0.9, ragged: 0 });
        wider({ left: 3.5, top: 1.5, right: 0.3, bottom: 0.3 })(plan);
    }, draw(page) {
        const { sheet, random, rows, unit } = page, width = random.between(1, 3), tone = printedTone(random), size = 0.5 * unit, right = sheet.width - 0.4 * unit;
        const ys = [...rows.map((row) => row.y - 0.45 * unit), rows.at(-1).y + 1.45 * unit], first = Math.min(...rows.map((row) => row.left)), xs = [first - 3.6 * unit, first - 0.4 * unit, right];
        sheet.layer(tone, () => sheet.lines([ys[0] - unit, ...ys].map((y) => level(y, xs[0], right)).concat(xs.map((x) => upright(x, ys[0] - unit, ys.at(-1)))), width));
        word(page, random.pick(PRINTED), xs[0] + 0.2 * unit, ys[0] - 0.75 * unit, size, Math.max(1, 0.1 * size), 0.2, { isPrint: true });
        rows.forEach((row) => word(page, random.pick(PRINTED), xs[0] + 0.2 * unit, row.y + 0.3 * unit, size, Math.max(1, 0.1 * size), 0.2, { isPrint: true }));
    } },
];

const LIGHT = [
    { name: 'hard shadow', group: 'shadow', light(plane, { random }) {
        const angle = random.between(0, 6.3), [across, down] = [Math.cos(angle), Math.sin(angle)], dark = random.between(0.35, 0.75), soft = random.between(0.7, 6);
        const middle = plane.width / 2 * across + plane.height / 2 * down + random.between(-0.3, 0.3) * Math.min(plane.width, plane.height);
        return mapped(plane, (x, y, value) => value * (dark + (1 - dark) / (1 + Math.exp((x * across + y * down - middle) / soft))));
    } },
    { name: 'soft shadow', group: 'shadow', light(plane, { random }) {
        const size = Math.max(plane.width, plane.height), [centreX, centreY] = [plane.width * random.next(), plane.height * random.next()];
        const dark = random.between(0.3, 0.65), reach = size * random.between(0.25, 0.6);
        return mapped(plane, (x, y, value) => value * (1 - dark * Math.exp(-((x - centreX) ** 2 + (y - centreY) ** 2) / (2 * reach * reach))));
    } },
    { name: 'light from one side', light(plane, { random }) {
        const [across, down] = [random.between(-1, 1), random.between(-1, 1)], strength = random.between(0.25, 0.6);
        return mapped(plane, (x, y, value) => value * (1 - strength * (0.5 + 0.25 * (across * (2 * x / plane.width - 1) + down * (2 * y / plane.height - 1)))));
    } },
    { name: 'edge of the page', plan(plan, random) {
        plan.edge = random.some(['left', 'top', 'right', 'bottom'], random.whole(1, 2));
        for (const part of plan.edge) plan.margin[part] += random.between(0.4, 1.2);
    }, place(plane, { plan, random, unit }) {
        const grain = hills(random, 9), dark = random.between(0.05, 0.4), tilt = random.between(-0.04, 0.04), room = unit * random.between(0.3, 0.6);
        const inside = (x, y) => Math.min(...plan.edge.map((part) => ({
            left: x - room + tilt * (y - plane.height / 2), right: plane.width - room - x + tilt * (y - plane.height / 2),
            top: y - room - tilt * (x - plane.width / 2), bottom: plane.height - room - y - tilt * (x - plane.width / 2),
        })[part]));
        return mapped(plane, (x, y, value) => {
            const depth = inside(x, y), share = Math.max(0, Math.min(1, depth + 0.5));
            const table = dark * (1 + 0.25 * grain(x * 0.15, y)) * (1 - 0.5 * Math.exp(Math.min(0, depth) / 6));
            return value * share + table * (1 - share);
        });
    } },
    { name: 'fold', light(plane, { random }) {
        const isLevel = random.chance(0.5), at = (isLevel ? plane.height : plane.width) * random.between(0.2, 0.8), slant = random.between(-0.05, 0.05);
        const [step, crease, width] = [random.between(0.03, 0.15), random.between(0.1, 0.35), random.between(0.8, 2)], sign = random.pick([-1, 1]);
        return mapped(plane, (x, y, value) => {
            const away = (isLevel ? y + slant * x : x + slant * y) - at;
            const bend = sign * step * Math.sign(away) * Math.exp(-Math.abs(away) / 60);
            return value * (1 + bend) * (1 - sign * crease * Math.exp(-away * away / (2 * width * width)) + 0.5 * crease * Math.exp(-((away - 2.5 * width) ** 2) / (2 * width * width)));
        });
    } },
    { name: 'edge of the scanner', place(plane, { random, unit }) {
        const part = random.pick(['left', 'right', 'top', 'bottom']), broad = unit * random.between(0.1, 0.4), tone = random.between(0, 0.25), slant = random.between(-0.02, 0.02);
        const depth = { left: (x, y) => x + slant * y, right: (x, y) => plane.width - 1 - x + slant * y, top: (x, y) => y + slant * x, bottom: (x, y) => plane.height - 1 - y + slant * x }[part];
        return mapped(plane, (x, y, value) => {
            const share = Math.max(0, Math.min(1, depth(x, y) - broad + 0.5));
            return value * share + tone * (1 - share);
        });
    } },
];

const CAMERA = [
    { name: 'JPEG', file: (plane, { random }) => throughJpeg(plane, random.between(12, 45)) },
    { name: 'blur', lens: (plane, { random, unit }) => blurred(plane, random.between(0.8, 0.8 + 0.035 * unit)) },
    { name: 'noise', lens(plane, { random }) {
        const strength = random.between(0.025, 0.07);
        return mapped(plane, (x, y, value) => value + strength * random.normal());
    } },
    { name: 'low contrast', group: 'tone', plan(plan, random) {
        Object.assign(plan, { tone: random.between(0.55, 0.78), paper: random.between(0.45, 0.9) });
    } },
    { name: 'light on dark', group: 'tone', surface(plane, { random }) {
        const [board, chalk] = [random.between(0.05, 0.3), random.between(0.75, 1)];
        return mapped(plane, (x, y, value) => board + (1 - value) * (chalk - board));
    } },
    { name: 'small rotation', plan(plan) {
        for (const part of Object.keys(plan.margin)) plan.margin[part] += 0.6;
        plan.rowGap = Math.max(plan.rowGap, 0.8);
    }, place(plane, { random, unit }) {
        const degrees = random.pick([-1, 1]) * random.between(1, 5), cut = (size) => Math.min(0.6 * unit, size / 2 * Math.sin(Math.abs(degrees) * Math.PI / 180));
        return cropped(turned(plane, degrees), Math.floor(cut(plane.height)), Math.floor(cut(plane.width)));
    } },
];

const WRITING = [
    { name: 'words by hand', group: 'beside', plan(plan, random) {
        plan.words = random.pick(['left', 'top']);
        plan.margin[plan.words] += { left: 3.5, top: 1 }[plan.words];
    }, draw(page) {
        const { plan, random, pen, unit, rows } = page, size = unit * random.between(0.6, 0.85);
        if (plan.words === 'top') word(page, random.pick(WRITTEN), 0.4 * unit, 0.35 * unit, size, pen.width, pen.tone);
        else for (const row of rows) if (random.chance(0.8)) {
            const text = random.pick(WRITTEN), scale = Math.min(size, 3.3 * unit / wordWidth(text, 1));
            word(page, text, row.outerLeft - unit * 0.5 - wordWidth(text, scale), row.y + unit - scale, scale, pen.width, pen.tone);
        }
    } },
    { name: 'printed words', plan: wider({ top: 1 }), draw(page) {
        const { sheet, random, unit } = page, size = unit * random.between(0.25, 0.6), tone = printedTone(random) * 0.8;
        let x = 0.3 * unit;
        while (x < sheet.width - 3 * size) {
            const text = random.pick(PRINTED);
            word(page, text, x, 0.3 * unit, size, Math.max(1, size * 0.13), tone, { isPrint: true });
            x += (penWord(text).width + 0.6) * size;
        }
    } },
    { name: 'signs of sums', group: 'beside', plan: wider({ left: 1.2 }), draw(page) {
        const { sheet, random, rows, pen, unit } = page;
        rows.forEach((row, i) => {
            const sign = rows.length === 1 ? random.pick(['+', '×', '=', '-']) : i < rows.length - 1 ? random.pick(['+', '-', '×', '']) : '=';
            if (sign) word(page, sign, row.outerLeft - unit * random.between(1.1, 1.35), row.y, unit, pen.width, pen.tone, { isPrint: true });
        });
        if (rows.length > 1) {
            const y = (rows.at(-2).bottom + rows.at(-1).top) / 2, right = Math.max(...rows.map((row) => row.right));
            sheet.layer(pen.tone, () => sheet.line(drawn(level(y, 0.4 * unit, right + 0.2 * unit), random, 1.5), pen.width * 0.8));
        }
    } },
    { name: 'signs of money', group: 'beside', plan: wider({ left: 1, right: 1 }), draw(page) {
        const { random, pen, unit, rows } = page;
        for (const row of rows) {
            const x = random.chance(0.5) ? row.outerLeft - unit * random.between(0.95, 1.2) : row.outerRight + unit * random.between(0.3, 0.6);
            word(page, random.pick(MONEY), x, row.y, unit * random.between(0.85, 1.05), pen.width, pen.tone, { isPrint: true });
        }
    } },
    { name: 'points and commas', plan(plan, random) { plan.gap = random.between(0.3, 0.45); }, draw(page) {
        const { sheet, random, pen, unit, rows } = page, radius = Math.max(1, pen.width * random.between(0.5, 0.9));
        sheet.layer(pen.tone, () => rows.forEach((row) => row.digits.slice(1).forEach((digit, i) => {
            const before = row.digits[i], mark = random.pick(['.', ',', ':', '', '']);
            const x = (before.right + digit.left) / 2, y = row.y + 0.97 * unit;
            if (mark === '.' || mark === ':') sheet.disc(x, y - radius, radius);
            if (mark === ':') sheet.disc(x, y - 0.5 * unit, radius);
            if (mark === ',') sheet.line([[x + radius / 2, y - radius], [x, y + 0.06 * unit], [x - 0.06 * unit, y + 0.14 * unit]], 1.6 * radius);
        })));
    } },
    { name: 'cut off lines', plan: wider({ top: 0.4, bottom: 0.4 }), draw({ sheet, random, pen, unit, write }) {
        const digits = Array.from({ length: random.whole(2, 6) }, () => random.whole(0, 9)), left = unit * random.between(0.3, 1);
        const bottom = random.chance(0.5) ? unit * random.between(0.15, 0.32) : sheet.height + unit * random.between(0.68, 0.85);
        sheet.layer(pen.tone, () => write(digits, left, bottom, unit));
    } },
    { name: 'arrow or tick', group: 'beside', plan: wider({ right: 1.7 }), draw(page) {
        const row = markedRow(page);
        word(page, page.random.pick(['→', '✓']), row.outerRight + page.unit * page.random.between(0.35, 0.5), row.y, page.unit, page.pen.width, page.pen.tone, { isPrint: true });
    } },
];

const THINGS = [
    { name: 'punch holes', plan: wider({ left: 0.8 }), draw({ sheet, random, unit }) {
        const radius = Math.min(0.45 * unit, random.between(6, 20)), x = radius + 0.2 * unit, dark = random.between(0.05, 0.5);
        const ys = [0.3, 0.75].map((share) => sheet.height * share);
        sheet.layer(0.75, () => ys.forEach((y) => sheet.disc(x + 1.5, y + 1.5, radius + 1)));
        sheet.layer(dark, () => ys.forEach((y) => sheet.disc(x, y, radius)));
    } },
    { name: 'stamp', draw(page) {
        const { sheet, random, unit } = page, radius = unit * random.between(0.9, 1.5), tone = random.between(0.5, 0.75);
        const [x, y] = [sheet.width * random.between(0.6, 1), sheet.height * random.between(0, 1)], worn = hills(random, 3);
        sheet.layer(tone, () => {
            for (const part of [1, 0.68]) sheet.line(ellipse(x, y, radius * part, radius * part), Math.max(1.2, 0.045 * unit));
            const { strokes, width } = penWord(`${random.pick(PRINTED)}X${random.pick(PRINTED)}`), size = 0.22 * radius;
            const span = Math.min(1.2, 4 / width / 0.26);
            for (const points of strokes) {
                sheet.line(points.map(([px, py]) => {
                    const angle = (px - width / 2) * 0.26 * span, far = radius * 0.94 - py * size;
                    return [x + far * Math.sin(angle), y - far * Math.cos(angle)];
                }), Math.max(1, 0.03 * unit));
            }
        }, (px, py) => 0.75 + 0.25 * worn(px, py));
    } },
    { name: 'staple', plan: wider({ top: 0.5 }), draw({ sheet, random, unit }) {
        const [x, y, length] = [unit * random.between(0.3, 0.8), unit * random.between(0.25, 0.6), unit * random.between(0.5, 0.9)], slope = random.between(-0.3, 0.3);
        const at = (down) => [[x, y + down], [x + length, y + down + slope * length]];
        sheet.layer(0.7, () => sheet.line(at(2), 3));
        sheet.layer(random.between(0.2, 0.5), () => sheet.line(at(0), 2.2));
    } },
    { name: 'coffee stain', draw({ sheet, random, unit }) {
        const [x, y] = [sheet.width * random.next(), sheet.height * random.next()], radius = unit * random.between(1, 2.2), wet = hills(random, 8);
        const turn = random.between(0, 6), curve = drawn(ellipse(x, y, radius, radius, turn, turn + random.between(3.5, 6.3)), random, 2);
        sheet.layer(random.between(0.72, 0.86), () => sheet.line(curve, unit * random.between(0.06, 0.2)), (px, py) => 0.65 + 0.35 * wet(px, py));
        sheet.layer(random.between(0.88, 0.95), () => sheet.disc(x, y, radius), (px, py) => 0.7 + 0.3 * wet(px, py));
    } },
    { name: 'highlighter', draw(page) {
        const { sheet, random, unit } = page, row = markedRow(page), y = row.y + 0.5 * unit;
        const streaks = hills(random, 4);
        sheet.layer(random.between(0.72, 0.88), () => sheet.line(drawn(level(y, row.left - 0.3 * unit, row.right + 0.3 * unit), random, 0.05 * unit), unit * random.between(0.9, 1.3)), (x, py) => 0.85 + 0.15 * streaks(x * 0.1, py));
    } },
];

/** @type {{ name: string, group?: string, plan?: Function, draw?: Function, surface?: Function, place?: Function, light?: Function, lens?: Function, file?: Function }[]} */
export const KINDS = [...PAPER, ...DRAWN_AROUND, ...LINES, ...LIGHT, ...CAMERA, ...WRITING, ...THINGS];
