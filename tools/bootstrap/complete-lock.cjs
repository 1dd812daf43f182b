'use strict';
/**
 * Adds to package-lock.json the optional platform packages npm left out because the registry at hand does not serve
 * them; without their entries `npm ci` refuses the lock on every machine. Run it after each `npm install`.
 */
const fs = require('node:fs');
const path = require('node:path');

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'openbsd', 'netbsd', 'android', 'sunos', 'aix', 'openharmony'];
const processors = [
  'arm64',
  'x64',
  'ia32',
  'arm',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'mipsel',
  'ppc',
  'wasm32',
];

/** Reads os, cpu and libc from a platform package's name, such as @swc/core-linux-arm-gnueabihf. */
function platformOf(name) {
  const words = name.split('/').pop().split(/[-.]/);
  if (words.some((word) => word.startsWith('wasm32') || word === 'wasi')) return { os: ['none'], cpu: ['wasm32'] };
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(os === 'linux' && libc && { libc: [libc] }) };
}

/** Node's own look-up: the nearest node_modules folder above the package that has the name. */
function isLocked(packages, from, name) {
  for (let at = from; ;) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
    const cut = at.lastIndexOf('/node_modules/');
    at = cut < 0 ? '' : at.slice(0, cut);
  }
}

/** Every optional dependency without an entry: `[{ name, version, dev }]`. */
function missingOptional(lock) {
  const missing = new Map();
  for (const [at, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies || {})) {
      if (!isLocked(lock.packages, at, name)) missing.set(name, { name, version, dev: Boolean(entry.dev) });
    }
  }
  return [...missing.values()];
}

function complete(lock) {
  const missing = missingOptional(lock);
  for (const { name, version, dev } of missing) {
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[~^=>]+/, ''),
      ...(dev && { dev }),
      optional: true,
      ...platformOf(name),
    };
  }
  const order = Object.keys(lock.packages).sort((a, b) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(order.map((key) => [key, lock.packages[key]]));
  return missing;
}

if (require.main === module) {
  const file = path.resolve(__dirname, '..', '..', 'package-lock.json');
  const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
  const added = complete(lock);
  if (added.length > 0) fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`package-lock.json: ${added.length} optional platform packages added\n`);
}

module.exports = { complete, missingOptional, platformOf };
