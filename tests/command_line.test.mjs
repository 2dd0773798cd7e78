// The native command line from outside: exit statuses, messages, JSON shapes, files whole or not at all, and training
// that is interrupted and goes on. Knows only what `scrawl -h` promises. SCRAWL_BUILD names the build folder.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

import { drawBar, generator, idx, side } from './helpers/bars.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const program = path.resolve(root, process.env.SCRAWL_BUILD ?? 'build', 'scrawl');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-command-line-'));
const inFolder = (...names) => path.join(folder, ...names);

const tinyNetwork = 'conv 4 3x3 relu, maxpool 4, dropout 0.25, flatten, dense 10 softmax';

/** Runs the program to its end in `folder`. A run that takes this long hangs. */
function scrawl(commandArguments, { input, stdio } = {}) {
  const result = spawnSync(program, commandArguments, { cwd: folder, input, stdio, timeout: 60_000 });
  if (result.error) throw result.error;
  const text = (bytes) => (bytes ?? '').toString();
  return { status: result.status, output: text(result.stdout), errors: text(result.stderr) };
}

/** The same, and the run must end as it should. */
function scrawlWell(commandArguments, options) {
  const result = scrawl(commandArguments, options);
  assert.equal(result.status, 0, result.errors);
  return result;
}

// ---- Data -----------------------------------------------------------------------------------------------------

/** Easy to learn, but not in one step. */
function makeImage(label, random) {
  return drawBar(new Uint8Array(side * side), label, random, { shifts: 3, faintest: 155 });
}

function writeIdx(name, count, seed, { prefixes = ['train', 't10k'], middle = '-', pack } = {}) {
  const random = generator(seed);
  const write = (file, bytes) => {
    fs.writeFileSync(inFolder(name, pack ? `${file}.gz` : file), pack ? pack(bytes) : bytes);
  };
  fs.mkdirSync(inFolder(name));
  for (const prefix of prefixes) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
    const images = Buffer.concat([...labels].map((label) => makeImage(label, random)));
    write(`${prefix}-images${middle}idx3-ubyte`, idx([count, side, side], images));
    write(`${prefix}-labels${middle}idx1-ubyte`, idx([count], labels));
  }
}

/** Black ink on white paper, as the bytes of a PGM file. */
function pgm(image, scale = 2) {
  const width = side * scale;
  const pixels = Buffer.alloc(width * width);
  for (let i = 0; i < pixels.length; i++) {
    const row = Math.floor(i / width / scale);
    pixels[i] = 255 - image[row * side + Math.floor((i % width) / scale)];
  }
  return Buffer.concat([Buffer.from(`P5\n${width} ${width}\n255\n`), pixels]);
}

/** A bar upright, a bar across, or both: shapes that differ wherever they lie, as finding a digit centres it. */
function makeShape(label, random) {
  const upright = makeImage(Math.floor(random() * 5), random);
  const across = makeImage(5 + Math.floor(random() * 5), random);
  if (label === 0) return upright;
  return label === 1 ? across : upright.map((value, i) => Math.max(value, across[i]));
}

function writePictures(name, classes, count) {
  const random = generator(7);
  classes.forEach((className, label) => {
    fs.mkdirSync(inFolder(name, className), { recursive: true });
    for (let i = 0; i < count; i++) {
      fs.writeFileSync(inFolder(name, className, `${i}.pgm`), pgm(makeShape(label, random)));
    }
  });
}

/** The size of a PNG of RGB pixels, and which bytes its rows hold; throws when it isn't whole. */
function pngColors(bytes) {
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const parts = [];
  let type;
  for (let at = 8; type !== 'IEND';) {
    const size = bytes.readUInt32BE(at);
    type = bytes.subarray(at + 4, at + 8).toString();
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const rows = zlib.inflateSync(Buffer.concat(parts));
  assert.equal(rows.length, height * (3 * width + 1));
  return { width, height, colors: new Set(rows) };
}

const train = (...more) => ['train', '--data', 'idx', '--arch', tinyNetwork, '--threads', '2', ...more];
const exists = (name) => fs.existsSync(inFolder(name));
const read = (name) => fs.readFileSync(inFolder(name));

/** Temporary files that a write left behind. */
const temporaryName = /\.safetensors(\.checkpoint)?\.[A-Za-z0-9]{6}$/;
const leftovers = () => fs.readdirSync(folder).filter((name) => temporaryName.test(name));

/** What a model file says of itself. */
function metadataOf(name) {
  const bytes = read(name);
  return JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE()))).__metadata__;
}

/** For a shell. */
const quoted = (words) => words.map((word) => `'${word}'`).join(' ');

before(() => {
  writeIdx('idx', 400, 1);
  fs.writeFileSync(inFolder('three.pgm'), pgm(makeImage(3, generator(5))));
  fs.writeFileSync(inFolder('blank.pgm'), pgm(new Uint8Array(side * side)));
  fs.writeFileSync(inFolder('text.png'), 'This is no picture.');
  scrawlWell(train('--epochs', '8', '--learning-rate', '0.01', '--out', 'model.safetensors', '--quiet'));
});
after(() => fs.rmSync(folder, { recursive: true }));

// ---- Usage ----------------------------------------------------------------------------------------------------

