import { type JsonObject, type JsonValue, type NamelessStep, type Swarm, type TaskError } from '@baton/contracts';
import { seedOf } from './chance';
import { type Space, standardWeights } from './flight';

/** Of one swarm. */
const swarmLimits = { evaluations: 50_000, dimensions: 100, population: 1000 } as const;

/** A swarm step with every default filled. */
export interface SwarmPlan {
  readonly space: Space;
  /** +1: the fitness is to become small; -1: large. */
  readonly sign: 1 | -1;
  readonly rounds: number;
  readonly evaluations: number;
  readonly target: number | undefined;
  readonly patience: number;
  readonly gain: number;
  readonly moved: boolean;
  readonly weighed: boolean;
  readonly channel: string | undefined;
}

export type PlannedSwarm =
  { readonly ok: true; readonly plan: SwarmPlan } | { readonly ok: false; readonly error: TaskError };

/** Fills in what the step left out; `ok: false` when population or bounds are not what a swarm can be made of. */
export function planSwarm(document: NamelessStep, params: JsonObject, key: string): PlannedSwarm {
  const step = document as NamelessStep & Swarm;
  const population = params['population'] ?? null;
  const bounds = params['bounds'] ?? null;
  const fault = populationFault(population) ?? boundsFault(bounds);
  if (fault !== undefined) return { ok: false, error: { code: 'SWARM_INVALID', message: fault, retryable: false } };
  const moved = step.move !== undefined && 'capability' in step.move;
  const space = {
    seed: step.seed ?? seedOf(key),
    population: population as number,
    bounds: bounds as unknown as Space['bounds'],
    weights: { ...standardWeights, ...(!moved && step.move) },
  };
  return { ok: true, plan: { space, moved, ...goalOf(step), ...stopOf(step) } };
}

function goalOf(step: Swarm): Pick<SwarmPlan, 'sign' | 'weighed' | 'channel'> {
  return { sign: step.goal === 'maximize' ? -1 : 1, weighed: step.fitness !== undefined, channel: step.channel };
}

function stopOf({ stop = {} }: Swarm): Pick<SwarmPlan, 'rounds' | 'evaluations' | 'target' | 'patience' | 'gain'> {
  const { rounds = 100, evaluations = swarmLimits.evaluations, target, patience = Infinity, gain = 1e-9 } = stop;
  return { rounds, evaluations: Math.min(evaluations, swarmLimits.evaluations), target, patience, gain };
}

function populationFault(population: JsonValue): string | undefined {
  const most = swarmLimits.population;
  if (Number.isInteger(population) && (population as number) >= 1 && (population as number) <= most) return undefined;
  return `The population of the swarm is ${told(population)}: it must be a whole number from 1 to ${most}.`;
}

function boundsFault(bounds: JsonValue): string | undefined {
  if (!Array.isArray(bounds))
    return `The bounds of the swarm are ${told(bounds)}: they must be a list of [lower, upper].`;
  const most = swarmLimits.dimensions;
  if (bounds.length < 1 || bounds.length > most) {
    return `The bounds of the swarm name ${bounds.length} dimensions: a swarm has 1 to ${most}.`;
  }
  const wrong = bounds.findIndex((pair) => !isRange(pair));
  if (wrong < 0) return undefined;
  return `bounds[${wrong}] of the swarm is ${told(bounds[wrong] as JsonValue)}: it must be [lower, upper], two numbers.`;
}

function isRange(pair: JsonValue): boolean {
  if (!Array.isArray(pair) || pair.length !== 2) return false;
  const [low, high] = pair as [JsonValue, JsonValue];
  return Number.isFinite(low) && Number.isFinite(high) && (low as number) <= (high as number);
}

/** Short enough for a message. */
export function told(value: JsonValue): string {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
