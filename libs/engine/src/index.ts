export { isTaskTransition, taskTransitions } from './task/task-transitions';
export { defaultRetryPolicy, retryDelayMs } from './task/retry-delay';
export { afterAttempt } from './task/attempt-end';
export { spawnFault } from './task/spawn-limits';
export type { Spawner } from './task/spawn-limits';
export { RetryBudgets } from './task/retry-budget';
export type { AfterAttempt, AttemptEnd, AttemptFacts, RequeueReason } from './task/attempt-end';
export { PRIORITY_STEP_MS, taskRank } from './task/task-rank';
export { Scheduler } from './scheduling/scheduler';
export { biddersFor } from './scheduling/bidders';
export type { Assignment, Degraded, Obstacle, Plan, Reroute } from './scheduling/scheduler';
export type { InFlightLimits } from './scheduling/in-flight-book';
export { newestInRange, parseRange } from './scheduling/version-range';
export type { Choice } from './scheduling/agent-choice';
export type { AgentOffer, AgentSlots } from './scheduling/agent-offer';
export type { Holding, ReadyTask } from './scheduling/ready-queue';
export type { SpreadBook } from './scheduling/spread-book';
export { ReadyWindow } from './scheduling/ready-window';
export { strategyNames } from './scheduling/strategies/strategies';
export type { StrategyName } from './scheduling/strategies/strategies';
export { breakerStates } from './breaker/circuit-breaker';
export type { BreakerMove, BreakerState } from './breaker/circuit-breaker';
export { attemptVerdict } from './performance/attempt-verdict';
export type { Verdict } from './performance/attempt-verdict';
export { addCounts, countDuration, durationQuantile } from './performance/duration-histogram';
export type { HistorySeed } from './performance/route-history';
export { healthScore } from './health/health-score';
export type { HealthFacts } from './health/health-score';
export { agentPath, agentTransitions, isAgentTransition } from './supervision/agent-transitions';
export { defaultRestartPolicy, planRestart } from './supervision/plan-restart';
export type { RestartHistory, RestartPlan, RestartPolicy } from './supervision/plan-restart';
export { startOrder } from './supervision/start-order';
export type { Dependent, StartOrder } from './supervision/start-order';
export {
  actionFlaw,
  actionStates,
  advance,
  capabilitiesIn,
  compileWorkflow,
  countedProgress,
  createRun,
  definitionsIn,
  diagnose,
  documentLimits,
  executions,
  expressionLimits,
  forecast,
  forecastOf,
  hasFailed,
  isActive,
  isEnded,
  issueCodes,
  keptOutput,
  mustGoOn,
  outputSoFar,
  plainKey,
  planOfRun,
  playsOf,
  progress,
  recommend,
  restoreRun,
  resultsOfRun,
  severities,
  simulate,
  spentOf,
  unitsOf,
  withEstimate,
  workflowDocumentSchema,
} from './workflow';
export type {
  Bid,
  BidsEvent,
  Body,
  CompiledWorkflow,
  DiagnosisFacts,
  DurationStats,
  Forecast,
  ForecastKnowledge,
  ForecastPlan,
  Frame,
  GraphNode,
  Group,
  Holder,
  Issue,
  MeshKnowledge,
  Recommendation,
  RecommendationKnowledge,
  RunEstimate,
  RunHead,
  RunNote,
  RunTask,
  RunTransition,
  SavedSpent,
  Signal,
  SlotHolder,
  StepGraph,
  StoredDefinition,
  TaskAttempt,
  TaskEndedEvent,
  Unit,
  UnitMemo,
  UnitRow,
  WaitReason,
  WorkflowAction,
  WorkflowCommand,
  WorkflowDecision,
  WorkflowEvent,
  WorkflowGraph,
  WorkflowResults,
  WorkflowRun,
} from './workflow';
export { judgeSender } from './senders/judge-sender';
export type { SenderVerdict, Services } from './senders/judge-sender';
export { chanceFrom } from './scheduling/chance';
