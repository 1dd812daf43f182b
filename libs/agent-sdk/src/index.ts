export { Capability } from './capability/capability';
export type { AnyCapability, CapabilityExtras } from './capability/capability';
export type { Bid, BidRequest } from './bids/bid';
export type { TaskContext } from './capability/task-context';
export type { SpawnOptions, Subtask } from './capability/subtasks';
export { TaskFailure } from './capability/task-failure';
export { AttemptAborted } from './runner/task-run';
export type { AgentOptions } from './agent-options';
export { runAgent } from './run-agent';
export { Messages } from './messages/messages';
export type { MessageReceiver, MessageSource } from './messages/message-receiver';
export { defineMessage } from '@baton/contracts';
export type { Address, CloudEvent, DataOf, MessageKind, ResultQuality, SpawnedResult } from '@baton/contracts';
export {
  BrokerUnavailableError,
  MessageInvalidError,
  onMessage,
  outgoing,
  RecipientFullError,
  RequestFailedError,
  RequestTimeoutError,
  UnroutableError,
} from '@baton/bus';
export type {
  Heard,
  JoinOptions,
  MessageHandler,
  Outgoing,
  Received,
  Sender,
  SendOptions,
  SubscribeOptions,
} from '@baton/bus';
export { MeshClient } from './client/mesh-client';
export type { MeshClientOptions } from './client/mesh-client';
export type { WatchedStep } from './client/step-book';
export type { Watch, WorkflowCallbacks } from './client/workflow-watch';
