'use strict';
/**
 * One file per app in dist/apps/<app>/main.js: the app and the libraries it uses; npm packages stay outside.
 * `nest build <app>` calls this with its defaults; tools/build compiles all apps at once with `configuration`.
 * Types are not checked here: `npm run types` does that for the whole tree.
 */
const path = require('node:path');

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
};

const isOurs = (request) => /^(\.|\/|@baton\/)/.test(request) || path.isAbsolute(request);

/** `entries`: name to source file; every name becomes `<name>.js` in `outDir`. */
function configuration(entries, outDir = path.join(__dirname, 'dist')) {
  return {
    context: __dirname,
    mode: 'none',
    target: 'node20',
    devtool: 'source-map',
    entry: entries,
    output: {
      path: outDir,
      filename: '[name].js',
      library: { type: 'commonjs2' },
      devtoolModuleFilenameTemplate: '[absolute-resource-path]',
    },
    node: { __dirname: false, __filename: false },
    resolve: { extensions: ['.ts', '.js', '.cjs'], tsConfig: path.join(__dirname, 'tsconfig.json') },
    externals: [({ request }, callback) => (isOurs(request) ? callback() : callback(null, `commonjs ${request}`))],
    module: { rules: [{ test: /\.ts$/, loader: 'builtin:swc-loader', options: swc, type: 'javascript/auto' }] },
    plugins: [],
    ignoreWarnings: [],
  };
}

/** The Nest CLI's way in: its defaults name the entry and the output file of one app. */
module.exports = ({ entry, output }) => configuration({ [output.filename.replace(/\.js$/, '')]: entry });
module.exports.configuration = configuration;
