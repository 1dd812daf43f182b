'use strict';
/**
 * node tools/bootstrap/run.cjs <entry.ts> [arguments]: runs a TypeScript entry in this very process, in a clone
 * where nothing but Node is installed. Signals sent to this process reach the entry.
 */
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const fail = (message) => {
  process.stderr.write(`baton: ${message}\n`);
  process.exit(1);
};

const version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  fail(
    `Node ${process.versions.node} is too old. Install Node 20.19 or newer (https://nodejs.org), then run the command again.`,
  );
}

async function run(entry, args) {
  if (!entry) throw new Error('which file? Use: node tools/bootstrap/run.cjs <entry.ts> [arguments]');
  const { ensureInstalled } = require('./install.cjs');
  await ensureInstalled(root, (line) => process.stderr.write(`baton: ${line}\n`));
  // The compiler looks for tsconfig.json in the working directory, which is the caller's and may be elsewhere.
  process.env.TS_NODE_PROJECT = path.join(root, 'tsconfig.json');
  require('@swc-node/register');
  delete process.env.TS_NODE_PROJECT;
  const file = path.resolve(root, entry);
  process.argv = [process.argv[0], file, ...args];
  require(file);
}

run(process.argv[2], process.argv.slice(3)).catch((error) => fail(error.message));
