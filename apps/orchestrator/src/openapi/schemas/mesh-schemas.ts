import { agentStates, type JsonObject } from '@baton/contracts';
import { anObject, answer, flag, id, integer, list, number, oneOf, orNull, page, ref, text, time } from './parts';

const capability = answer({
  name: text,
  version: text,
  'description?': text,
  input: {},
  output: {},
  'concurrency?': integer,
});

const agent = answer({
  id,
  name: text,
  family: text,
  incarnation: integer,
  version: text,
  state: oneOf(agentStates),
  health: { type: 'integer', minimum: 0, maximum: 100 },
  capabilities: list(ref('Capability')),
  tags: list(text),
  host: text,
  pid: integer,
  concurrency: integer,
  prefetch: integer,
  sequences: flag,
  inFlight: integer,
  resources: anObject,
  usage: anObject,
  channels: list(text),
  lastHeartbeatAt: orNull(time),
  registeredAt: time,
  terminatedAt: orNull(time),
  stats: ref('AgentStats'),
});

const counts: JsonObject = { type: 'object', additionalProperties: integer };
const routeFigures = {
  attempts: integer,
  completed: integer,
  failed: integer,
  successRate: orNull(number),
  perMinute: number,
  runMs: answer(
    { mean: orNull(number), ewma: orNull(number), p50: orNull(number), p95: orNull(number) },
    'Milliseconds.',
  ),
  errors: counts,
};
const breakerState = oneOf(['closed', 'half-open', 'open']);

const durations = answer({ p50: orNull(number), p95: orNull(number) }, 'Milliseconds.');

export const meshSchemas = {
  Capability: capability,
  Agent: agent,
  AgentPage: page('Agent'),
  AgentStats: answer(
    {
      seconds: integer,
      availability: orNull(number),
      ...routeFigures,
      capabilities: list(answer({ capability: text, ...routeFigures })),
      breakers: list(
        answer({ capability: text, state: breakerState, reason: text, nextProbeAt: orNull(time), changedAt: time }),
      ),
    },
    'How the agent did in the last hour, or since it was registered, and its circuit breakers that ever moved.',
  ),
  AgentCreate: {
    ...answer({
      family: text,
      'name?': { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' },
      'tags?': list(text),
      'concurrency?': { type: 'integer', minimum: 1 },
      'env?': { type: 'object', additionalProperties: { type: 'string' } },
    }),
    additionalProperties: false,
    examples: [{ family: 'probe', name: 'probe-9', concurrency: 4 }],
  },
  MeshShutdown: {
    ...answer({ 'mode?': oneOf(['graceful', 'immediate']) }),
    additionalProperties: false,
  },
  MeshStatus: answer({
    phase: text,
    version: text,
    startedAt: time,
    brain: answer({ held: flag, here: flag, epoch: integer, holder: orNull(id), expiresAt: orNull(time) }),
    broker: answer({ connected: flag, connectedForMs: number }),
    agents: answer({ total: integer, byState: anObject, byFamily: anObject }),
    tasks: {
      type: 'object',
      additionalProperties: integer,
      description: 'Tasks that wait, run, failed or were rejected.',
    },
    workflows: { type: 'object', additionalProperties: integer, description: 'Workflows that have not ended.' },
  }),
  MeshFigures: answer({
    at: time,
    window: answer({ tasks: integer }, 'The figures are over this many of the newest tasks.'),
    queues: list(answer({ capability: text, depth: integer })),
    capabilities: list(
      answer({
        capability: text,
        tasks: integer,
        completed: integer,
        failed: integer,
        canceled: integer,
        rejected: integer,
        attempts: integer,
        successRate: orNull(number),
        waitMs: durations,
        runMs: durations,
      }),
    ),
    agents: list(
      answer({
        id,
        name: text,
        family: text,
        state: oneOf(agentStates),
        health: integer,
        inFlight: integer,
        concurrency: integer,
        completed: integer,
        failed: integer,
        runMs: durations,
      }),
    ),
    performance: list(
      answer({ agentId: id, agentName: text, capability: text, breaker: breakerState, ...routeFigures }),
    ),
    'history?': answer(
      {
        width: integer,
        from: time,
        to: time,
        truncated: flag,
        items: list(answer({ at: time, agentId: id, agentName: text, capability: text, ...routeFigures })),
      },
      'Only when a parameter asks for it.',
    ),
  }),
} satisfies Record<string, JsonObject>;
