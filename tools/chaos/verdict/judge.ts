import { type Sender } from '../load/sender';
import { type SenderLog } from '../load/sender-log';
import { type Listeners } from '../stage/listeners';
import { type Stage } from '../stage/stage';
import { sum } from 'd3-array';
import { compare, compareWorkflows, meaningless } from './compare';
import { settle } from './settle';
import { allTold } from './told';

export interface Verdict {
  readonly settledMs: number;
  /** How the accepted tasks ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** Deliveries that webhooks took, and how many of these once more. */
  readonly told: { readonly taken: number; readonly again: number };
  /** Everything that is wrong; none: the run is passed. */
  readonly faults: readonly string[];
}

/** What was told from outside, and what the mesh told. */
interface Heard {
  readonly log: SenderLog;
  readonly listeners: Listeners;
}

const BATCH = 5000;

/** Waits for the end of everything, then compares what the sender knows with what the database holds. */
export async function judge(stage: Stage, sender: Sender, { log, listeners }: Heard): Promise<Verdict> {
  const settled = await settle(stage);
  stage.exits.look();
  const ends = await inBatches(
    log.tasks.map(({ id }) => id),
    (ids) => stage.truth.ends(ids),
  );
  const runs = await inBatches(
    log.workflows.map(({ id }) => id),
    (ids) => stage.truth.workflowEnds(ids),
  );
  const untold = await allTold(listeners.all, runs);
  const violations = await stage.truth.violations();
  const share = meaningless(sender.figures);
  const states = new Map<string, number>();
  for (const { state } of ends) states.set(state, (states.get(state) ?? 0) + 1);
  return {
    settledMs: settled.tookMs,
    ends: Object.fromEntries(states),
    told: {
      taken: sum(listeners.all.map(({ taken }) => taken.length)),
      again: sum(listeners.all.map(({ again }) => again)),
    },
    faults: [
      ...(share === undefined ? [] : [share]),
      ...settled.faults,
      ...compare(log.tasks, ends),
      ...compareWorkflows(log.workflows, runs),
      ...untold,
      ...violations.map(
        ({ invariant, rule, count, examples }) =>
          `${invariant} broken by ${count} row(s): ${rule}: ${JSON.stringify(examples[0])}`,
      ),
      ...sender.faults,
      ...stage.exits.unexpected,
    ],
  };
}

async function inBatches<T>(ids: readonly string[], read: (ids: readonly string[]) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let first = 0; first < ids.length; first += BATCH) all.push(...(await read(ids.slice(first, first + BATCH))));
  return all;
}
