// The documents do what they say: the README's C program is compiled by the command in its first line and reads a picture,
// and what they name is there.
import assert from 'node:assert/strict';
import { execFileSync, execSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

import { built, compiler, root } from './helpers/build.mjs';
import { picture } from './helpers/handwriting.mjs';
import { encodePng } from './helpers/png.mjs';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the C program of the README compiles, links and reads', (context) => {
    const program = readme.match(/```c\n([^]*?)```/)[1];
    const command = program.match(/\/\* read\.c: (gcc .*?) && /)[1];
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-readme-'));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'read.c'), program);
    writeFileSync(join(folder, 'digits.png'), encodePng(picture('2037')));
    execSync(command.replace('gcc', compiler()).replace('read.c', join(folder, 'read.c')).replace('-o read', `-Wall -Wextra -Werror -o ${join(folder, 'read')}`)
        .replace('build/', `${built()}/`), { cwd: root });
    const text = execFileSync(join(folder, 'read'), ['models/small.safetensors', join(folder, 'digits.png')], { cwd: root, encoding: 'utf8' });
    assert.equal(text, '2037\n');
});

/** What the Python lines of a model card say that the file doesn't hold; tests/interop runs them. */
function cardFaults(card) {
    const lines = card.match(/```python\n([^]*?)```/)?.[1].trimEnd() ?? '';
    const file = readFileSync(join(root, lines.match(/load_file\("([^"]+)"\)/)?.[1] ?? 'models/small.safetensors'));
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString());
    const named = [...lines.matchAll(/\["([^"]+)"\]/g)].map(([, name]) => name);
    const shape = lines.match(/\(([\d, ]+)\)/)?.[1].split(', ').map(Number);
    return [
        ...lines.split('\n').length === 5 ? [] : ['not five lines'],
        ...named.length ? [] : ['no name of a tensor'],
        ...named.filter((name) => !(name in header)).map((name) => `no tensor ${name}`),
        ...named.filter((name) => name in header && header[name].shape.join() !== shape?.join()).map((name) => `${name} has another shape`),
        ...Object.keys(header).some((name) => name.endsWith('_scale')) === lines.includes('_scale') ? [] : ['scales'],
    ];
}

test('the Python lines of the model card are of tensors that the file has', () => {
    const card = readFileSync(join(root, 'models/README.md'), 'utf8');
    assert.deepEqual(cardFaults(card), []);
    assert.deepEqual(cardFaults(card.replace('"0.weight"', '"2.weight"')), ['no tensor 2.weight']);
    assert.deepEqual(cardFaults(card.replace('(3, 3, 1, 16)', '(16, 1, 3, 3)')), ['0.weight has another shape']);
    assert.deepEqual(cardFaults(card.replaceAll('_scale', '_factor')), ['scales']);
    assert.deepEqual(cardFaults(''), ['not five lines', 'no name of a tensor', 'scales']);
});

const MOST_WORDS = 900;
const MOST_PICTURE_BYTES = 150_000;

/** All documents, below the root. */
const documents = ['.', 'src', 'wasm', 'web', 'tests', 'models'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.' }).map((name) => join(folder, String(name))))
    .filter((name) => name.endsWith('.md'));

/** What a document names that isn't there: links, pictures, and paths in backticks that begin with a folder of the project. */
function missingIn(text, folder) {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)|(?:src|srcset)="([^":]+)"/g)].map(([, link, source]) => join(folder, link ?? source));
    const paths = [...text.matchAll(/`((?:src|wasm|web|tests|models|make)\/[\w./-]+)`/g)].map(([, path]) => path).filter((path) => !path.includes('ROOM'));
    return [...links, ...paths].filter((path) => !existsSync(join(root, path)));
}

test('what the documents name is there', () => {
    assert.ok(documents.length > 15, documents.join());
    for (const name of documents) assert.deepEqual(missingIn(readFileSync(join(root, name), 'utf8'), dirname(name)), [], name);
    assert.deepEqual(missingIn('`src/none.c`, [a](gone.md), <img src="gone.webp">', 'web'), ['web/gone.md', 'web/gone.webp', 'src/none.c']);
});

test('the README is short and its pictures are small', () => {
    assert.ok(readme.split(/\s+/).length <= MOST_WORDS);
    const pictures = readdirSync(join(root, '.github', 'pictures'));
    assert.ok(pictures.length >= 3);
    for (const name of pictures) {
        assert.ok(statSync(join(root, '.github', 'pictures', name)).size < MOST_PICTURE_BYTES, name);
        assert.ok(readme.includes(relative(root, join(root, '.github', 'pictures', name))), `${name} is shown`);
    }
});
