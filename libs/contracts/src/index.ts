export type { JsonObject, JsonSchema, JsonValue } from './json';
export { object as objectSchema } from './schema-parts';
export { isUuid } from './ids';
export type { AgentId, AttemptToken, HostId, TaskId, UserId, WorkflowId } from './ids';
export { cloudEventBatchContentType, cloudEventContentType } from './cloud-event';
export type { CloudEvent } from './cloud-event';
export { defineMessage } from './message';
export type { DataOf, MessageKind } from './message';
export { finalTaskStates, isFinalTaskState, taskPhases, taskStates } from './task/task-state';
export type { FinalTaskState, PhaseTimes, TaskPhase, TaskState } from './task/task-state';
export type { TaskError } from './task/task-error';
export { spawnLimits, submitLimits, submitSchema, taskResourcesSchema, versionRangeSchema } from './task/submit';
export type { RateLimit, RetryPolicy, Spawning, Submit, TaskResources } from './task/submit';
export { resultQualitySchema, spawnSchema } from './task/spawn';
export type { ResultQuality, Spawn, SpawnedResult, SpawnTask } from './task/spawn';
export { taskAssigned, taskCanceled, taskFinished, taskProgress } from './task/task-messages';
export type { TaskAssigned, TaskCanceled, TaskFinished, TaskProgress } from './task/task-messages';
export type { HistoryEntry, Task, TaskChildren } from './task/task';
export {
  maxWaitSeconds,
  taskBatchSchema,
  taskCancelSchema,
  tasksCancel,
  tasksCanceled,
  tasksFound,
  tasksGet,
  tasksSubmit,
  taskSubmissionSchema,
  tasksSubmitted,
  workflowsCreate,
  workflowsCreated,
  workflowsStart,
  workflowsStarted,
} from './door/door-messages';
export {
  pauseModes,
  workflowCancelSchema,
  workflowPauseSchema,
  workflowRerunSchema,
  workflowsCancel,
  workflowsGet,
  workflowsPause,
  workflowsRerun,
  workflowsResume,
  workflowsRetry,
  workflowsSignal,
  workflowsState,
  workflowStartSchema,
  workflowTold,
} from './door/workflow-messages';
export type { PauseMode, WorkflowTold } from './door/workflow-messages';
export type { TaskBatch, TaskReferences, TaskSubmission, WorkflowCreate } from './door/door-messages';
export { auctionBid, auctionCall, auctionDeclined } from './auction/auction-messages';
export type { AuctionBid, AuctionCall, AuctionDeclined } from './auction/auction-messages';
export { agentStates } from './agent/agent-state';
export type { AgentState } from './agent/agent-state';
export {
  agentDeregister,
  agentDrain,
  agentHeartbeat,
  agentPing,
  agentPresence,
  agentRegister,
  agentRegistered,
  agentReregister,
  agentsDiscover,
  agentsDiscovered,
  agentUnreachable,
} from './agent/agent-messages';
export type {
  Agent,
  AgentDeregister,
  AgentDrain,
  AgentPing,
  AgentHeartbeat,
  AgentPresence,
  AgentRegister,
  AgentRegistered,
  AgentSeen,
  AgentsDiscover,
  AgentsDiscovered,
  Capability,
} from './agent/agent-messages';
export { agentProcessSpecSchema, hostHeartbeat, hostReply, hostSpawn, hostStop } from './host/host-messages';
export type { AgentProcessSpec, HostedProcess, HostHeartbeat } from './host/host-messages';
export { currentStepLimit, finalWorkflowStates, stepStates, workflowStates } from './workflow/workflow';
export type {
  CurrentStep,
  FinalWorkflowState,
  StepState,
  Workflow,
  WorkflowProgress,
  WorkflowState,
  StepKind,
  WorkflowStep,
} from './workflow/workflow';
export type { Budget, PatternWorkflowDocument, WorkflowDocument } from './workflow/workflow-document';
export { patternNames } from './workflow/pattern-documents';
export type {
  Auction,
  Comparison,
  Consensus,
  Hierarchical,
  NamelessStep,
  Parallel,
  Pattern,
  PatternName,
  Pipeline,
  Sequential,
  Stage,
  StepDocument,
  Swarm,
} from './workflow/pattern-documents';
export type { SubWorkflowStep, TaskStep, TaskTerms, Wait, WaitStep } from './workflow/step-document';
export {
  brainHint,
  requestFailed,
  taskEnded,
  workflowChanged,
  workflowProgressed,
  workflowStepChanged,
} from './system/system-messages';
export type {
  BrainHint,
  QueuedHint,
  TaskEnded,
  WorkflowChanged,
  WorkflowProgressed,
  WorkflowStepChanged,
} from './system/system-messages';
export {
  errorCodes,
  LeaseLostError,
  MeshError,
  NotFoundError,
  StateConflictError,
  ValidationError,
} from './errors/mesh-error';
export type { ErrorCode, FieldFault, Recovery } from './errors/mesh-error';
export type { Problem } from './errors/problem';
export { addressPattern } from './channel/address';
export type { Address } from './channel/address';
export {
  channelCreate,
  channelCreated,
  channelDelete,
  channelDeleted,
  channelJoin,
  channelJoined,
  channelLeave,
  channelLeft,
  channelsList,
  channelsListed,
  membershipsList,
  membershipsListed,
} from './channel/channel-messages';
export type {
  Channel,
  ChannelCreate,
  ChannelJoin,
  ChannelLeave,
  ChannelTypes,
  Membership,
  MembershipsList,
} from './channel/channel-messages';
export {
  mailboxClose,
  mailboxClosed,
  mailboxOpen,
  mailboxOpened,
  messageReceipt,
  receiptOutcomes,
} from './channel/mailbox-messages';
export type { Mailbox, MailboxClose, MessageReceipt, ReceiptOutcome } from './channel/mailbox-messages';
export { tolerant } from './tolerant';
