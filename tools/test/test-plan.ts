/** Jest's projects, in the order they run: the quick ones first. */
const projects = ['unit', 'integration', 'e2e'] as const;
export type Project = (typeof projects)[number];

export interface TestPlan {
  projects: Project[];
  /** Handed to Jest as they are: path patterns and options. */
  jestArguments: string[];
}

/** `npm test -- unit libs/bus -t name`: names of projects select projects, the rest is Jest's. */
export function planTests(args: readonly string[]): TestPlan {
  const isProject = (arg: string): arg is Project => projects.some((project) => project === arg);
  const chosen = args.filter(isProject);
  return {
    projects: projects.filter((project) => chosen.length === 0 || chosen.includes(project)),
    jestArguments: args.filter((arg) => !isProject(arg)),
  };
}

/** Real processes and kill -9 need the machine to themselves. */
const workers: Record<Project, readonly string[]> = { unit: [], integration: ['--maxWorkers=2'], e2e: ['--runInBand'] };

/** What a project is run with. The coverage that must be is that of all units: a part of them is not measured by it. */
export function optionsOf(project: Project, jestArguments: readonly string[]): string[] {
  const isWhole = project === 'unit' && jestArguments.length === 0;
  return [...workers[project], ...(isWhole ? ['--coverage'] : []), ...jestArguments];
}

/** What counts in Jest's JSON report. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}

export interface Count {
  passed: number;
  failed: number;
}

/**
 * A file that could not be run counts as one failure, and so does a run that reports none but ends in error, such as a
 * set-up or tear-down that failed.
 */
export function countTests(report: JestReport | undefined, exitCode: number): Count {
  const passed = report?.numPassedTests ?? 0;
  const failed = report ? report.numFailedTests + report.numRuntimeErrorTestSuites : 0;
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
