'use strict';
/** Makes node_modules match package-lock.json. Plain CommonJS without dependencies: nothing is installed yet. */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { lock } = require('./lock-file.cjs');

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** True when every package the lock requires stands in npm's own record of what is installed. */
function installedMatches(lockFile, recordFile) {
  if (!fs.existsSync(recordFile)) return false;
  const wanted = readJson(lockFile).packages;
  const installed = readJson(recordFile).packages || {};
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || (installed[name] && installed[name].version === entry.version),
  );
}

function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && /^npm(-cli)?\.c?js$/.test(path.basename(running))) return [process.execPath, [running]];
  return ['npm', []];
}

/** Runs `npm ci`; signals that reach this process end it too. Rejects with npm's own last lines. */
function npmCi(root) {
  const [command, prefix] = npmCommand();
  // A user's npmrc or NODE_ENV may leave out dev or optional packages; the mesh is built and run with both.
  const args = [...prefix, 'ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    const collect = (chunk) => (tail = (tail + chunk).slice(-4000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const stop = (signal) => {
      child.kill(signal);
      process.exit(1);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    child.once('error', (error) =>
      reject(new Error(`npm could not be started: ${error.message}. Install npm 10 or newer.`)),
    );
    child.once('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (code === 0) return resolve();
      reject(
        new Error(
          `npm ci ended with code ${code}:\n${tail.trim()}\nCheck the network and the registry, then run the command again.`,
        ),
      );
    });
  });
}

/** Installs only when needed; a second process started meanwhile waits for the first instead of installing too. */
async function ensureInstalled(root, progress) {
  const lockFile = path.join(root, 'package-lock.json');
  const stamp = path.join(root, 'node_modules', '.baton-lock-hash');
  const record = path.join(root, 'node_modules', '.package-lock.json');
  const hash = crypto.createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex');
  const fresh = () => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash;
  if (fresh()) return;
  const release = await lock(path.join(root, '.baton', 'install.lock'), (pid) =>
    progress(`process ${pid} is installing the packages, waiting for it`),
  );
  try {
    if (fresh()) return;
    if (!installedMatches(lockFile, record)) {
      progress('installing the packages of package-lock.json (npm ci), once per clone, about a minute');
      await npmCi(root);
    }
    fs.writeFileSync(stamp, hash);
  } finally {
    release();
  }
}

module.exports = { ensureInstalled, installedMatches };