describe('usage', () => {
  test('help is asked for with status 0, or shown with status 2 when there is no command', () => {
    assert.match(scrawlWell(['help']).output, /train[^]*predict/);
    assert.equal(scrawlWell(['--help']).output, scrawlWell(['help']).output);
    const bare = scrawl([]);
    assert.equal(bare.status, 2);
    assert.equal(bare.output, '');
    assert.equal(bare.errors, scrawlWell(['help']).output);
  });

  test('every command explains itself', () => {
    for (const command of ['train', 'eval', 'predict', 'summary', 'show']) {
      const help = scrawlWell([command, '-h']);
      assert.match(help.output, new RegExp(`^Usage: scrawl ${command} `));
      assert.match(help.output, /Example:/);
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
    [['train', '--epochs', '0'], /--epochs.*1 to 100000.*"0"/],
    [['train', '--epochs', '-1'], /--epochs.*"-1"/],
    [['train', '--epochs', '2x'], /--epochs.*"2x"/],
    [['train', '--epochs=100001'], /--epochs.*"100001"/],
    [['train', '--epochs='], /--epochs.*""/],
    [['train', '--batch-size', '4097'], /1 to 4096/],
    [['train', '--learning-rate', '0'], /above 0/],
    [['train', '--learning-rate', '1e-60'], /above 0/],
    [['train', '--learning-rate', 'nan'], /"nan"/],
    [['train', '--learning-rate', '0x1'], /"0x1"/],
    [['train', '--validation-split', '1'], /below 1/],
    [['train', '--validation-split', '0.99999999999'], /below 1/],
    [['train', '--validation-split', '-0.1'], /at least 0/],
    [['train', '--optimizer', 'adamw'], /adam, sgd.*"adamw"/],
    [['train', '--optimizer', 'sgd', '--momentum', '1'], /below 1/],
    [['train', '--momentum', '0.5'], /--optimizer sgd/],
    [['train', '--schedule', 'linear'], /constant, one-cycle, cosine.*"linear"/],
    [['train', '--dropout', '0.5'], /off, on.*"0\.5"/],
    [['train', '--label-smoothing', '1'], /below 1/],
    [['train', '--epoch-share', '0'], /above 0 and at most 1/],
    [['train', '--epoch-share', '1.01'], /at most 1/],
    [['train', '--resume', 'x', '--epoch-share', '1'], /--epoch-share can't be changed/],
    [['train', '--preset', 'quick'], /no preset "quick".*"fast", "small", "best" or "tutorial".*scrawl train -h/],
    [['train', '--preset', ''], /--preset needs a value/],
    [['train', '--preset', 'fast', '--epochs', '0'], /--epochs.*1 to 100000.*"0"/],
    [['train', '--normalize', 'l2'], /unit, column-l2/],
    [['train', '--seed', '18446744073709551616'], /18446744073709551615/],
    [['train', '--threads', '65'], /0 to 64/],
    [['train', '--quiet=yes'], /--quiet takes no value/],
    [['train', '--out', ''], /--out needs a value/],
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
    [['eval'], /needs MODEL/],
    [['eval', 'a', 'b'], /"b" is one argument too many/],
    [['predict'], /needs PICTURE\. See/],
    [['predict', '--jsn', 'a.png'], /no option --jsn/],
    [['summary', 'a', '--arch', 'small'], /not both/],
    [['summary', '--arch', 'conv what'], /--arch/],
    [['show'], /needs INDEX/],
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
});

// ---- Training -------------------------------------------------------------------------------------------------

const figure = String.raw`\d\.\d{4}`;
const epochLine = new RegExp(
  String.raw`^Epoch (\d+)/2  280 images  loss ${figure}  accuracy ${figure}` +
    String.raw`  val_loss ${figure}  val_accuracy ${figure}  \d+ images/s$`,
  'gm',
);
const logColumns = ['epoch', 'loss', 'accuracy', 'val_loss', 'val_accuracy', 'seconds', 'images_per_second'];

describe('train', () => {
  test('prints one plain line per epoch and logs it', () => {
    const result = scrawlWell(
      train('--epochs', '2', '--validation-split', '0.3', '--log', 'log.csv', '--out', 'a.safetensors'),
    );
    assert.equal(result.output, '');
    assert.deepEqual([...result.errors.matchAll(epochLine)].map((match) => match[1]), ['1', '2']);
    assert.doesNotMatch(result.errors, /[\r\x1b]/);
    assert.match(result.errors, /Wrote a\.safetensors\./);
    const rows = read('log.csv').toString().trimEnd().split('\n').map((row) => row.split(','));
    assert.deepEqual(rows[0], logColumns);
    assert.deepEqual(rows.slice(1).map((row) => row[0]), ['1', '2']);
    for (const row of rows.slice(1)) {
      assert.equal(row.length, logColumns.length);
      assert.ok(row.every((cell) => cell !== '' && Number.isFinite(+cell)), row.join());
    }
  });

  test('makes images for the training, and calibrates on the validation images', () => {
    const made = ['--augment', '1', '--synthetic', '0.25', '--unknown', '0.25', '--validation-split', '0.2'];
    scrawlWell(train('--epochs', '1', ...made, '--out', 'made.safetensors', '--quiet'));
    const metadata = metadataOf('made.safetensors');
    assert.equal(metadata.trained_augment, '1');
    assert.equal(metadata.trained_synthetic, '0.25');
    assert.equal(metadata.trained_unknown, '0.25');
    assert.ok(Number(metadata.temperature) > 0 && Number(metadata.doubtful_below) >= 0.5);
    const plain = metadataOf('model.safetensors');
    assert.ok(!('temperature' in plain) && !('trained_augment' in plain));
    const much = scrawl(train('--synthetic', '0.6', '--unknown', '0.6'));
    assert.equal(much.status, 2);
    assert.match(much.errors, /together at most 1/);
    assert.match(scrawl(train('--augment', '1.01')).errors, /--augment needs a number of at least 0 and at most 1/);
  });

  test('leaves the validation columns empty without validation', () => {
    scrawlWell(train('--epochs', '1', '--log', 'plain.csv', '--out', 'b.safetensors', '--quiet'));
    assert.match(read('plain.csv').toString(), /\n1,[\d.e-]+,[\d.e-]+,,,[\d.]+,[\d.]+\n$/);
  });

  test('is silent with --quiet', () => {
    const result = scrawlWell(train('--epochs', '1', '--out', 'b.safetensors', '--quiet'));
    assert.equal(result.output + result.errors, '');
  });

  test('draws a bar on a terminal', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
    const command = quoted([program, ...train('--epochs', '2', '--out', 'b.safetensors')]);
    const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' });
    assert.equal(result.status, 0);
    assert.match(result.stdout.toString(), /\rEpoch 1\/2 .*\d+\/400 {2}loss .*images\/s {2}.* left\x1b\[K/);
  });

  test('leaves room for ^C behind the bar', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
    for (const columns of [20, 60, 80, 100]) {
      const training = quoted([program, ...train('--epochs', '100', '--out', 'b.safetensors')]);
      const command = `stty cols ${columns}; exec ${training}`;
      const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' });
      assert.equal(result.status, 0);
      const bars = [...result.stdout.toString().matchAll(/\r(Epoch[^\r\n\x1b]*)\x1b\[K/g)].map((match) => match[1]);
      assert.ok(bars.length > 0);
      for (const bar of bars) assert.ok(bar.length <= columns - 3, `${bar.length} of ${columns} columns: ${bar}`);
    }
  });

  test('goes on from a finished model', () => {
    const from = ['train', '--from', 'model.safetensors', '--data', 'idx', '--threads', '2'];
    scrawlWell([...from, '--epochs', '1', '--learning-rate', '1e-12', '--out', 'same.safetensors', '--quiet']);
    const evaluate = (name) => JSON.parse(scrawlWell(['eval', name, '--data', 'idx', '--json']).output);
    assert.deepEqual(evaluate('same.safetensors').confusion, evaluate('model.safetensors').confusion);
    scrawlWell([...from, '--epochs', '3', '--learning-rate', '0.01', '--out', 'further.safetensors', '--quiet']);
    assert.ok(evaluate('further.safetensors').loss < evaluate('model.safetensors').loss);
    const architecture = (name) => scrawlWell(['summary', name]).output.split('\n')[0];
    assert.equal(architecture('further.safetensors'), architecture('model.safetensors'));
    const missing = scrawl(['train', '--from', 'nothing.safetensors', '--data', 'idx']);
    assert.equal(missing.status, 1);
    assert.match(missing.errors, /nothing\.safetensors: No such file/);
  });

  test('takes normalisation and classes from the model it goes on from', () => {
    writePictures('named', ['b', 'c'], 3);
    const network = ['--arch', 'flatten, dense 2 softmax', '--normalize', 'column-l2'];
    scrawlWell(['train', '--data', 'named', ...network, '--epochs', '1', '--out', 'named.safetensors', '--quiet']);
    scrawlWell(['train', '--from', 'named.safetensors', '--data', 'named', '--epochs', '1', '--out', 'named.safetensors']);
    assert.match(scrawlWell(['summary', 'named.safetensors']).output, /column-l2\nClasses: b c\n/);
    fs.renameSync(inFolder('named/c'), inFolder('named/d'));
    const other = scrawl(['train', '--from', 'named.safetensors', '--data', 'named', '--out', 'other.safetensors']);
    assert.equal(other.status, 1);
    assert.match(other.errors, /named\/d is named as no class/);
    assert.ok(!exists('other.safetensors'));
  });

  test('stops when it diverges, and keeps the old file', () => {
    fs.writeFileSync(inFolder('diverged.safetensors'), 'old');
    const wild = ['--optimizer', 'sgd', '--learning-rate', '999', '--momentum', '0.99', '--epochs', '1000'];
    const linear = ['--arch', 'flatten, dense 16, dense 16, dense 16, dense 10 softmax'];
    const result = scrawl(train(...wild, ...linear, '--out', 'diverged.safetensors'));
    assert.equal(result.status, 1, result.errors);
    assert.match(result.errors, /The training diverged.*--learning-rate/);
    assert.equal(read('diverged.safetensors').toString(), 'old');
    assert.ok(!exists('diverged.safetensors.checkpoint'));
  });

  test('keeps the mode of the file that it replaces', () => {
    fs.writeFileSync(inFolder('private.safetensors'), 'old', { mode: 0o600 });
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'private.safetensors'));
    assert.ok(read('private.safetensors').length > 3);
    assert.equal(fs.statSync(inFolder('private.safetensors')).mode & 0o777, 0o600);
  });

  test('writes the same bytes for the same seed, whatever the threads, and others for another', () => {
    const run = (out, ...more) => {
      scrawlWell(['train', '--data', 'idx', '--arch', tinyNetwork, '--epochs', '1', '--quiet', '--out', out, ...more]);
    };
    run('one.safetensors', '--threads', '1', '--seed', '3');
    run('two.safetensors', '--threads', '2', '--seed', '3');
    run('other.safetensors', '--threads', '2', '--seed', '4');
    assert.ok(read('one.safetensors').equals(read('two.safetensors')));
    assert.ok(!read('one.safetensors').equals(read('other.safetensors')));
  });

  /** The model file of one training of the tiny network. */
  const trained = (...options) => {
    scrawlWell(train('--quiet', '--out', 'trained.safetensors', ...options));
    return read('trained.safetensors');
  };
  const metadata = (model) => JSON.parse(model.subarray(8, 8 + Number(model.readBigUInt64LE(0)))).__metadata__;

  test('takes a preset, and what is given beside it wins wherever it stands', () => {
    const fast = trained('--preset', 'fast', '--epochs', '1');
    assert.equal(metadata(fast).trained_schedule, 'one-cycle');
    const other = ['--epochs', '2', '--batch-size', '50', '--schedule', 'cosine'];
    const early = trained(...other, '--preset', 'fast');
    assert.ok(early.equals(trained('--preset', 'fast', ...other)));
    const { trained_epochs, trained_batch_size, trained_schedule, trained_learning_rate } = metadata(early);
    assert.deepEqual([trained_epochs, trained_batch_size, trained_schedule], ['2', '50', 'cosine']);
    assert.equal(trained_learning_rate, metadata(fast).trained_learning_rate);
    assert.ok(!early.equals(trained('--preset', 'tutorial', ...other)));
  });

  test('the preset tutorial is the README\'s tutorial', () => {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const command = readme.match(/`scrawl train --arch tutorial --normalize column-l2 (.*) --out tutorial\.safetensors`/);
    const l2 = ['--normalize', 'column-l2'];
    assert.ok(trained(...l2, '--preset', 'tutorial').equals(trained(...l2, ...command[1].split(' '))));
  });

  test('without a preset or a schedule, the learning rate stays', () => {
    assert.ok(trained('--epochs', '2').equals(trained('--epochs', '2', '--schedule', 'constant')));
    assert.ok(!trained('--epochs', '2').equals(trained('--epochs', '2', '--schedule', 'one-cycle')));
  });

  test('takes every option', () => {
    const data = ['--data=idx', '--validation-split=.2', '--normalize=column-l2', '--batch-size=50', '--epochs=1'];
    const network = [`--arch=${tinyNetwork}`, '--seed=9', '--threads=0', '--out=c.safetensors', '--quiet'];
    const optimizer = ['--optimizer=sgd', '--learning-rate=1e-2', '--momentum=0.5', '--schedule=cosine', '--dropout=off'];
    scrawlWell(['train', ...data, ...network, ...optimizer, '--label-smoothing', '.2', '--epoch-share', '1']);
    assert.match(scrawlWell(['summary', 'c.safetensors']).output, /normalization column-l2/);
  });

  test('refuses an unwritable place before it starts', () => {
    for (const out of ['nowhere/model.safetensors', 'three.pgm/model.safetensors', 'idx', '/proc/model.safetensors']) {
      const result = scrawl(train('--epochs', '100000', '--out', out));
      assert.equal(result.status, 1, result.errors);
      assert.match(result.errors, /Can't write .*--out/);
      assert.doesNotMatch(result.errors, /Epoch/);
    }
    const log = scrawl(train('--epochs', '100000', '--out', 'd.safetensors', '--log', 'nowhere/log.csv'));
    assert.equal(log.status, 1);
    assert.match(log.errors, /nowhere\/log\.csv/);
    assert.ok(!exists('d.safetensors'));
    assert.deepEqual(leftovers(), []);
  });

  test('keeps a symbolic link as one', () => {
    fs.mkdirSync(inFolder('elsewhere'));
    fs.writeFileSync(inFolder('elsewhere', 'real.safetensors'), 'old');
    fs.symlinkSync('elsewhere/real.safetensors', inFolder('link.safetensors'));
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'link.safetensors'));
    assert.ok(fs.lstatSync(inFolder('link.safetensors')).isSymbolicLink());
    assert.ok(read('elsewhere/real.safetensors').length > 3);
    assert.equal(fs.statSync(inFolder('link.safetensors')).mode & 0o777, 0o666 & ~process.umask());
  });

  test('keeps a device as one', () => {
    scrawlWell(train('--epochs', '1', '--quiet', '--out', '/dev/null'));
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
    const full = scrawl(train('--epochs', '1', '--quiet', '--out', '/dev/full'));
    assert.equal(full.status, 1);
    assert.match(full.errors, /\/dev\/full: No space left/);
  });

  test('leaves the old file as it is when the new one does not fit', () => {
    fs.writeFileSync(inFolder('small.safetensors'), 'old');
    const command = quoted([program, ...train('--epochs', '1', '--quiet', '--out', 'small.safetensors')]);
    const result = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 1; exec ${command}`], { cwd: folder });
    assert.equal(result.status, 1, result.stderr.toString());
    assert.match(result.stderr.toString(), /Can't write .*small\.safetensors/);
    assert.equal(read('small.safetensors').toString(), 'old');
    assert.deepEqual(leftovers(), []);
  });
});

test('temporary files would be noticed', () => {
  fs.writeFileSync(inFolder('x.safetensors.aB3dE6'), '');
  assert.deepEqual(leftovers(), ['x.safetensors.aB3dE6']);
  fs.rmSync(inFolder('x.safetensors.aB3dE6'));
});

// ---- Interruption ---------------------------------------------------------------------------------------------

/** Starts a training, sends `signal` once standard error matches `when`, and waits for the end. */
function interrupt(commandArguments, when, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, commandArguments, { cwd: folder, timeout: 60_000 });
    let errors = '', sent = false;
    child.stderr.on('data', (chunk) => {
      errors += chunk;
      if (!sent && when.test(errors)) sent = child.kill(signal);
    });
    child.on('error', reject);
    child.on('close', (status, killer) => resolve({ status, killer, errors }));
  });
}

// So many epochs that a busy machine still delivers two signals in time, and so many steps in each that they hardly
// ever meet the end of one.
const long = (out) => ['--epochs', '60', '--batch-size', '8', '--validation-split', '0.3', '--out', out];

describe('interruption', () => {
  test('a training that was interrupted twice ends with the same bytes', async () => {
    scrawlWell(train(...long('whole.safetensors'), '--quiet'));
    const first = await interrupt(train(...long('parts.safetensors'), '--log', 'parts.csv'), /Epoch 1\//, 'SIGINT');
    assert.equal(first.status, 1, first.errors);
    assert.match(first.errors, /scrawl train --resume parts\.safetensors\.checkpoint --data idx --log parts\.csv/);
    assert.ok(!exists('parts.safetensors'), 'an interrupted training writes no model');

    const resume = ['train', '--resume', 'parts.safetensors.checkpoint', '--data', 'idx', '--log', 'parts.csv'];
    const second = await interrupt(resume, /Epoch \d+\//, 'SIGTERM');
    assert.equal(second.status, 1, second.errors);
    fs.copyFileSync(inFolder('parts.safetensors.checkpoint'), inFolder('copy.safetensors.checkpoint'));
    const last = scrawlWell([...resume, '--threads', '1']);
    assert.match(last.errors, /Wrote parts\.safetensors\.\nRemoved parts\.safetensors\.checkpoint\.\n$/);
    assert.ok(!exists('parts.safetensors.checkpoint'));
    assert.ok(read('parts.safetensors').equals(read('whole.safetensors')));
    const epochs = read('parts.csv').toString().trimEnd().split('\n').map((row) => row.split(',')[0]);
    assert.deepEqual(epochs, ['epoch', ...Array.from({ length: 60 }, (_, i) => `${i + 1}`)]);
    assert.deepEqual(leftovers(), []);
  });

  test('says where the checkpoint is with --quiet, and after a hangup that comes twice', async () => {
    const command = train('--epochs', '100000', '--out', 'quiet.safetensors', '--log', 'quiet.csv', '--quiet');
    const child = spawn(program, command, { cwd: folder, timeout: 60_000 });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const logged = () => exists('quiet.csv') && read('quiet.csv').length > 100;
    while (child.exitCode === null && !logged()) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    assert.equal(await ended, 1);
    assert.match(errors, /quiet\.safetensors\.checkpoint/);
    assert.ok(exists('quiet.safetensors.checkpoint'));
  });

  test('a checkpoint is a model, and more epochs can follow it', () => {
    const model = scrawlWell(['eval', 'quiet.safetensors.checkpoint', '--data', 'idx', '--json']);
    assert.equal(JSON.parse(model.output).images, 400);
    fs.copyFileSync(inFolder('copy.safetensors.checkpoint'), inFolder('more.safetensors.checkpoint'));
    const result = scrawlWell(['train', '--resume', 'more.safetensors.checkpoint', '--data', 'idx', '--epochs', '61']);
    assert.match(result.errors, /Epoch 61\/61/);
  });

  test('keeps a checkpoint that is the model now, and one whose model went nowhere', () => {
    for (const out of ['kept.safetensors', '/dev/null']) {
      fs.copyFileSync(inFolder('copy.safetensors.checkpoint'), inFolder('kept.safetensors'));
      const result = scrawlWell(['train', '--resume', 'kept.safetensors', '--data', 'idx', '--out', out]);
      assert.doesNotMatch(result.errors, /Removed/);
      assert.ok(exists('kept.safetensors'));
    }
  });

  test('leaves no half a file when Ctrl-C comes twice', async () => {
    const large = ['--arch', 'flatten, dense 4000 relu, dense 10 softmax', '--out', 'twice.safetensors'];
    const child = spawn(program, train(...large, '--epochs', '100000', '--log', 'twice.csv'), { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', (status, killer) => resolve({ status, killer })));
    const wait = async (condition) => {
      while (child.exitCode === null && !condition()) await new Promise((resolve) => setImmediate(resolve));
    };
    await wait(() => exists('twice.csv') && read('twice.csv').includes('\n1,'));
    child.kill('SIGINT');
    await wait(() => leftovers().length > 0);
    child.kill('SIGINT');
    const { status, killer } = await ended;
    assert.ok(killer === 'SIGINT' || status === 1);
    assert.deepEqual(leftovers(), []);
  });

  test('refuses what is no checkpoint, a damaged one, and other data', () => {
    fs.writeFileSync(inFolder('cut.checkpoint'), read('copy.safetensors.checkpoint').subarray(0, -5));
    if (!exists('other')) writeIdx('other', 400, 99);
    const cases = [
      [['--resume', 'nothing.checkpoint', '--data', 'idx'], /nothing\.checkpoint: No such file/],
      [['--resume', 'model.safetensors', '--data', 'idx'], /model\.safetensors: .*checkpoint/],
      [['--resume', 'cut.checkpoint', '--data', 'idx'], /cut\.checkpoint: /],
      [['--resume', 'copy.safetensors.checkpoint', '--data', 'other'], /data/],
    ];
    for (const [more, message] of cases) {
      const result = scrawl(['train', ...more, '--out', 'refused.safetensors']);
      assert.equal(result.status, 1, result.errors);
      assert.match(result.errors, message);
      assert.ok(!exists('refused.safetensors'));
    }
  });
});

// ---- Data -----------------------------------------------------------------------------------------------------

describe('data', () => {
  test('IDX files may be gzipped and named with a dot', () => {
    const labels = (name) => scrawlWell(['show', '--data', name, '--values', '17']).output;
    writeIdx('gzipped', 400, 1, { pack: zlib.gzipSync });
    writeIdx('dotted', 400, 1, { middle: '.' });
    assert.equal(labels('gzipped'), labels('idx'));
    assert.equal(labels('dotted'), labels('idx'));
  });

  test('what is missing is said', () => {
    fs.mkdirSync(inFolder('empty'));
    writeIdx('only-train', 20, 1, { prefixes: ['train'] });
    writeIdx('no-labels', 20, 1);
    fs.rmSync(inFolder('no-labels', 't10k-labels-idx1-ubyte'));
    const evaluate = (...more) => ['eval', 'model.safetensors', ...more];
    const cases = [
      [evaluate(), /make data.*--data DIR/],
      [evaluate('--data', 'nowhere'), /nowhere is not there/],
      [evaluate('--data', 'three.pgm'), /three\.pgm is a file/],
      [evaluate('--data', 'empty'), /neither IDX files .* nor one sub-folder/],
      [evaluate('--data', 'only-train'), /not the test images/],
      [evaluate('--data', 'no-labels'), /not the test labels/],
      [['eval', 'nothing.safetensors'], /nothing\.safetensors: No such file/],
      [['eval', 'Best'], /Best: No such file.*built in: "best", "small"/],
      [['eval', 'empty'], /Can't read empty: Is a directory\.$/m],
      [['eval', 'three.pgm'], /three\.pgm: /],
      [['train'], /make data/],
    ];
    for (const [commandArguments, message] of cases) {
      const result = scrawl(commandArguments);
      assert.equal(result.status, 1, result.errors);
      assert.match(result.errors, message);
      assert.equal(result.output, '');
    }
  });

  test('a damaged IDX file stops a training before it writes anything', () => {
    writeIdx('damaged', 20, 1);
    fs.truncateSync(inFolder('damaged', 'train-images-idx3-ubyte'), 5000);
    const result = scrawl(['train', '--data', 'damaged', '--out', 'damaged.safetensors']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /damaged\/train-images-idx3-ubyte/);
    assert.ok(!exists('damaged.safetensors'));
  });

  test('folders of pictures make the classes, in natural order', () => {
    writePictures('letters/train', ['10', 'b', '9'], 8);
    writePictures('letters/test', ['10', 'b', '9'], 2);
    fs.writeFileSync(inFolder('letters/train/b/.hidden'), 'not to be read');
    const network = 'conv 4 3x3 relu, maxpool 4, flatten, dense 3 softmax';
    const options = ['--epochs', '60', '--batch-size', '4', '--learning-rate', '0.01', '--out', 'letters.safetensors'];
    const result = scrawlWell(['train', '--data', 'letters', '--arch', network, ...options]);
    assert.match(result.errors, /^24 images of 3 classes/m);
    assert.match(scrawlWell(['summary', 'letters.safetensors']).output, /^Classes: 9 10 b$/m);
    const evaluation = JSON.parse(scrawlWell(['eval', 'letters.safetensors', '--data', 'letters', '--json']).output);
    assert.equal(evaluation.images, 6);
    assert.deepEqual(evaluation.confusion, [[2, 0, 0], [0, 2, 0], [0, 0, 2]]);
    const model = ['--model', 'letters.safetensors'];
    const reading = JSON.parse(scrawlWell(['predict', ...model, '--json', '--single', 'letters/test/b/0.pgm']).output);
    assert.equal(reading.text, 'b');
    assert.equal(reading.digits[0].digit, 2);
    assert.equal(reading.digits[0].label, 'b');
    const shown = scrawlWell(['show', '--data', 'letters', '--set', 'test', ...model, '4']).output;
    assert.match(shown, /^test image 4: b\n[^]*read as b /);
  });

  test('pictures that cannot be read are named and left out', () => {
    writePictures('some', ['a', 'b'], 3);
    fs.writeFileSync(inFolder('some/b/broken.png'), 'This is no picture.');
    const network = 'flatten, dense 2 softmax';
    const command = ['train', '--data', 'some', '--arch', network, '--epochs', '1', '--out', 'some.safetensors'];
    const result = scrawl(command);
    assert.equal(result.status, 1);
    assert.match(result.errors, /some\/b\/broken\.png: .*left out/);
    assert.match(result.errors, /Wrote some\.safetensors\.\nscrawl: 1 picture was left out/);
    assert.match(result.errors, /^6 images of 2 classes/m);
    const evaluation = scrawl(['eval', 'some.safetensors', '--data', 'some', '--json']);
    assert.equal(evaluation.status, 1);
    assert.equal(JSON.parse(evaluation.output).images, 6);

    for (let i = 0; i < 3; i++) fs.rmSync(inFolder(`some/b/${i}.pgm`));
    const without = scrawl(command);
    assert.equal(without.status, 1);
    assert.match(without.errors, /some\/b holds no picture that can be read/);
  });

  test('a set without an image is said', () => {
    writeIdx('no-images', 0, 1);
    for (const command of [['train'], ['show', '0'], ['eval', 'model.safetensors']]) {
      const result = scrawl([...command, '--data', 'no-images']);
      assert.equal(result.status, 1, result.errors);
      assert.match(result.errors, /^scrawl: no-images\/(train|t10k)-images-idx3-ubyte holds no image\.\n$/);
    }
  });

  test('a folder whose name can be no class is said', () => {
    const names = [Buffer.from('x'.repeat(65)), Buffer.from([0x61, 0xff]), Buffer.from('a\x1b[2J')];
    const shown = ['x'.repeat(65), 'a\\xff', 'a\\x1b[2J'];
    names.forEach((name, i) => {
      writePictures(`class${i}`, ['good'], 1);
      fs.mkdirSync(Buffer.concat([Buffer.from(inFolder(`class${i}/`)), name]));
      const result = scrawl(['train', '--data', `class${i}`, '--arch', 'flatten, dense 2 softmax']);
      assert.equal(result.status, 1, result.errors);
      assert.ok(result.errors.startsWith(`scrawl: class${i}/${shown[i]} can't be a class`), result.errors);
    });
  });

  test('a folder that is no class of the model is said', () => {
    writePictures('strange', ['0', 'x'], 1);
    const result = scrawl(['eval', 'model.safetensors', '--data', 'strange']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /strange\/x is named as no class/);
  });
});

