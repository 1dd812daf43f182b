import { countTests, optionsOf, planTests, type Project } from './test-plan';

test.each([
  [[], { projects: ['unit', 'integration', 'e2e'], jestArguments: [] }],
  [['e2e', 'unit'], { projects: ['unit', 'e2e'], jestArguments: [] }],
  [
    ['libs/bus', '-t', 'confirms'],
    { projects: ['unit', 'integration', 'e2e'], jestArguments: ['libs/bus', '-t', 'confirms'] },
  ],
  [['integration', 'libs/bus'], { projects: ['integration'], jestArguments: ['libs/bus'] }],
])('%j selects %j', (args, plan) => expect(planTests(args)).toEqual(plan));

test.each<[Project, string[], string[]]>([
  ['unit', [], ['--coverage']],
  ['unit', ['libs/bus'], ['libs/bus']],
  ['e2e', [], ['--runInBand']],
  ['integration', ['-t', 'confirms'], ['--maxWorkers=2', '-t', 'confirms']],
])('%s with %j runs with %j: only all units together are held to their coverage', (project, args, options) =>
  expect(optionsOf(project, args)).toEqual(options),
);

const report = (passed: number, failed: number, broken: number) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numRuntimeErrorTestSuites: broken,
});

test.each([
  ['all passed', report(3, 0, 0), 0, { passed: 3, failed: 0 }],
  ['a file that does not compile is a failure', report(3, 0, 1), 1, { passed: 3, failed: 1 }],
  ['failed tests are not counted twice', report(3, 2, 0), 1, { passed: 3, failed: 2 }],
  ['a tear-down that failed is a failure', report(3, 0, 0), 1, { passed: 3, failed: 1 }],
  ['coverage that is missing is a failure', report(3, 0, 0), 1, { passed: 3, failed: 1 }],
  ['a run that died without a report is a failure', undefined, 1, { passed: 0, failed: 1 }],
])('%s', (_rule, found, code, count) => expect(countTests(found, code)).toEqual(count));
