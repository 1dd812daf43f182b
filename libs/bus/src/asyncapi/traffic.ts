import {
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
  auctionBid,
  auctionCall,
  auctionDeclined,
  brainHint,
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
  hostHeartbeat,
  hostReply,
  hostSpawn,
  hostStop,
  mailboxClose,
  mailboxClosed,
  mailboxOpen,
  mailboxOpened,
  membershipsList,
  membershipsListed,
  messageReceipt,
  type MessageKind,
  taskAssigned,
  taskCanceled,
  taskEnded,
  taskFinished,
  taskProgress,
  tasksCancel,
  tasksCanceled,
  tasksFound,
  tasksGet,
  tasksSubmit,
  tasksSubmitted,
  workflowChanged,
  workflowProgressed,
  workflowsCancel,
  workflowsCreate,
  workflowsCreated,
  workflowsGet,
  workflowsPause,
  workflowsRerun,
  workflowsResume,
  workflowsRetry,
  workflowsSignal,
  workflowsStart,
  workflowsStarted,
  workflowsState,
  workflowStepChanged,
  workflowTold,
} from '@baton/contracts';
import { type Party } from './parties';
import { type RouteName } from './routes-told';

/**
 * How a message is sent. `live`: at most once. `mandatory`: comes back when nobody has it. `durable`: persistent,
 * confirmed, sent again. `request`: mandatory, with reply-to.
 */
export type Sending = 'live' | 'mandatory' | 'durable' | 'request';

/** One kind of message that some party sends to an address; who reads the queues there receives it. */
export interface Flow {
  /** `any`: a type of the users' own. `letter`: whatever came, as it came. */
  readonly kind: MessageKind<unknown> | 'any' | 'letter';
  readonly from: readonly Party[];
  readonly to: RouteName;
  readonly sending: Sending;
  /** What it may be answered with, besides a problem document. */
  readonly answers?: readonly (MessageKind<unknown> | 'any')[];
  /** Carries an access token. */
  readonly token?: boolean;
}

const anybody = ['agent', 'service'] as const;
const services = ['service'] as const;

/** A question to the registry: [request, answer, who asks]. */
const toRegistry: readonly (readonly [MessageKind<unknown>, MessageKind<unknown>, readonly Party[]])[] = [
  [agentRegister, agentRegistered, ['agent']],
  [agentsDiscover, agentsDiscovered, anybody],
  [channelCreate, channelCreated, anybody],
  [channelDelete, channelDeleted, anybody],
  [channelJoin, channelJoined, anybody],
  [channelLeave, channelLeft, anybody],
  [channelsList, channelsListed, anybody],
  [membershipsList, membershipsListed, anybody],
  [mailboxOpen, mailboxOpened, anybody],
  [mailboxClose, mailboxClosed, anybody],
];
const toOrchestrators: readonly (readonly [MessageKind<unknown>, MessageKind<unknown>])[] = [
  [tasksSubmit, tasksSubmitted],
  [tasksGet, tasksFound],
  [tasksCancel, tasksCanceled],
  [workflowsCreate, workflowsCreated],
  [workflowsStart, workflowsStarted],
  [workflowsGet, workflowsState],
  [workflowsPause, workflowsState],
  [workflowsResume, workflowsState],
  [workflowsCancel, workflowsState],
  [workflowsRetry, workflowsState],
  [workflowsRerun, workflowsState],
  [workflowsSignal, workflowsState],
  [agentsDiscover, agentsDiscovered],
];

/** Who sends what where. Every kind of message of the contracts is here, as a message or as an answer. */
export const traffic: readonly Flow[] = [
  { kind: taskAssigned, from: ['brain'], to: 'agentInbox', sending: 'mandatory' },
  { kind: taskCanceled, from: ['brain'], to: 'agentInbox', sending: 'live' },
  { kind: agentPing, from: ['agent', 'brain', 'registry'], to: 'agentInbox', sending: 'mandatory' },
  { kind: agentReregister, from: ['registry'], to: 'agentInbox', sending: 'live' },
  { kind: agentDrain, from: ['registry', 'door'], to: 'agentInbox', sending: 'live' },
  { kind: auctionCall, from: ['brain'], to: 'agentInbox', sending: 'request', answers: [auctionBid, auctionDeclined] },
  { kind: taskProgress, from: ['agent'], to: 'results', sending: 'live' },
  { kind: taskFinished, from: ['agent'], to: 'results', sending: 'durable' },
  { kind: agentHeartbeat, from: ['agent'], to: 'agentHeartbeats', sending: 'live' },
  { kind: agentDeregister, from: ['agent', 'host'], to: 'registry', sending: 'durable' },
  { kind: agentUnreachable, from: ['brain', 'host'], to: 'registry', sending: 'durable' },
  { kind: agentPing, from: ['registry'], to: 'registryEcho', sending: 'live' },
  { kind: agentPresence, from: ['registry'], to: 'agentEvents', sending: 'live' },
  ...toRegistry.map(([kind, answer, from]) => asked(kind, answer, from, 'registry')),
  { kind: hostHeartbeat, from: ['host'], to: 'hostHeartbeats', sending: 'live' },
  { kind: agentPing, from: ['host'], to: 'hostInbox', sending: 'mandatory' },
  asked(hostSpawn, hostReply, ['door'], 'hostInbox'),
  asked(hostStop, hostReply, ['door'], 'hostInbox'),
  { kind: brainHint, from: ['door'], to: 'brainHints', sending: 'live' },
  { kind: taskEnded, from: ['brain'], to: 'taskEvents', sending: 'live' },
  { kind: workflowChanged, from: ['brain'], to: 'workflowEvents', sending: 'live' },
  { kind: workflowStepChanged, from: ['brain'], to: 'workflowStepEvents', sending: 'live' },
  { kind: workflowProgressed, from: ['brain'], to: 'workflowProgressEvents', sending: 'live' },
  ...toOrchestrators.map(([kind, answer]) => ({ ...asked(kind, answer, services, 'orchestrator'), token: true })),
  { kind: channelJoined, from: ['registry', 'door'], to: 'live', sending: 'live' },
  { kind: channelLeft, from: ['registry', 'door'], to: 'live', sending: 'live' },
  { kind: 'any', from: [...anybody, 'door'], to: 'live', sending: 'request', answers: ['any', messageReceipt] },
  { kind: 'any', from: [...anybody, 'door'], to: 'mailbox', sending: 'durable', answers: [messageReceipt] },
  { kind: 'any', from: [...anybody, 'door'], to: 'channel', sending: 'request', answers: ['any', messageReceipt] },
  { kind: workflowTold, from: ['brain'], to: 'channel', sending: 'live' },
  { kind: 'any', from: [...anybody, 'door'], to: 'events', sending: 'live', answers: [messageReceipt] },
  { kind: 'letter', from: ['agent', 'service', 'registry', 'door', 'host'], to: 'deadLetters', sending: 'durable' },
];

function asked(kind: MessageKind<unknown>, answer: MessageKind<unknown>, from: readonly Party[], to: RouteName): Flow {
  return { kind, from, to, sending: 'request', answers: [answer] };
}