// ---- Evaluation, reading, looking -----------------------------------------------------------------------------

describe('eval', () => {
  test('prints one JSON object', () => {
    const { output, errors } = scrawlWell(['eval', 'model.safetensors', '--data', 'idx', '--json']);
    const result = JSON.parse(output);
    assert.equal(errors, '');
    assert.match(output, /^[^\n]+\n$/);
    assert.deepEqual(Object.keys(result), ['images', 'loss', 'accuracy', 'calibration_error', 'confusion']);
    assert.equal(result.images, 400);
    assert.ok(result.confusion.length === 10 && result.confusion.every((row) => row.length === 10));
    const diagonal = result.confusion.reduce((sum, row, i) => sum + row[i], 0);
    assert.ok(Math.abs(result.accuracy - diagonal / 400) < 1e-9);
    assert.ok(result.accuracy > 0.5, 'the network of these tests has learned its bars');
    assert.ok(result.confusion.every((row) => row.reduce((sum, count) => sum + count) === 40));
  });

  test('prints a table with recalls', () => {
    const { output } = scrawlWell(['eval', 'model.safetensors', '--data', 'idx']);
    assert.match(output, /^400 images {2}loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}\d+ errors? {2}\d+ images\/s\n/);
    assert.equal([...output.matchAll(/^ +\d( +\d+){10} +[01]\.\d{4}$/gm)].length, 10);
    assert.ok(output.split('\n').every((line) => line.length <= 80), 'it fits a terminal');
  });
});

