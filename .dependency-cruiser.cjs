/** The borders of the house. See docs/architecture.md, "The rooms". */
const lib = (name) => `^libs/${name}/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const tests = '\\.spec\\.ts$';

module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle means two rooms are one.', {}, { circular: true }),
    forbid(
      'contracts-stand-alone',
      'Contracts import no other library.',
      { path: lib('contracts') },
      { path: '^(libs|apps)/(?!contracts/)' },
    ),
    forbid(
      'flow-stands-alone',
      'Flow imports no other library.',
      { path: lib('flow'), pathNot: tests },
      { path: '^(libs|apps)/(?!flow/)' },
    ),
    forbid(
      'engine-knows-contracts-only',
      'Decisions know contracts only.',
      { path: lib('engine') },
      { path: '^(libs|apps)/(?!(engine|contracts)/)' },
    ),
    {
      ...forbid(
        'pure-rooms',
        'Contracts and engine reach no framework, database, broker or logger, even through another file.',
        { path: '^libs/(contracts|engine)/', pathNot: tests },
        { path: 'node_modules/(@nestjs|pg|typeorm|pino|amqplib)/', reachable: true },
      ),
    },
    forbid(
      'bus-and-persistence-are-strangers',
      'Wire and truth do not know each other.',
      { path: lib('bus') },
      { path: lib('persistence') },
    ),
    forbid(
      'persistence-and-bus-are-strangers',
      'Wire and truth do not know each other.',
      { path: lib('persistence') },
      { path: lib('bus') },
    ),
    forbid(
      'agents-have-no-database',
      'Agents speak through the SDK.',
      { path: '^apps/[a-z]+-agent/', pathNot: tests },
      { path: '^libs/(?!(agent-sdk|contracts|observability)/)' },
    ),
    forbid(
      'sdk-has-no-database',
      'The SDK knows the bus, not the database.',
      { path: lib('agent-sdk'), pathNot: tests },
      { path: '^libs/(persistence|engine)/' },
    ),
    forbid('libs-never-import-apps', 'Libraries do not know who uses them.', { path: '^libs/' }, { path: '^apps/' }),
    forbid('apps-are-strangers', 'Apps talk over the wire.', { path: '^apps/([^/]+)/' }, { path: '^apps/(?!$1/)' }),
    forbid(
      'libs-by-their-index',
      'A library is entered by its index.',
      { path: '^(apps|libs|tools|test)/', pathNot: '^libs/([^/]+)/' },
      { path: '^libs/[^/]+/src/(?!(nest/)?index\\.ts)' },
    ),
    forbid(
      'libs-by-their-index-among-libs',
      'A library is entered by its index.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/(?!$1/)[^/]+/src/(?!(nest/)?index\\.ts)' },
    ),
    forbid(
      'testing-stays-in-tests',
      'Test tools are for tests.',
      { path: '^(apps|libs)/', pathNot: '(\\.spec\\.ts$|^libs/testing/|^(apps|libs)/[^/]+/test/)' },
      { path: lib('testing') },
    ),
    forbid(
      'fixtures-stay-in-tests',
      'What a test folder holds is for tests.',
      { path: '^(apps|libs)/[^/]+/src/', pathNot: tests },
      { path: '^(apps|libs)/[^/]+/test/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(^dist/|^\\.baton/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
