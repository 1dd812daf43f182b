import { setTimeout as pause } from 'node:timers/promises';
import { type Scale } from '../scenarios';
import { type Stage } from '../stage/stage';
import { type Hostages, killAndWait, takeHostages } from './measure/after-kill';
import { measureAlone, measureBaton, warmUpBaton } from './measure/baton';
import { PeerSession } from './measure/peer-session';
import { measureDrain, measureThroughput } from './measure/throughput';
import { type PeerPackages } from './packages/install';
import { Findings } from './report/findings';
import { type PeerRow } from './rows';
import { type PeerServers } from './servers/peer-servers';

export interface Comparison {
  readonly rows: readonly PeerRow[];
  readonly runs: number;
  readonly scale: Scale;
  readonly packages: PeerPackages;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** For itself alone a killed peer has this long; those that need longer wait while others are measured. */
const QUIET_MS = 3_000;

/** A peer's row, its store and what was found. */
export interface Contestant {
  readonly row: PeerRow;
  readonly session: PeerSession;
  readonly findings: Findings;
}

/** Opens the rows' stores. Every row has findings; one whose store fails is no contestant. */
export async function enter(
  servers: PeerServers,
  { rows, packages, progress }: Comparison,
): Promise<{ contestants: Contestant[]; found: Findings[] }> {
  progress('making the stores of the peers');
  const entries = await Promise.all(
    rows.map(async (row) => {
      const findings = new Findings(row.name, row.settings, row.backlog);
      const session = await findings.during('its store', () => PeerSession.open(row, servers, packages, 0));
      return { row, findings, session };
    }),
  );
  return {
    contestants: entries.flatMap(({ session, ...rest }) => (session ? [{ ...rest, session }] : [])),
    found: entries.map(({ findings }) => findings),
  };
}

/** Bulk, singly and one after the other; Baton and the peers take turns. Returns what else used the machine. */
export async function compareThroughput(
  stage: Stage,
  baton: Findings,
  contestants: readonly Contestant[],
  { runs, scale, signal, progress }: Comparison,
): Promise<number> {
  let others = 0;
  progress('Baton: warming up');
  await baton.during('warm-up', () => warmUpBaton(stage, scale));
  for (let run = 1; run <= runs; run++) {
    progress(`Baton, run ${run} of ${runs}`);
    await baton.during(`run ${run}`, async () => {
      const found = await measureBaton(stage, scale);
      baton.add(found.readings);
      others = Math.max(others, found.others);
    });
    for (const { row, session, findings } of contestants) {
      signal.throwIfAborted();
      if (run > (row.mostRuns ?? runs)) continue;
      progress(`${row.name}, run ${run} of ${runs}`);
      await findings.during(`run ${run}`, async () => findings.add(await measureThroughput(session)));
    }
  }
  return others;
}

/** Kills a worker of each peer with the settings it comes with; `again` is the wait for those that take long. */
export async function killWorkers(
  servers: PeerServers,
  contestants: readonly Contestant[],
  { packages, scale, signal, progress }: Comparison,
): Promise<{ again: Promise<unknown> }> {
  const waitedMs = scale.of(90_000, 5_000);
  progress('giving jobs to the workers that will be killed');
  const victims = await Promise.all(
    contestants
      .filter(({ row }) => row.afterKill !== undefined)
      .map(async ({ row, findings }) => {
        const ready = async (): Promise<Hostages> => takeHostages(await PeerSession.open(row, servers, packages, 1));
        return { row, findings, hostages: await findings.during('before a kill', ready) };
      }),
  );
  const waiting: Promise<void>[] = [];
  for (const { row, findings, hostages } of victims) {
    if (!hostages) continue;
    signal.throwIfAborted();
    progress(`${row.name}: killing a worker`);
    const again = findings.during('after a kill', async () => {
      const ms = await killAndWait(hostages, waitedMs);
      findings.addAfterKill({ ms: ms ?? null, waitedMs, decidedBy: row.afterKill ?? '' });
    });
    waiting.push(again);
    await Promise.race([again, pause(QUIET_MS)]);
  }
  return { again: Promise.all(waiting) };
}

export async function drainBacklogs(
  contestants: readonly Contestant[],
  { signal, progress }: Comparison,
): Promise<void> {
  for (const { row, session, findings } of contestants) {
    const { backlog } = row;
    if (backlog === undefined) continue;
    signal.throwIfAborted();
    progress(`${row.name}: ${backlog} jobs wait`);
    await findings.during('drain', async () => findings.add(await measureDrain(session, backlog)));
  }
}

/** Baton's own kill and drain, by its own scenarios, each on a mesh of its own. */
export async function batonAlone(baton: Findings, { scale, signal, progress }: Comparison): Promise<void> {
  const quiet = (): void => undefined;
  progress('Baton: killing an agent');
  await baton.during('after a kill', async () => {
    const [reading] = await measureAlone('kill', scale, quiet);
    const ms = reading?.value ?? null;
    const decidedBy = 'the broker returns what is sent to a closed inbox; no setting';
    baton.addAfterKill({ ms, waitedMs: 0, decidedBy });
  });
  signal.throwIfAborted();
  progress('Baton: a backlog');
  await baton.during('drain', async () => baton.add(await measureAlone('backlog-200k', scale, quiet)));
}
