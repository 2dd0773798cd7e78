// Installs what the peers need into a folder, at the versions of versions.json, unless it is there already.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../measurements.mjs';
import { versionOf } from './peer.mjs';

/** @type {{ python: Record<string, string>, npm: Record<string, string> }} */
const VERSIONS = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

/** Prints the versions that Python finds of the packages named as its arguments, as JSON. */
const LIST_VERSIONS = `
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))`;

/** @param {string} folder */
export function pythonIn(folder) {
    return join(folder, 'venv', 'bin', 'python');
}

/** @param {Record<string, string>} wanted @param {(name: string) => string | undefined} found */
function missing(wanted, found) {
    return Object.entries(wanted).filter(([name, version]) => found(name)?.split('+')[0] !== version);
}

/** @param {string} folder */
async function installPython(folder) {
    const python = pythonIn(folder);
    if (!existsSync(python)) await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    const { output } = await run(python, ['-c', LIST_VERSIONS, ...Object.keys(VERSIONS.python)]);
    const found = JSON.parse(output);
    for (const [name, version] of missing(VERSIONS.python, (wanted) => found[wanted])) {
        console.log(`Installing ${name} ${version}`);
        const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
        await attempt(() => run(python, [...options, `${name}==${version}`]));
    }
}

/** @param {string} folder */
async function installNpm(folder) {
    const found = (name) => {
        try {
            return versionOf(folder, name);
        } catch {
            return undefined;
        }
    };
    const packages = missing(VERSIONS.npm, found).map(([name, version]) => `${name}@${version}`);
    if (packages.length === 0) return;
    console.log(`Installing ${packages.join(', ')}`);
    const options = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
    await run('npm', [...options, ...packages]);
}

/** Its script downloads native TensorFlow from a host that not everybody reaches. @param {string} folder */
async function installTfjsNode(folder) {
    const place = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    if (existsSync(join(place, 'lib'))) return;
    console.log('Installing the native library of @tensorflow/tfjs-node');
    await run('npm', ['rebuild', '--prefix', folder, '@tensorflow/tfjs-node']);
}

/** A peer that can't be had must not keep the others away. */
async function attempt(task) {
    try {
        await task();
    } catch (error) {
        console.log(`Left out: ${error.message}`);
    }
}

/** @param {string} folder is made when missing */
export async function installPeers(folder) {
    mkdirSync(folder, { recursive: true });
    await attempt(() => installPython(folder));
    await attempt(() => installNpm(folder));
    await attempt(() => installTfjsNode(folder));
}
