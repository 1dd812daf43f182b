import {
  type JsonObject,
  type JsonValue,
  type StepState,
  type TaskError,
  type WorkflowId,
  type WorkflowState,
} from '@baton/contracts';
import { type WorkflowGraph } from '../document/graph';
import { Line } from './line';
import { Timers } from './timers';
import { newRoot } from './tree';
import { type Frame, type Gate, type Holder, type Signal, type Unit } from './unit';

type Counts = Partial<Record<StepState, number>>;

/**
 * A workflow being run: a tree of units. `advance` changes it in place; whoever fails to save a decision must drop the
 * object.
 */
export interface WorkflowRun {
  readonly id: WorkflowId;
  readonly graph: WorkflowGraph;
  readonly root: Frame;
  state: WorkflowState;
  input: JsonObject;
  output: JsonValue;
  error: TaskError | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Oldest first; at most `signalLimit`. */
  signals: Signal[];
  /** When something is due next; send `continue` then. null: only events move it. */
  wakeAt: Date | null;
  /** The deadline and the seconds of the budget count from here: the start, or the last retry or rerun. */
  clockFrom: Date | null;
  /** Units by state; one with units inside is counted by them. */
  readonly counts: Counts;
  readonly byKey: Map<string, Unit>;
  /** Those that may start; kept while paused. What has ended meanwhile is passed over. */
  readonly ready: Line<Unit>;
  /** Those that have something to decide. */
  readonly news: Line<Holder>;
  /** Gates that hold units. */
  readonly holding: Set<Gate>;
  readonly timers: Timers;
  /** Units that wait for a signal, by its name; the first comes first. Some may not wait any more. */
  readonly waits: Map<string, Line<Unit>>;
  /** Waits for signals so far. */
  waitsBegun: number;
}

/** What is kept of a run besides the rows of its units. */
export interface RunHead extends Pick<
  WorkflowRun,
  'id' | 'state' | 'input' | 'output' | 'error' | 'startedAt' | 'finishedAt' | 'signals'
> {
  readonly spent: SavedSpent | null;
}

/** Of its budget, and since when its clock runs (ISO 8601). */
export type SavedSpent = { readonly tasks: number; readonly cost: number; readonly since: string | null };

/** A run in state `created`. `input` overrides the document's defaults field by field. */
export function createRun(id: WorkflowId, graph: WorkflowGraph, input: JsonObject = {}): WorkflowRun {
  const root = newRoot(graph);
  return {
    id,
    graph,
    root,
    state: 'created',
    input: { ...graph.document.input, ...input },
    output: null,
    error: null,
    startedAt: null,
    finishedAt: null,
    signals: [],
    wakeAt: null,
    clockFrom: null,
    counts: { pending: root.units.length },
    byKey: new Map(root.units.map((unit) => [unit.key, unit])),
    ...emptyLines(),
  };
}

function emptyLines() {
  return {
    ready: new Line<Unit>(),
    news: new Line<Holder>(),
    holding: new Set<Gate>(),
    timers: new Timers(),
    waits: new Map<string, Line<Unit>>(),
    waitsBegun: 0,
  };
}

/** To be kept with the run. */
export function spentOf({ root, clockFrom }: WorkflowRun): SavedSpent {
  const { tasks, cost } = root.gate.spent;
  return { tasks, cost, since: clockFrom?.toISOString() ?? null };
}

/** Every unit of the run in a stable order: each before what is inside it. */
export function* unitsOf(run: WorkflowRun): Generator<Unit, void, undefined> {
  yield* unitsIn(run.root);
}

/** Every unit below the holder, each before what is inside it. */
export function* unitsIn(holder: Holder): Generator<Unit, void, undefined> {
  for (const unit of holder.units) {
    yield unit;
    if (unit.inner) yield* unitsIn(unit.inner);
  }
}

/** The last turn had no time for all there is to do: send `continue`. */
export function mustGoOn({ state, ready, news }: WorkflowRun): boolean {
  if (state === 'running') return ready.length + news.length > 0;
  return state === 'paused' && news.length > 0;
}
