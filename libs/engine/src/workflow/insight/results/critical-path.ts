import { plainKey } from '../../progress/forecast';
import { type WorkflowRun } from '../../run/workflow-run';
import { gainOf } from './gain';
import { grouped, sum } from './figures';
import { type RunTask } from './run-task';
import { noTimes, type TaskTimes, timesOf } from './task-times';
import { endOf, type Started, tracePath } from './trace-path';

/** Where time on the path went, in milliseconds. */
interface PathTimes extends TaskTimes {
  /** What it needed was there, and it was not started: a pause, a limit of the workflow, or the engine itself. */
  readonly heldMs: number;
  /** Waits that the document asks for, and calls for bids. */
  readonly waitedMs: number;
}

interface PathEntry extends PathTimes {
  /** Place of a task, a wait, or of what has nothing inside. */
  readonly step: string;
  readonly capability: string | null;
  readonly startedAt: string;
  /** Null: it is under way. */
  readonly finishedAt: string | null;
  /** With the time it was held. */
  readonly ms: number;
}

/** The chain of steps that determined when the run ended. Its times are together those of the run. */
export interface CriticalPath extends PathTimes {
  /** First to last; of long ones the first and the last. */
  readonly entries: readonly PathEntry[];
  /** How many there are. */
  readonly length: number;
}

/** A step on the critical path; elements count together. */
export interface Bottleneck {
  readonly step: string;
  readonly capability: string | null;
  /** On the path. */
  readonly ms: number;
  /** Of the duration of the run. */
  readonly share: number;
  /** The run would end so much earlier if it took no time: then other steps decide. */
  readonly gainMs: number;
  /** Where most of its time went. */
  readonly mostly: keyof PathTimes;
}

const SHOWN = 100;
const MOST_BOTTLENECKS = 5;
/** What takes a smaller part of the run is none. */
const LEAST_SHARE = 0.05;

export interface PathOfRun {
  readonly path: CriticalPath;
  readonly bottlenecks: readonly Bottleneck[];
}

/** Of a run that has been started; undefined: it has not. */
export function pathOfRun(run: WorkflowRun, tasks: readonly RunTask[], now: Date): PathOfRun | undefined {
  if (run.startedAt === null) return undefined;
  const end = run.finishedAt ?? now;
  const taskOf = new Map(tasks.map((task) => [task.id, task]));
  const units = tracePath(run, end);
  let free = run.startedAt.getTime();
  const entries = units.map((unit) => {
    const entry = entryOf(unit, unit.taskId === null ? undefined : taskOf.get(unit.taskId), { free, end });
    free = endOf(unit, end);
    return entry;
  });
  const closing: PathTimes = { ...nothing, heldMs: Math.max(0, end.getTime() - free) };
  const duration = Math.max(1, end.getTime() - run.startedAt.getTime());
  return {
    path: { ...added([...entries, closing]), entries: shown(entries), length: entries.length },
    bottlenecks: bottlenecksOf({ run, start: run.startedAt.getTime(), end, duration }, units, entries),
  };
}

const nothing: PathTimes = { ...noTimes, heldMs: 0, waitedMs: 0 };
const parts = Object.keys(nothing) as (keyof PathTimes)[];

function entryOf(
  unit: Started,
  task: RunTask | undefined,
  { free, end }: { readonly free: number; readonly end: Date },
): PathEntry {
  const start = unit.startedAt.getTime();
  const life = Math.max(0, endOf(unit, end) - start);
  const heldMs = Math.max(0, start - free);
  const times = task ? fitted(timesOf(task, end), life) : { ...noTimes, waitedMs: life };
  return {
    step: unit.key,
    capability: unit.body.kind === 'task' ? unit.body.capability : null,
    startedAt: unit.startedAt.toISOString(),
    finishedAt: unit.finishedAt?.toISOString() ?? null,
    ms: heldMs + life,
    ...{ ...nothing, ...times, heldMs },
  };
}

/** What the life of a unit has beyond that of its task is the recording; clocks that differ a little change the work. */
function fitted(times: TaskTimes, life: number): TaskTimes {
  const { queuedMs, dispatchMs, workMs, recordingMs, subtasksMs } = times;
  const rest = life - queuedMs - dispatchMs - workMs - recordingMs - subtasksMs;
  if (rest >= 0) return { ...times, recordingMs: recordingMs + rest };
  return { ...times, workMs: Math.max(0, workMs + rest) };
}

function added(all: readonly PathTimes[]): PathTimes {
  return Object.fromEntries(parts.map((part) => [part, sum(all.map((one) => one[part]))])) as unknown as PathTimes;
}

function shown(entries: readonly PathEntry[]): PathEntry[] {
  if (entries.length <= SHOWN) return [...entries];
  return [...entries.slice(0, SHOWN / 2), ...entries.slice(-SHOWN / 2)];
}

interface Measured {
  readonly run: WorkflowRun;
  readonly start: number;
  readonly end: Date;
  readonly duration: number;
}

function bottlenecksOf(
  { run, start, end, duration }: Measured,
  units: readonly Started[],
  entries: readonly PathEntry[],
): Bottleneck[] {
  const heavy = grouped(entries, ({ step }) => plainKey(step))
    .map(([step, group]) => ({ step, group, ms: sum(group.map((entry) => entry.ms)) }))
    .filter(({ ms }) => ms / duration >= LEAST_SHARE)
    .sort((one, other) => other.ms - one.ms);
  return heavy.slice(0, MOST_BOTTLENECKS).map(({ step, group, ms }) => {
    const times = added(group);
    const gone = new Set(units.filter(({ key }) => plainKey(key) === step));
    return {
      ...{ step, ms, capability: (group[0] as PathEntry).capability },
      share: Math.min(1, ms / duration),
      gainMs: gainOf(run, start, gone, end),
      mostly: parts.reduce((most, part) => (times[part] > times[most] ? part : most)),
    };
  });
}
