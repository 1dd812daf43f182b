import {
  type AgentId,
  type JsonObject,
  type JsonValue,
  type NamelessStep,
  type StepState,
  type Submit,
  type TaskError,
} from '@baton/contracts';

/**
 * A pattern whose children are known only while it runs. It is a pure reducer over its children: what they are now is
 * all it knows of the past, so a crash loses nothing (I9) and a duplicate changes nothing (I7).
 */
export interface GrowingPattern {
  readonly name: 'forEach' | 'pipeline' | 'consensus' | 'auction' | 'swarm';
  /** Fields of the step that are evaluated when it starts; expressions in them see what the step sees. */
  readonly params: readonly string[];
  /** What its children do: step documents without an id, the place of each in the step, and the names it adds to their scope. */
  parts(step: NamelessStep): readonly PatternPart[];
  /** Expressions the pattern evaluates itself while it runs (weights, scores, fitness), and what they may name besides. */
  expressions(step: NamelessStep): readonly PatternExpression[];
  /**
   * Opens it over the children there are: none at its start, all of them after a restart. Pure; `ok: false` when the
   * evaluated params are not what the pattern needs.
   */
  open(given: PatternGiven): OpenedPattern;
  /** Which part child `index` does, where that is not always the first and can be more than a task. */
  partOf?(index: number, step: NamelessStep): number;
  /**
   * Given when the output follows from the children alone: then it is not stored a second time but made again from them.
   * Also of a pattern that failed or was stopped; then there may be fewer children than it wanted.
   */
  outputOf?(children: readonly PatternChild[], step: NamelessStep): JsonValue;
}

export interface PatternPart {
  /** Below the step, for faults: '', 'stages[2]'. */
  readonly path: string;
  readonly step: NamelessStep;
  readonly variables: readonly string[];
}

export interface PatternExpression {
  /** Below the step: 'weight', 'compare.path'. */
  readonly path: string;
  readonly source: string;
  readonly variables: readonly string[];
}

export type OpenedPattern =
  { readonly ok: true; readonly run: PatternRun } | { readonly ok: false; readonly error: TaskError };

export interface PatternGiven {
  /** Unique over all runs; also after a retry the same: seeds and keys come from it. */
  readonly key: string;
  /** The filled `params`, by field; a field that was not written is missing. */
  readonly params: JsonObject;
  /** The step as it was written. */
  readonly step: NamelessStep;
  /** A failed child ends the pattern unless the step is optional or the run goes on with failures. */
  readonly failFast: boolean;
  /** In the order of their index, without gaps. The objects stay the same and are kept up to date by the engine. */
  readonly children: readonly PatternChild[];
  /** What the last move with a memo left; null at the start. */
  readonly memo: JsonValue;
  /** Evaluates one of the pattern's `expressions`; nothing found is null. Its variables replace the scope of the step. */
  evaluate(path: string, variables: JsonObject): Promise<Evaluation>;
}

export type Evaluation =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly error: TaskError };

/** A child as its pattern sees it. `pending`: not started yet. */
export interface PatternChild {
  readonly index: number;
  readonly state: StepState;
  readonly output: JsonValue;
  readonly error: TaskError | null;
  /** Who did its task, as soon as it has ended. */
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
}

export interface PatternRun {
  /** After `open`: what is to be done now. After a restart it may say again what was done: see PatternMove. */
  begin(now: Date): PatternMove | Promise<PatternMove>;
  /** A child has reached a final state; also one that the pattern itself has stopped. Not told after the end. */
  ended(child: PatternChild, now: Date): PatternMove | Promise<PatternMove>;
  /** The time it asked for with `wakeAt` has come. */
  woken?(now: Date): PatternMove | Promise<PatternMove>;
  /** Bids for its call have come; `closed`: no more will. */
  bids?(bids: readonly Bid[], closed: boolean, now: Date): PatternMove | Promise<PatternMove>;
  /** The task of a child goes back into the queue: an attempt has ended without ending it. */
  returned?(child: PatternChild, now: Date): PatternMove | Promise<PatternMove>;
  /** The task of a child is with an agent: one whose plan is to follow it may be started. */
  assigned?(child: PatternChild, now: Date): PatternMove | Promise<PatternMove>;
  /** A child that was started is pending again: it could not follow the one in its plan, or the move took it back. */
  takenBack?(child: PatternChild): void;
  /** What child `index` does; asked when it is started, also again. */
  plan(index: number): ChildPlan;
  /** The best answer so far, shown while it runs and kept when it is stopped; null: none. */
  readonly interim: JsonValue;
}

export interface ChildPlan {
  /** Index into the parts. */
  readonly part: number;
  /** Added to the scope of its expressions. */
  readonly variables: JsonObject;
  /** Laid over what the part submits: an agent, a spread key, the input itself. */
  readonly submit?: Partial<Pick<Submit, 'agentId' | 'spreadKey' | 'input' | 'priority'>>;
  /**
   * A child under way that has to end first. This one is started only if its task can wait at the agent of that one, to
   * begin when it has completed; else it is taken back.
   */
  readonly after?: number;
}

/**
 * What a pattern wants. Each part may come twice: starting what was started, or stopping what has ended, changes
 * nothing. Order: grow, take back, start, stop, end.
 */
export interface PatternMove {
  /** How many children there shall be; more than now: new ones are appended, pending. */
  readonly grow?: number;
  /** Indexes of pending children to start, in this order: they become ready, and start as the run has time and room. */
  readonly start?: readonly number[];
  /** Children that are not wanted any more: canceled, or skipped when they have not started. */
  readonly stop?: { readonly indexes: readonly number[]; readonly reason: string };
  /** Children whose tasks have not begun: canceled, and pending again. `takenBack` is told of each, others stay as they are. */
  readonly takeBack?: readonly number[];
  /** When to call `woken`; replaces the time before; null: never. */
  readonly wakeAt?: Date | null;
  /** Kept with the step; small. */
  readonly memo?: JsonValue;
  /** Asks agents to bid; answered by `bids`. Asked again after a restart. */
  readonly call?: CallForBids;
  /** Told in a channel of the mesh, once the move is stored. News: it may be lost. */
  readonly tell?: { readonly channel: string; readonly data: JsonValue };
  /** Kept in the audit of the run: a decision and its reasons. */
  readonly notes?: readonly PatternNote[];
  /** Ends the step; children that are not final are stopped. */
  readonly end?: PatternEnd;
}

export type PatternEnd =
  | { readonly state: 'completed'; readonly output: JsonValue }
  /** `output`: what there was of it, for partial results. */
  | { readonly state: 'failed'; readonly error: TaskError; readonly output?: JsonValue };

/** A decision for the audit: `what` is a word like awarded, decided, converged. */
export interface PatternNote {
  readonly what: string;
  readonly details: JsonObject;
}

/** Told to every agent that offers the capability and could take the task. */
export interface CallForBids {
  /** Of this call; bids of another are late. */
  readonly callId: string;
  /** The part of the child that is to be awarded: capability, version, tags and input come from it. */
  readonly part: number;
  readonly variables: JsonObject;
  readonly windowMs: number;
}

export interface Bid {
  readonly agent: { readonly id: AgentId; readonly name: string };
  /** Cost units. */
  readonly cost: number;
  /** Until it would be done. */
  readonly seconds: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** When it came, ISO 8601. */
  readonly at: string;
}
