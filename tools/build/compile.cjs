'use strict';
/** node tools/build/compile.cjs <outDir> <name>=<source>…: compiles all entries with one compiler, ends 1 with the errors. */
const { rspack } = require('@rspack/core');
const { configuration } = require('../../rspack.config.cjs');

const [outDir, ...pairs] = process.argv.slice(2);
const entries = Object.fromEntries(pairs.map((pair) => pair.split('=')));

rspack(configuration(entries, outDir)).run((error, stats) => {
  if (!error && !stats.hasErrors()) return;
  process.stderr.write(error ? `${error.stack}\n` : `${stats.toString({ preset: 'errors-only', colors: false })}\n`);
  process.exitCode = 1;
});
