export { Database, SCHEMA } from './database';
export type { DatabaseOptions } from './database';
export { DatabaseUnavailableError, isTransient } from './database-errors';
export { migrate } from './migrate';
export { statement } from './sql';
export type { Sql, Statement } from './sql';
export { giveUpBrainLease, renewBrainLease, takeBrainLease } from './leases/brain-lease';
export { readTaskOptions, writeTaskOptions } from './tasks/task-options';
export type { TaskOptions } from './tasks/task-options';
export { findTasksByIdempotencyKey, insertTasks } from './tasks/insert-tasks';
export type { KeyedTask, NewTask } from './tasks/insert-tasks';
export type { HeldAttempt } from './tasks/attempt-row';
export { claimTasks } from './tasks/claim-tasks';
export type { Claim, ClaimedAttempt } from './tasks/claim-tasks';
export { auditStaleResults, recordAttempts } from './tasks/record-attempts';
export type { AttemptRecord, StaleResult } from './tasks/record-attempts';
export { moveAttempts, startAttempts } from './tasks/progress-attempts';
export type { AttemptProgress } from './tasks/progress-attempts';
export {
  loadQueuedCapabilities,
  loadReadyTasks,
  loadReadyTasksById,
  promoteScheduledTasks,
  untilNextDueMs,
  wakeBackedOffTasks,
} from './tasks/ready-tasks';
export type { ReadyRow } from './tasks/ready-tasks';
export { findEndedAttempts, loadHeldAttempts } from './tasks/held-attempts';
export { cancelTasks, expireTasks, retryTask } from './tasks/control-tasks';
export type { CanceledTask, ExpiredTask } from './tasks/control-tasks';
export { AgentLimitReachedError } from './agents/agent-errors';
export { saveAgentLoads } from './agents/agent-load';
export type { AgentLoad } from './agents/agent-load';
export { agentHistory, getAgent, listAgents, loadPresentAgents } from './agents/agent-queries';
export type { AgentFilter, AgentPage } from './agents/agent-queries';
export { loadCapabilities } from './agents/capability-index';
export type { KnownCapability } from './agents/capability-index';
export { insertCreatedAgent, markDraining } from './agents/create-agent';
export type { NewAgent } from './agents/create-agent';
export { endUnstartedAgents, terminateAgent } from './agents/end-agent';
export type { EndOfAgent, EndReason } from './agents/end-agent';
export { moveAgent } from './agents/move-agent';
export { registerAgent } from './agents/register-agent';
export type { Registration } from './agents/register-agent';
