// How the native command line explains itself, and what it says to arguments that make no sense.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';
import { scrawl, scrawlWell, train, useModel } from '../helpers/command.mjs';

useModel();

test('help is asked for with status 0, or shown with status 2 when there is no command', () => {
    assert.match(scrawlWell(['help']).output, /train[^]*predict/);
    assert.equal(scrawlWell(['--help']).output, scrawlWell(['help']).output);
    const bare = scrawl([]);
    assert.equal(bare.status, 2);
    assert.equal(bare.output, '');
    assert.equal(bare.errors, scrawlWell(['help']).output);
});

test('every command explains itself', () => {
    for (const command of ['train', 'eval', 'predict', 'merge', 'summary', 'show', 'export', 'import']) {
        const help = scrawlWell([command, '-h']);
        assert.match(help.output, new RegExp(`^Usage: scrawl ${command} `));
        assert.match(help.output, /Example:/);
        assert.deepEqual(help.output.split('\n').filter((line) => line.length > 80), []);
        assert.equal(help.errors, '');
        assert.equal(scrawlWell([command, '--help']).output, help.output);
        assert.equal(scrawlWell(['help', command]).output, help.output);
    }
});

test('the version is that of the header', () => {
    const header = fs.readFileSync(path.join(root, 'src/scrawl.h'), 'utf8');
    const version = header.match(/SCRAWL_VERSION "([^"]+)"/)[1];
    assert.equal(scrawlWell(['--version']).output, `scrawl ${version}\n`);
});

