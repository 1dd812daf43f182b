export { resultsOfRun } from './results-of-run';
export type { WorkflowResults } from './results-of-run';
export type { RunTask, TaskAttempt } from './run-task';