describe('predict', () => {
  const predict = (...more) => ['predict', '--model', 'model.safetensors', ...more];

  test('prints one JSON object per picture', () => {
    const { output } = scrawlWell(predict('--json', '--single', 'three.pgm', 'three.pgm'));
    const lines = output.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(lines.length, 2);
    const [reading] = lines;
    assert.deepEqual(Object.keys(reading), ['file', 'text', 'digits']);
    assert.equal(reading.file, 'three.pgm');
    assert.equal(reading.digits.length, 1);
    const [digit] = reading.digits;
    assert.deepEqual(Object.keys(digit), ['digit', 'confidence', 'doubtful', 'probabilities', 'x', 'y', 'width', 'height']);
    assert.equal(reading.text, String(digit.digit));
    assert.equal(digit.probabilities.length, 10);
    assert.equal(digit.confidence, Math.max(...digit.probabilities));
    assert.ok(Math.abs(digit.probabilities.reduce((sum, p) => sum + p) - 1) < 1e-5);
    for (const name of ['x', 'y', 'width', 'height']) assert.ok(Number.isInteger(digit[name]));
  });

  test('prints a line for people', () => {
    const { output } = scrawlWell(predict('three.pgm'));
    assert.match(output, /^three\.pgm: \d\?? {2}\(\d+\.\d %\)\n$/);
  });

  test('puts a ? behind a digit that is doubtful', () => {
    const seen = [0.001, 0.99999].map((limit) => {
      changedModel('limit.safetensors', '"architecture"', `"doubtful_below":"${limit}","architecture"`);
      const limited = ['predict', '--model', 'limit.safetensors', 'three.pgm'];
      const [digit] = JSON.parse(scrawlWell([...limited, '--json']).output).digits;
      assert.equal(digit.doubtful, digit.confidence < limit);
      return /^three\.pgm: \d\? /.test(scrawlWell(limited).output);
    });
    assert.equal(seen[0], false);
    assert.equal(seen[1], true);
  });

  test('draws how a picture was read', () => {
    const plain = scrawlWell(predict('--json', '--single', 'three.pgm')).output;
    assert.equal(scrawlWell(predict('--explain', 'sheet.png', '--json', '--single', 'three.pgm')).output, plain);
    const sheet = pngColors(read('sheet.png'));
    assert.ok(sheet.width > 600 && sheet.height > 400);
    assert.ok(sheet.colors.size > 10);
    scrawlWell(predict('--explain', 'blank.png', 'blank.pgm'));
    const blank = pngColors(read('blank.png'));
    assert.equal(blank.width, sheet.width);
    assert.ok(blank.height < sheet.height);
    scrawlWell(predict('--explain', 'input.png', '-'), { input: read('three.pgm') });
    assert.ok(exists('input.png'));
  });

  test('a sheet that is no whole picture would be noticed', () => {
    const bytes = read('sheet.png');
    assert.throws(() => pngColors(bytes.subarray(0, bytes.length - 20)));
    assert.throws(() => pngColors(read('three.pgm')), /PNG/);
  });

  test('draws one picture only, whole or not at all', () => {
    const two = scrawl(predict('--explain', 'two.png', 'three.pgm', 'three.pgm'));
    assert.equal(two.status, 2);
    assert.match(two.errors, /--explain draws one picture.* 2\./);
    const nowhere = scrawl(predict('--explain', 'nowhere/x.png', 'three.pgm'));
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.errors, /Can't write nowhere\/x\.png/);
    assert.equal(nowhere.output, '');
    assert.equal(scrawl(predict('--explain', 'two.png', 'text.png')).status, 1);
    assert.ok(!exists('two.png'));
    fs.writeFileSync(inFolder('old.png'), 'old');
    const command = quoted([program, ...predict('--explain', 'old.png', 'three.pgm')]);
    const full = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 1; exec ${command}`], { cwd: folder });
    assert.equal(full.status, 1);
    assert.match(full.stderr.toString(), /Can't write .*old\.png/);
    assert.equal(read('old.png').toString(), 'old');
    assert.ok(!fs.readdirSync(folder).some((name) => name.startsWith('old.png.')));
  });

  test('reads standard input', () => {
    const fromFile = JSON.parse(scrawlWell(predict('--json', 'three.pgm')).output);
    const fromInput = JSON.parse(scrawlWell(predict('--json', '-'), { input: read('three.pgm') }).output);
    assert.deepEqual(fromInput, { ...fromFile, file: '-' });
  });

  test('reads a blank picture to no digits', () => {
    assert.equal(scrawlWell(predict('--json', 'blank.pgm')).output, '{"file":"blank.pgm","text":"","digits":[]}\n');
    assert.equal(scrawlWell(predict('blank.pgm')).output, 'blank.pgm: no digits found\n');
  });

  test('goes on after a picture that cannot be read, and ends with status 1', () => {
    const json = scrawl(predict('--json', 'missing.png', 'text.png', 'empty', 'three.pgm'));
    assert.equal(json.status, 1);
    const lines = json.output.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((line) => line.file), ['missing.png', 'text.png', 'empty', 'three.pgm']);
    for (const line of lines.slice(0, 3)) assert.deepEqual(Object.keys(line), ['file', 'error']);
    assert.match(lines[0].error, /missing\.png: No such file/);
    assert.ok('text' in lines[3]);
    const plain = scrawl(predict('missing.png', 'text.png', 'three.pgm'));
    assert.equal(plain.status, 1);
    assert.match(plain.errors, /missing\.png: No such file[^]*text\.png: /);
    assert.match(plain.output, /^three\.pgm: /);
  });

  test('keeps its JSON right with strange file names', () => {
    const name = Buffer.from([...Buffer.from('a"b\\c\n\x01ü€😀'), 0xff, 0xed, 0xa0, 0x80]);
    const octal = [...name].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const script = `exec ${quoted([program, ...predict('--json')])} "$(printf '${octal}')"`;
    const result = spawnSync('bash', ['-c', script], { cwd: folder });
    const line = new TextDecoder('utf-8', { fatal: true }).decode(result.stdout);
    assert.equal(JSON.parse(line).file, 'a"b\\c\n\x01ü€😀' + '\ufffd'.repeat(4));
  });

  test('sends no control characters of names to the terminal', () => {
    const name = 'e\x1b[31m\x07\n\u009b2J\x7f.pgm';
    const shown = 'e\\x1b[31m\\x07\\n\\u009b2J\\x7f.pgm';
    const wrong = scrawl(predict(name));
    assert.equal(wrong.errors, `scrawl: Can't open ${shown}: No such file or directory.\n`);
    fs.copyFileSync(inFolder('three.pgm'), inFolder(name));
    assert.ok(scrawlWell(predict(name)).output.startsWith(`${shown}: `));
    assert.ok(scrawl(['train', `--${name}`]).errors.includes(shown));
    const long = 'x'.repeat(5000);
    assert.ok(scrawl([long]).errors.includes(long));
  });

  test('takes a file named like an option after --', () => {
    fs.copyFileSync(inFolder('three.pgm'), inFolder('--json'));
    assert.match(scrawlWell(predict('--', '--json')).output, /^--json: /);
  });

  test('says when there is no model in it, or uses it', () => {
    const result = scrawl(['predict', '--json', '--single', 'three.pgm']);
    if (result.status === 0) assert.equal(JSON.parse(result.output).digits.length, 1);
    else assert.match(result.errors, /no model in it.*scrawl train.*--model/);
  });

  test('notices that standard output cannot be written', () => {
    const full = fs.openSync('/dev/full', 'w');
    const evaluate = ['eval', 'model.safetensors', '--data', 'idx', '--json'];
    for (const commandArguments of [predict('three.pgm'), predict('--json', 'three.pgm'), ['help'], evaluate]) {
      const result = scrawl(commandArguments, { stdio: ['ignore', full, 'pipe'] });
      assert.equal(result.status, 1, commandArguments.join(' '));
      assert.match(result.errors, /Can't write to standard output: No space left/);
    }
    fs.closeSync(full);
    const command = quoted([program, ...predict('three.pgm')]);
    const pipe = spawnSync('bash', ['-c', `{ sleep 0.2; ${command}; echo "status $?" >&2; } | true`], { cwd: folder });
    assert.match(pipe.stderr.toString(), /Broken pipe[^]*status 1/);
  });
});

describe('summary', () => {
  test('prints the table of the tutorial network', () => {
    const { output } = scrawlWell(['summary', '--arch', 'tutorial']);
    assert.match(output, /0 {2}conv relu +26 x 26 x 32 +320\n/);
    assert.match(output, /1 {2}conv relu +24 x 24 x 64 +18,496\n/);
    assert.match(output, /Total +2,380,938\n/);
  });

  test('takes a text with any number of outputs, and a model', () => {
    assert.match(scrawlWell(['summary', '--arch', 'flatten, dense 26 softmax']).output, /Total +20,410\n/);
    assert.match(scrawlWell(['summary', 'model.safetensors']).output, /conv 4 3x3 relu, maxpool 4/);
  });
});

/** The model with a text of its header replaced by another of any length. */
function changedModel(name, text, replacement) {
  const bytes = read('model.safetensors');
  const size = Number(bytes.readBigUInt64LE());
  const header = bytes.subarray(8, 8 + size).toString().trimEnd();
  assert.ok(header.includes(text), header);
  let changed = Buffer.from(header.replace(text, replacement));
  changed = Buffer.concat([changed, Buffer.alloc((8 - (changed.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(changed.length));
  fs.writeFileSync(inFolder(name), Buffer.concat([length, changed, bytes.subarray(8 + size)]));
}

test('labels and metadata cannot write escapes to the terminal', () => {
  changedModel('epochs.safetensors', '"trained_epochs":"8"', '"trained_epochs":"8\\u001b[2J\\u0007\\n9"');
  assert.match(scrawlWell(['summary', 'epochs.safetensors']).output, /^trained_epochs: 8\\x1b\[2J\\x07\\n9$/m);
  changedModel('labels.safetensors', '\\"3\\"', '\\"\u009b3\\"');
  const shown = '\\u009b3';
  const outputs = [
    ['summary', 'labels.safetensors'],
    ['eval', 'labels.safetensors', '--data', 'idx'],
    ['show', '--data', 'idx', '--model', 'labels.safetensors', '3'],
  ].map((command) => scrawlWell(command).output);
  for (const output of outputs) {
    assert.ok(output.includes(shown), output);
    assert.doesNotMatch(output, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  }
});

describe('show', () => {
  const show = (...more) => ['show', '--data', 'idx', ...more];

  test('draws in characters where there is no terminal', () => {
    const [title, ...lines] = scrawlWell(show('3')).output.replace(/\n$/, '').split('\n');
    assert.equal(title, 'train image 3: 3');
    assert.equal(lines.length, side);
    assert.ok(lines.every((line) => line.length === 2 * side));
    assert.ok(lines.some((line) => line.includes('@@')));
  });

  test('prints the values, as they are and normalised', () => {
    const numbers = (...more) => {
      const lines = scrawlWell(show('--values', ...more, '3')).output.trimEnd().split('\n').slice(1);
      return lines.map((line) => line.trim().split(/ +/).map(Number));
    };
    const bytes = numbers();
    const image = read('idx/train-images-idx3-ubyte').subarray(16 + 3 * side * side, 16 + 4 * side * side);
    assert.deepEqual(bytes.flat(), [...image]);
    numbers('--normalize', 'unit').flat().forEach((value, i) => assert.ok(Math.abs(value - image[i] / 255) < 1e-4));
    const columns = numbers('--normalize', 'column-l2');
    for (let column = 0; column < side; column++) {
      const length = Math.hypot(...columns.map((row) => row[column]));
      assert.ok(Math.abs(length - (bytes.some((row) => row[column] > 0) ? 1 : 0)) < 1e-3);
    }
  });

  test('writes a PNG that is a picture', () => {
    for (const colormap of ['gray', 'binary', 'viridis']) {
      scrawlWell(show('--colormap', colormap, '--out', `${colormap}.png`, '3'));
      const png = read(`${colormap}.png`);
      assert.equal(png.subarray(1, 4).toString(), 'PNG');
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [280, 280]);
      scrawlWell(['predict', '--model', 'model.safetensors', '--single', `${colormap}.png`]);
    }
    const result = scrawl(show('--out', 'nowhere/x.png', '3'));
    assert.equal(result.status, 1);
    assert.match(result.errors, /nowhere\/x\.png/);
  });

  test('says what a model reads', () => {
    const { output } = scrawlWell(show('--set', 'test', '--model', 'model.safetensors', '54'));
    assert.match(output, /^test image 54: 4\n[^]*\nread as \d {2}\(\d+\.\d %\)\n/);
    const probabilities = [...output.matchAll(/^ +\d {2}([01]\.\d{6})/gm)].map((match) => +match[1]);
    assert.equal(probabilities.length, 10);
    assert.ok(Math.abs(probabilities.reduce((sum, p) => sum + p) - 1) < 1e-5);
  });

  test('says which images there are', () => {
    const result = scrawl(show('400'));
    assert.equal(result.status, 1);
    assert.match(result.errors, /no train image 400.*0 to 399/);
  });
});
