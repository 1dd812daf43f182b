import { type PatternName } from '@baton/contracts';
import {
  amount,
  closed,
  expression,
  type Fields,
  input,
  name,
  output,
  seconds,
  taskTerms,
  textOr,
  whole,
} from './fields';

const steps = { $ref: '#/definitions/steps' };
const weight = { type: 'number', minimum: 0, maximum: 1e6 };
const share = { type: 'number', minimum: 0, maximum: 1 };
const task: Fields = { 'capability!': name, input, ...taskTerms };

const sequential: Fields = { 'steps!': steps, output };

const parallel: Fields = {
  'steps!': steps,
  join: textOr(
    { type: 'string', enum: ['all', 'any'] },
    closed({ 'quorum!': whole(1, 10_000) }, { title: 'join' }),
    'How many must complete: all (default), any, or { quorum: n }. The rest is canceled.',
  ),
  output,
};

const pipeline: Fields = {
  'items!': { ...expression, description: 'Gives a list.' },
  'stages!': { type: 'array', minItems: 1, maxItems: 100, items: { $ref: '#/definitions/stage' } },
  order: {
    type: 'string',
    enum: ['kept', 'any'],
    description: 'Whether stages take items in the order of the list (default).',
  },
};

const hierarchical: Fields = {
  ...task,
  limits: closed(
    { depth: whole(1, 20), fanOut: whole(1, 10_000), tasks: whole(1, 100_000) },
    { title: 'limits', description: 'Of what it spawns: levels (3), tasks of one task (100), tasks in all (1,000).' },
  ),
  workers: {
    type: 'array',
    items: name,
    minItems: 1,
    maxItems: 100,
    description: 'Capabilities that may be spawned; default: any.',
  },
};

const consensus: Fields = {
  ...task,
  'agents!': { ...whole(2, 100), description: 'How many distinct agents.' },
  decide: textOr(
    { type: 'string', enum: ['majority', 'unanimous', 'weighted'] },
    closed({ 'quorum!': whole(1, 100) }, { title: 'decide' }),
    'majority (default), unanimous, weighted or { quorum: n }.',
  ),
  compare: textOr(
    { type: 'string', enum: ['exact'] },
    closed({ path: expression, tolerance: amount }, { title: 'compare', minProperties: 1 }),
    'exact (default), { path } or { tolerance, path? }.',
  ),
  weight: { ...expression, description: 'Of a vote, over output and agent; default 1.' },
  tieBreak: textOr(
    { type: 'string', enum: ['fail', 'most-votes', 'highest-weight'] },
    closed({ 'judge!': name }, { title: 'tieBreak' }),
    'When it stays undecided: fail (default), most-votes, highest-weight or { judge: capability }.',
  ),
  rounds: { ...whole(1, 20), description: 'Asked again while undecided; default 1.' },
};

const auction: Fields = {
  ...task,
  windowSeconds: {
    ...seconds,
    maximum: 3600,
    description: 'Bids are taken this long, or until all have bid; default 2.',
  },
  score: textOr(
    expression,
    closed({ cost: weight, seconds: weight, confidence: weight }, { title: 'score', minProperties: 1 }),
    'Weights of what is good about a bid, or an expression over bid: higher is better.',
  ),
  accept: closed(
    { maxCost: amount, maxSeconds: amount, minConfidence: share },
    { title: 'accept', description: 'Bids beyond these are not considered.' },
  ),
  minimumBids: { ...whole(1, 1000), description: 'Fewer count as none; default 1.' },
  calls: { ...whole(1, 20), description: 'Calls for bids while there are none; default 2.' },
  onNoBids: { type: 'string', enum: ['fail', 'dispatch'], description: 'After the last call; default fail.' },
};

const pair = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };

const swarm: Fields = {
  ...task,
  'population!': textOr(expression, whole(1, 1000), 'How many explore at once, or an expression that gives it.'),
  'bounds!': textOr(
    expression,
    { type: 'array', items: pair, minItems: 1, maxItems: 100 },
    '[lower, upper] of each dimension, or an expression that gives them.',
  ),
  fitness: { ...expression, description: 'Over output; default output.fitness.' },
  goal: { type: 'string', enum: ['minimize', 'maximize'], description: 'Default: minimize.' },
  stop: closed(
    {
      rounds: whole(1, 50_000),
      evaluations: whole(1, 50_000),
      target: { type: 'number' },
      patience: whole(1, 50_000),
      gain: amount,
    },
    {
      title: 'stop',
      description: 'Whichever comes first: rounds (100), evaluations, target, no gain in `patience` rounds.',
    },
  ),
  move: {
    description: 'Weights of the particle swarm, or { capability } that gives the next positions.',
    if: { type: 'object', properties: { capability: {} }, required: ['capability'] },
    then: closed({ 'capability!': name }, { title: 'move' }),
    else: closed({ inertia: weight, own: weight, social: weight }, { title: 'move' }),
  },
  seed: {
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Default: from the id of the run.',
  },
  channel: { ...name, description: 'Each better position is told there.' },
};

/** The fields of each pattern, besides `pattern` and what every step may say. */
export const patternFields: Readonly<Record<PatternName, Fields>> = {
  sequential,
  parallel,
  pipeline,
  hierarchical,
  consensus,
  auction,
  swarm,
};
