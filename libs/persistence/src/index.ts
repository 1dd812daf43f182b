export { Database, SCHEMA } from './database';
export type { DatabaseOptions } from './database';
export { DatabaseUnavailableError, isRefusal, isTransient } from './database-errors';
export { migrate } from './migrate';
export { keyed, statement } from './sql';
export type { Sql, Statement } from './sql';
export { giveUpBrainLease, renewBrainLease, takeBrainLease } from './leases/brain-lease';
export { readTaskOptions, writeTaskOptions } from './tasks/task-options';
export type { TaskOptions } from './tasks/task-options';
export { findTasksByIdempotencyKey, insertTasks } from './tasks/insert-tasks';
export type { InsertedTasks, KeyedTask, NewTask } from './tasks/insert-tasks';
export { insertAssignedTasks } from './tasks/insert-assigned';
export type { FirstAttempt } from './tasks/insert-assigned';
export type { HeldAttempt } from './tasks/attempt-row';
export { analyzeTasks } from './tasks/analyze-tasks';
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
export { rerouteTasks } from './tasks/reroute-tasks';
export type { TaskReroute } from './tasks/reroute-tasks';
export { loadLanedTasks, loadOptionalTasks, loadReadyTasksBeyond, loadRecentStarts } from './tasks/laned-tasks';
export type { RecentStart } from './tasks/laned-tasks';
export { loadSpreadNames } from './tasks/spread-names';
export type { SpreadName } from './tasks/spread-names';
export { findGoneAgents, findTasksOfGoneAgents, rejectTasks } from './tasks/reject-tasks';
export type { RejectedTask, Rejection } from './tasks/reject-tasks';
export { findEndedAttempts, loadHeldAttempts } from './tasks/held-attempts';
export { cancelTasks, expireTasks, retryTask } from './tasks/control-tasks';
export type { CanceledTask, ExpiredTask } from './tasks/control-tasks';
export { AgentLimitReachedError, AgentOwnedError } from './agents/agent-errors';
export { saveAgentLoads } from './agents/agent-load';
export type { AgentLoad } from './agents/agent-load';
export {
  agentHistory,
  amqpUserOf,
  getAgent,
  listAgents,
  loadPresentAgents,
  presentAgentNames,
} from './agents/agent-queries';
export type { AgentFilter, AgentPage } from './agents/agent-queries';
export { agentNames } from './agents/agent-names';
export { loadCapabilities } from './agents/capability-index';
export type { KnownCapability } from './agents/capability-index';
export { insertCreatedAgent, markDraining } from './agents/create-agent';
export type { NewAgent } from './agents/create-agent';
export { endUnstartedAgents, terminateAgent } from './agents/end-agent';
export type { EndOfAgent, EndReason } from './agents/end-agent';
export { moveAgent } from './agents/move-agent';
export { registerAgent } from './agents/register-agent';
export type { Admission, Registration } from './agents/register-agent';
export { UserAccounts } from './accounts/user-accounts';
export type { UserAccount } from './accounts/user-accounts';
export { RefreshTokens } from './accounts/refresh-tokens';
export type { NewRefreshToken, Rotation } from './accounts/refresh-tokens';
export { SigningKeys } from './accounts/signing-keys';
export type { SigningKey } from './accounts/signing-keys';
export { insertSpawned } from './spawned/insert-spawned';
export type { SpawnedBatch } from './spawned/insert-spawned';
export { loadLineages } from './spawned/load-lineages';
export type { Lineage } from './spawned/load-lineages';
export { findAwaited, loadSpawnedResults, loadTreeTotals } from './spawned/spawned-results';
export type { SpawnedResults, TreeTotals } from './spawned/spawned-results';
export { cancelOrphans, wakeAllParents, wakeParents } from './spawned/wake-parents';
export { toTask, toTaskJson } from './task-queries/task-row';
export type { TaskRow } from './task-queries/task-row';
export { newTaskRow } from './task-queries/new-task-row';
export { getTaskRows, listTaskRows } from './task-queries/read-tasks';
export type { TaskFilter } from './task-queries/read-tasks';
export { agentFigures, capabilityFigures, countOpenTasks, queueDepths } from './task-queries/task-figures';
export type { AgentFigures, CapabilityFigures } from './task-queries/task-figures';
export type { AuditRow } from './history/audit-row';
export { readHistory } from './history/subject-history';
export { readAuditPage } from './history/audit-pages';
export type { AuditFilter, AuditPosition, AuditRange } from './history/audit-pages';
export { feedEnd, readFeed } from './history/event-tail';
export type { FeedEntry, FeedPage, FeedPosition } from './history/event-tail';
export {
  agentStatesNow,
  countOpenWorkflows,
  lostCriticalAgents,
  probeDatabase,
  readBrainLease,
} from './status/mesh-status';
export type { AgentCount, BrainLease } from './status/mesh-status';
export { auditMeshAction } from './history/audit-action';
export { workflowsOfTasks } from './history/task-workflows';
export type { TaskPlace } from './history/task-workflows';
export {
  definitionNames,
  insertDefinition,
  listDefinitions,
  listDefinitionVersions,
  loadDefinitions,
} from './workflows/definitions';
export type { DefinitionKey, DefinitionRow } from './workflows/definitions';
export { nextTimedRuns } from './workflows/due-runs';
export type { TimedRun } from './workflows/due-runs';
export { insertWorkflow } from './workflows/insert-workflow';
export type { NewWorkflow } from './workflows/insert-workflow';
export { listWorkflowRows } from './workflows/list-workflows';
export type { WorkflowFilter, WorkflowListRow } from './workflows/list-workflows';
export {
  loadBareStepRows,
  loadStepOutputs,
  loadWorkflowRows,
  loadWorkflowState,
  loadWorkflowStepRows,
} from './workflows/load-workflows';
export type { WorkflowRow, WorkflowStepRow } from './workflows/load-workflows';
export { removeSteps, saveRuns, saveSteps } from './workflows/save-workflows';
export type { RemovedStep, SavedMove, SavedRun, SavedStep } from './workflows/save-workflows';
export { findStartableRuns } from './workflows/startable-runs';
export { askedUnder, askWorkflow, isRequestWaiting, takeRequests } from './workflows/workflow-inbox';
export type { EndOfTask, RequestKey, TakenRequest, WorkflowRequest } from './workflows/workflow-inbox';
export { slotHolders, usualStepDurations } from './workflows/step-durations';
export { loadRunTasks } from './workflows/workflow-spans';
export { checkInvariants } from './invariants/check-invariants';
export type { InvariantReport } from './invariants/check-invariants';
export type { Violation } from './invariants/rule';
export { failWorkflow } from './workflows/fail-workflow';
export { ensureAuditPartitions } from './history/audit-partitions';
export { forgetMetrics, metricsWidths, saveMetrics } from './metrics/save-metrics';
export type { MetricsDelta, MetricsWidth } from './metrics/save-metrics';
export {
  loadMetricsSeeds,
  readAvailability,
  readMetricsHistory,
  readRecentMetrics,
  readSuccessRates,
} from './metrics/read-metrics';
export type { MetricsBucket, MetricsFigures, MetricsSeed } from './metrics/read-metrics';
export { forgetBreakers, loadBreakers, saveBreakerMoves } from './metrics/breakers';
export type { BreakerRow, SavedBreakerMove } from './metrics/breakers';
export { insertDeadLetters } from './dead-letters/insert-dead-letters';
export type { NewDeadLetter } from './dead-letters/insert-dead-letters';
export type { DeadLetterFilter, DeadLetterRow, FullDeadLetterRow } from './dead-letters/dead-letter-row';
export { countDeadLetters, getDeadLetter, listDeadLetters } from './dead-letters/read-dead-letters';
export { loadDeadLetters, pickDeadLetters } from './dead-letters/pick-dead-letters';
export { markReplayed } from './dead-letters/replay-dead-letters';
export type { DeadLetterReplay } from './dead-letters/replay-dead-letters';
export { purgeDeadLetters, purgeDeadLettersBy } from './dead-letters/purge-dead-letters';
export { pruneDeadLetters } from './dead-letters/prune-dead-letters';
export type { DeadLetterLimits } from './dead-letters/prune-dead-letters';
export { channelLimits, createChannel, deleteChannel } from './channels/change-channels';
export type { FormerMembers } from './channels/change-channels';
export { joinChannel, leaveChannel } from './channels/change-memberships';
export type { Joined, Joining } from './channels/change-memberships';
export { closeMailbox, openMailbox } from './channels/change-mailboxes';
export { openMailboxesOf } from './channels/open-mailboxes';
export { ownerOfName } from './channels/name-owners';
export { forgetLeftovers, readMailboxPlans, readMailboxPlansOf } from './channels/mailbox-plans';
export type { MailboxLeftover, MailboxPlan } from './channels/mailbox-plans';
export { getChannel, listChannels, listMailboxes, listMembers, membershipsOf } from './channels/read-channels';
export type { NamePage } from './channels/read-channels';
export { deleteWebhook, disableWebhook, enableWebhook, insertWebhook } from './webhooks/change-webhooks';
export type { NewWebhook } from './webhooks/change-webhooks';
export { enabledWebhooks, getWebhook, listDeliveries, listWebhooks, waitingDeliveries } from './webhooks/read-webhooks';
export {
  addDeliveries,
  dueDeliveries,
  hastenDeliveries,
  pruneDeliveries,
  recordDelivery,
  redeliver,
} from './webhooks/send-deliveries';
export type { DeliveryOutcome, DueDelivery, NewDelivery } from './webhooks/send-deliveries';
export { deliveryStates } from './webhooks/webhook-row';
export type { DeliveryRow, DeliveryState, WebhookRow } from './webhooks/webhook-row';
export { readProgress, saveEstimates } from './workflows/workflow-progress';
export type { ProgressRow } from './workflows/workflow-progress';
export { usualChildren, workDurations } from './workflows/workflow-history';
export type { WorkDurations } from './workflows/workflow-history';
