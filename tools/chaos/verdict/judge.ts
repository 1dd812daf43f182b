import { type Sender } from '../load/sender';
import { type SenderLog } from '../load/sender-log';
import { type Stage } from '../stage/stage';
import { compare, compareWorkflows, meaningless } from './compare';
import { settle } from './settle';

export interface Verdict {
  readonly settledMs: number;
  /** How the accepted tasks ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** Everything that is wrong; none: the run is passed. */
  readonly faults: readonly string[];
}

const BATCH = 5000;

/** Waits for the end of everything, then compares what the sender knows with what the database holds. */
export async function judge(stage: Stage, sender: Sender, log: SenderLog): Promise<Verdict> {
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
  const violations = await stage.truth.violations();
  const share = meaningless(sender.figures);
  const states = new Map<string, number>();
  for (const { state } of ends) states.set(state, (states.get(state) ?? 0) + 1);
  return {
    settledMs: settled.tookMs,
    ends: Object.fromEntries(states),
    faults: [
      ...(share === undefined ? [] : [share]),
      ...settled.faults,
      ...compare(log.tasks, ends),
      ...compareWorkflows(log.workflows, runs),
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
