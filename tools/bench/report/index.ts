export { describeMachine, type Machine, machineTicks } from './machine';
export { makeReport, renderReport, type Report, type ScenarioRuns } from './report';
export { type Reading, type RunOutcome } from './series';
export { percentile } from './statistics';
export { formatNumber, renderTable } from './table';
