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
  inFlight: integer,
  resources: anObject,
  usage: anObject,
  channels: list(text),
  lastHeartbeatAt: orNull(time),
  registeredAt: time,
  terminatedAt: orNull(time),
  stats: anObject,
});

const durations = answer({ p50: orNull(number), p95: orNull(number) }, 'Milliseconds.');

export const meshSchemas = {
  Capability: capability,
  Agent: agent,
  AgentPage: page('Agent'),
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
  }),
} satisfies Record<string, JsonObject>;
