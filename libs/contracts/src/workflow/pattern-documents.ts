import { type JsonValue } from '../json';
import { type AnyStep, type SubWorkflowStep, type TaskStep, type TaskTerms, type WaitStep } from './step-document';

export const patternNames = [
  'sequential',
  'parallel',
  'pipeline',
  'hierarchical',
  'consensus',
  'auction',
  'swarm',
] as const;
export type PatternName = (typeof patternNames)[number];

/** Steps one after the other; each sees those before it. The output is that of the last, unless `output` says more. */
export interface Sequential {
  readonly pattern: 'sequential';
  readonly steps: readonly StepDocument[];
  readonly output?: JsonValue;
}

/** Steps side by side. The output holds theirs by id; what `join` did not wait for is canceled and null. */
export interface Parallel {
  readonly pattern: 'parallel';
  readonly steps: readonly StepDocument[];
  /** How many must complete: all (default), the first, or the first n. */
  readonly join?: 'all' | 'any' | { readonly quorum: number };
  readonly output?: JsonValue;
}

type OwnedByThePipeline = 'id' | 'forEach' | 'needs' | 'when' | 'optional';
/** A stage of a pipeline: `item`, `index` and `previous` (what the stage before gave) are in scope of its input. */
export type Stage = (Omit<TaskStep, OwnedByThePipeline> | Omit<SubWorkflowStep, OwnedByThePipeline>) & {
  readonly id?: string;
  /** Items that may wait before this stage; default 2 × its concurrency. Full: the stage before pauses. */
  readonly buffer?: number;
};

/** Items stream through stages that overlap. The output is the list of what the last stage gave. */
export interface Pipeline {
  readonly pattern: 'pipeline';
  /** An expression that gives a list. */
  readonly items: string;
  readonly stages: readonly Stage[];
  /** kept (default): a stage takes items in the order of the list. any: as they come. */
  readonly order?: 'kept' | 'any';
}

/** A coordinator that spawns tasks while it runs, waits for them without holding a slot, and combines them. */
export interface Hierarchical extends TaskTerms {
  readonly pattern: 'hierarchical';
  readonly capability: string;
  readonly input?: JsonValue;
  readonly limits?: {
    /** Levels of tasks below the coordinator; default 3. */
    readonly depth?: number;
    /** Tasks one task may spawn in all; default 100. */
    readonly fanOut?: number;
    /** Tasks below the coordinator in all; default 1,000. */
    readonly tasks?: number;
  };
  /** Capabilities that may be spawned; default: any. */
  readonly workers?: readonly string[];
}

export type Comparison =
  | 'exact'
  /** Only what this expression finds in an `output` counts. */
  | { readonly path: string }
  /** Numbers (where the expression finds them, or the output itself) agree within this distance. */
  | { readonly tolerance: number; readonly path?: string };

/** Several distinct agents do the same; what enough of them say is decided. */
export interface Consensus extends TaskTerms {
  readonly pattern: 'consensus';
  readonly capability: string;
  readonly input?: JsonValue;
  /** How many distinct agents; 2 to 100. */
  readonly agents: number;
  /** majority (default): more than half of `agents`. weighted: more than half of all weight. */
  readonly decide?: 'majority' | 'unanimous' | 'weighted' | { readonly quorum: number };
  readonly compare?: Comparison;
  /** Of a vote; an expression over `output` and `agent` (its name). Default 1. */
  readonly weight?: string;
  /** When no answer reaches the mark after the last round; default fail. judge: that capability decides. */
  readonly tieBreak?: 'fail' | 'most-votes' | 'highest-weight' | { readonly judge: string };
  /** Asked again while undecided, with `round` and `answers` in scope; default 1. */
  readonly rounds?: number;
}

/** Agents bid for a task; the best bid gets it. */
export interface Auction extends TaskTerms {
  readonly pattern: 'auction';
  readonly capability: string;
  readonly input?: JsonValue;
  /** Bids are taken this long, or until all that were called have bid; default 2. */
  readonly windowSeconds?: number;
  /** Weights of what is good about a bid, each scaled over the bids; or an expression over `bid`, higher is better. */
  readonly score?: { readonly cost?: number; readonly seconds?: number; readonly confidence?: number } | string;
  /** Bids beyond these are not considered. */
  readonly accept?: { readonly maxCost?: number; readonly maxSeconds?: number; readonly minConfidence?: number };
  /** Fewer bids than this count as none; default 1. */
  readonly minimumBids?: number;
  /** Calls for bids while there are none; default 2. */
  readonly calls?: number;
  /** After the last call without bids; dispatch: as an ordinary task. Default fail. */
  readonly onNoBids?: 'fail' | 'dispatch';
}

/** A population explores positions in rounds, sharing the best one found. `position`, `best`, `round` are in scope. */
export interface Swarm extends TaskTerms {
  readonly pattern: 'swarm';
  readonly capability: string;
  readonly input?: JsonValue;
  readonly population: number | string;
  /** Lower and upper bound of each dimension, or an expression that gives them. */
  readonly bounds: readonly (readonly [number, number])[] | string;
  /** An expression over `output`; default output.fitness. */
  readonly fitness?: string;
  readonly goal?: 'minimize' | 'maximize';
  /** Stops at whichever comes first: rounds (default 100), evaluations, the target fitness, or no gain in `patience` rounds. */
  readonly stop?: {
    readonly rounds?: number;
    readonly evaluations?: number;
    readonly target?: number;
    readonly patience?: number;
    /** What counts as a gain; default 1e-9. */
    readonly gain?: number;
  };
  /** Particle swarm with these weights, or a capability that gets `{ particles, best, bounds, round }` and gives `{ positions }`. */
  readonly move?:
    { readonly inertia?: number; readonly own?: number; readonly social?: number } | { readonly capability: string };
  /** Same seed, same start and moves; default: from the id of the run. */
  readonly seed?: number;
  /** Each better position found is told there; default: nowhere. Must exist. */
  readonly channel?: string;
}

export type Pattern = Sequential | Parallel | Pipeline | Hierarchical | Consensus | Auction | Swarm;

type PatternStep = Pattern & AnyStep;

/** One of `capability`, `workflow`, `wait` and `pattern` says what the step does. */
export type StepDocument = TaskStep | SubWorkflowStep | WaitStep | PatternStep;

type WithoutId<Step> = Step extends unknown ? Omit<Step, 'id'> : never;

/** A step as an element of a forEach, a stage or a member of a pattern. */
export type NamelessStep = WithoutId<StepDocument>;