const wrong = [
    [['read'], /no command "read"/],
    [['train', '--epoch', '3'], /no option --epoch\..*scrawl train -h/],
    [['train', '-e'], /no option -e/],
    [['train', 'file'], /"file" is one argument too many/],
    [['train', '--epochs'], /--epochs needs a value/],
    [['train', '--epochs', '0'], /--epochs can't be "0": .*1 to 100000/],
    [['train', '--epochs', '-1'], /--epochs.*"-1"/],
    [['train', '--epochs', '2x'], /--epochs.*"2x"/],
    [['train', '--epochs=100001'], /--epochs.*"100001"/],
    [['train', '--epochs='], /--epochs.*""/],
    [['train', '--batch-size', '4097'], /1 to 4096/],
    [['train', '--learning-rate', '0'], /above 0/],
    [['train', '--learning-rate', '1e-60'], /above 0/],
    [['train', '--learning-rate', '1e39'], /"1e39": .*above 0 and finite/],
    [['train', '--learning-rate', 'nan'], /"nan"/],
    [['train', '--learning-rate', '0x1'], /"0x1"/],
    [['train', '--validation-split', '1'], /below 1/],
    [['train', '--label-smoothing', '0.99999999999'], /from 0 to below 1/],
    [['train', '--validation-split', '-0.1'], /from 0 to below 1/],
    [['train', '--optimizer', 'adamw'], /adam, sgd.*"adamw"/],
    [['train', '--optimizer', 'sgd', '--momentum', '1'], /below 1/],
    [['train', '--momentum', '0.5'], /--optimizer sgd/],
    [['train', '--optimizer', 'sgd', '--epsilon', '1e-8'], /--optimizer adam/],
    [['train', '--epsilon', '0'], /above 0/],
    [['train', '--schedule', 'linear'], /constant, one-cycle, cosine.*"linear"/],
    [['train', '--dropout', '0.5'], /off, on.*"0\.5"/],
    [['train', '--label-smoothing', '1'], /below 1/],
    [['train', '--epoch-share', '0'], /above 0 and at most 1/],
    [['train', '--epoch-share', '1.01'], /at most 1/],
    [['train', '--resume', 'x', '--epoch-share', '1'], /--epoch-share can't be changed/],
    [['train', '--preset', 'quick'], /no preset "quick".*"fast", "small", "best", "tutorial" or "finder".*scrawl train -h/],
    [['train', '--preset', ''], /--preset needs a value/],
    [['train', '--preset', 'fast', '--epochs', '0'], /--epochs can't be "0": .*1 to 100000/],
    [['train', '--normalize', 'l2'], /unit, column-l2/],
    [['train', '--seed', '18446744073709551616'], /18446744073709551615/],
    [['train', '--threads', '65'], /0 to 64/],
    [['train', '--quiet=yes'], /--quiet takes no value/],
    [['train', '--out', ''], /--out needs a value/],
    [['train', '--out', 'mine.keras'], /--out mine\.keras: .*\.safetensors; `scrawl export`/],
    [['train', '--out', 'mine.H5'], /--out mine\.H5: .*\.safetensors; `scrawl export`/],
    [['train', '--from', 'best', '--out', 'mine.onnx'], /--out mine\.onnx: .*\.safetensors; `scrawl export`/],
    [['train', '--resume', 'x', '--arch', 'small'], /--arch can't be changed/],
    [['train', '--resume', 'x', '--batch-size', '5'], /--batch-size can't be changed/],
    [['train', '--resume', 'x', '--seed=5'], /--seed can't be changed/],
    [['train', '--resume', 'x', '--preset', 'fast'], /--preset can't be changed/],
    [['train', '--resume', 'x', '--schedule', 'cosine'], /--schedule can't be changed/],
    [['train', '--resume', 'x', '--dropout', 'off'], /--dropout can't be changed/],
    [['train', '--resume', 'x', '--label-smoothing', '0'], /--label-smoothing can't be changed/],
    [['train', '--resume', 'x', '--from', 'y'], /--from can't be changed/],
    [['train', '--from', 'x', '--arch', 'small'], /--arch can't be changed/],
    [['train', '--from', 'x', '--normalize', 'unit'], /--normalize can't be changed/],
    [train('--validation-split', '0.999'), /scrawl train -h/],
    [train('--arch', 'conv 4 3x3, dense 10'), /scrawl train -h/],
    [train('--arch', 'huge'), /huge/],
    [['eval'], /The MODEL is missing/],
    [['eval', 'a', 'b'], /"b" is one argument too many/],
    [['predict'], /The PICTURE is missing\. See/],
    [['predict', '--jsn', 'a.png'], /no option --jsn/],
    [['predict', '-1', 'a.png'], /no option -1/],
    [['predict', '--format', 'xml', 'a.png'], /text, json, tsv, csv, not "xml"/],
    [['predict', '--json', '--format', 'csv', 'a.png'], /--json is --format json/],
    [['predict', '--digits', 'a.png'], /--digits is for --format tsv or csv/],
    [['predict', '--digits', '--json', 'a.png'], /--digits is for --format tsv or csv/],
    [['predict', '--out', 'rows.txt', 'a.png'], /--out keeps rows for programs: choose --format/],
    [['predict', '--out', 'rows.txt', '--format', 'text', 'a.png'], /--out keeps rows for programs: choose --format/],
    [['predict', '--resume', '--format', 'csv', 'a.png'], /--resume goes on with the file of --out/],
    [['predict', '-0', 'a.png'], /--null is for the list of --files-from/],
    [['predict', '--files-from', '-', '-'], /Standard input can't be both/],
    ...['0/2', '3/2', '2', '1/', '/2', '1/0', 'a/b', '1/2/3', '-1/2', '1/1000001', '99999999999999999999/5'].map((shard) => [['predict', '--shard', shard, 'a.png'], /--shard must be I\/N with I from 1 to N/]),
    [['predict', '--doubtful-to', 'idx', './idx/'], /--doubtful-to needs a folder of its own/],
    [['merge'], /The PART is missing/],
    [['merge', '--out', 'README.md', './README.md'], /--out needs a file of its own/],
    [['summary', 'a', '--arch', 'small'], /not both/],
    [['summary', '--arch', 'conv what'], /--arch/],
    [['show'], /The INDEX is missing/],
    [['show', 'five'], /INDEX.*"five"/],
    [['show', '--set', 'validation', '1'], /train, test/],
    [['show', '--colormap', 'jet', '1'], /gray, binary, viridis/],
];
for (const [commandArguments, message] of wrong) {
    test(`wrong: ${commandArguments.join(' ')}`, () => {
        const result = scrawl(commandArguments);
        assert.equal(result.status, 2, result.errors);
        assert.match(result.errors, message);
        assert.equal(result.output, '');
    });
}
