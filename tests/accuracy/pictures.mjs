#!/usr/bin/env node
// How well the command line finds and reads the one digit on each of many pictures.
// Usage: node tests/accuracy/pictures.mjs [--model best] [--others FOLDER]... FOLDER...
//   FOLDER    holds a sub-folder of pictures for each label; a picture is read rightly when the whole text is its label
//   --others  pictures without digits, which shall be read with less confidence
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { readPictures } from './reading.mjs';
import { areaUnderRoc, calibrationError, interval } from './scores.mjs';

const { values: options, positionals: folders } = parseArgs({
    allowPositionals: true,
    options: { model: { type: 'string', default: 'best' }, others: { type: 'string', multiple: true, default: [] } },
});

const filesIn = (folder) => fs.readdirSync(folder).filter((name) => !name.startsWith('.')).sort()
    .map((name) => path.join(folder, name)).filter((file) => fs.statSync(file).isFile());
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const share = (readings) => readings.filter((reading) => reading.right).length / readings.length;

function readFolder(folder) {
    const labels = fs.readdirSync(folder).filter((name) => fs.statSync(path.join(folder, name)).isDirectory()).sort();
    const items = labels.flatMap((label) => filesIn(path.join(folder, label)).map((file) => ({ label, file })));
    const readings = readPictures(options.model, items.map((item) => item.file));
    return readings.map((reading, i) => ({ ...reading, label: items[i].label, right: reading.text === items[i].label }));
}

if (folders.length === 0) {
    console.error('Name a folder that holds a sub-folder of pictures for each label.');
    process.exit(2);
}
const all = [];
for (const folder of folders) {
    const readings = readFolder(folder);
    if (readings.length === 0) throw new Error(`${folder} holds no sub-folder with pictures.`);
    const each = [...new Set(readings.map((reading) => reading.label))]
        .map((label) => `${label}: ${percent(share(readings.filter((reading) => reading.label === label)))}`);
    console.log(`${folder}: ${percent(share(readings))} of ${readings.length}  (${each.join(', ')})`);
    all.push(...readings);
}
const right = all.filter((reading) => reading.right).length;
console.log(`all: ${percent(right / all.length)} of ${all.length} (95 %: ${interval(right, all.length).map(percent).join(' to ')}), `
    + `calibration error ${percent(calibrationError(all))} (15 bins)`);
for (const folder of options.others) {
    const confidences = readPictures(options.model, filesIn(folder)).map((reading) => reading.confidence);
    const area = areaUnderRoc(all.map((reading) => reading.confidence), confidences);
    console.log(`${folder}: area under ROC ${area.toFixed(4)}, ${confidences.length} pictures`);
}
