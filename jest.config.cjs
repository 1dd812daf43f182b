/**
 * unit: pure, no network. integration: one adapter against the real broker or database.
 * e2e: real processes. Nest 12 and some of its friends are ESM only and Jest on Node 20
 * cannot require ESM, so those packages are compiled to CommonJS like our own sources.
 */
const typescript = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];
const javascript = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' }, module: { type: 'commonjs' } },
];
const esmPackages = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  '@tokenizer',
  'uint8array-extras',
  '@borewit',
  'cookie',
  'jose',
  'content-disposition',
  '@seriousme',
  'uuid',
  'marked',
  'd3-[a-z-]+',
  'internmap',
  'delaunator',
  'robust-predicates',
  'stemmer',
  'entities',
];
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: { '^.+\\.ts$': typescript, '/node_modules/.+\\.m?js$': javascript },
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(?:${esmPackages.join('|')})/)`],
  moduleNameMapper: {
    '^@baton/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@baton/bus/nest$': '<rootDir>/libs/bus/src/nest/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.baton'],
};

module.exports = {
  /** Only with --coverage, as `npm test` and `npm run verify` run the units; it prints what is missing and leaves no files. */
  collectCoverageFrom: [
    'libs/engine/src/**/*.ts',
    '!**/*.{spec,fixture}.ts',
    '!libs/engine/src/workflow/run/play-run.ts',
  ],
  coverageThreshold: { global: { branches: 100 } },
  coverageReporters: [['text', { skipFull: true }]],
  projects: [
    { ...shared, displayName: 'unit', testRegex: '(?<!\\.(?:int|e2e))\\.spec\\.ts$' },
    {
      ...shared,
      displayName: 'integration',
      testRegex: '\\.int\\.spec\\.ts$',
      globalSetup: '<rootDir>/tools/test/jest-setup.cjs',
      globalTeardown: '<rootDir>/tools/test/jest-teardown.cjs',
    },
    { ...shared, displayName: 'e2e', testRegex: '\\.e2e\\.spec\\.ts$' },
  ],
};
