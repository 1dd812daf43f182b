import { writeFileSync } from 'node:fs';
import { SetupError } from '../../services';
import { describeMachine } from '../report';
import { interruptible } from '../run-scenarios';
import { serviceVersions } from '../stage/service-versions';
import { readPeerArguments } from './arguments';
import {
  batonAlone,
  type Comparison,
  compareThroughput,
  type Contestant,
  drainBacklogs,
  enter,
  killWorkers,
} from './compare';
import { drivers } from './drivers';
import { openBatonStage } from './measure/baton';
import { installPeers } from './packages/install';
import { Findings, type PeersReport } from './report/findings';
import { renderPeers } from './report/render';
import { OnceClosed } from './once-closed';
import { quickRow, rows } from './rows';
import { PeerServers } from './servers/peer-servers';

const BATON = 'as it comes, one agent process; accepted and recorded means committed and fsynced';

interface Surroundings {
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/**
 * Measures Baton and its peers in turns on this machine and prints the figures. Installs the peers when they are not
 * there yet. Rejects with a SetupError when something could not be measured, after the report.
 */
export async function benchPeers(args: readonly string[], { signal, progress }: Surroundings): Promise<void> {
  const { runs, quick, json, only } = readPeerArguments(args, Object.keys(drivers));
  const chosen = rows.filter(({ driver }) => only.length === 0 || only.includes(driver));
  const at = new Date().toISOString();
  const machine = describeMachine({});
  const packages = await installPeers(progress);
  const comparison: Comparison = {
    rows: quick ? chosen.map(quickRow) : chosen,
    runs,
    scale: { quick, of: (full, small) => (quick ? small : full) },
    packages,
    signal,
    progress,
  };
  const { found, others, versions } = await measureAll(comparison);
  const report: PeersReport = {
    at,
    machine: { ...machine, versions: { ...versions, ...packages.versions } },
    options: { runs, quick },
    rows: found.map((findings) => findings.report()),
    others,
  };
  console.log(renderPeers(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (report.rows.some(({ errors }) => errors.length > 0)) throw new SetupError('Not everything could be measured');
}

interface Measured {
  readonly found: readonly Findings[];
  readonly others: number;
  readonly versions: Readonly<Record<string, string>>;
}

async function measureAll(comparison: Comparison): Promise<Measured> {
  const { progress, rows: chosen, signal } = comparison;
  const stage = new OnceClosed(await openBatonStage(progress));
  const servers = new OnceClosed<PeerServers>();
  const measured = { found: [] as Findings[], others: 0, versions: {} };
  const work = async (): Promise<void> => {
    const { services } = stage.open.mesh;
    servers.open = await PeerServers.open({
      redis: chosen.filter(({ driver }) => driver === 'bullmq').map(({ redis }) => redis),
      messageQueueUrl: services.messageQueueUrl,
      progress,
    });
    measured.versions = { ...(await serviceVersions(services)), ...(await servers.open.versions()) };
    const { contestants, found } = await enter(servers.open, comparison);
    const baton = new Findings('baton', BATON, comparison.scale.of(200_000, 2_000));
    measured.found = [baton, ...found];
    measured.others = await compareThroughput(stage.open, baton, contestants, comparison);
    await stage.close();
    await afterwards(servers.open, baton, contestants, comparison);
  };
  try {
    await interruptible(work(), signal);
    return measured;
  } finally {
    await Promise.all([stage.close(), servers.close()]);
  }
}

/** Kills and drains: what waits for a time-out waits while backlogs are drained. */
async function afterwards(
  servers: PeerServers,
  baton: Findings,
  contestants: readonly Contestant[],
  comparison: Comparison,
): Promise<void> {
  await batonAlone(baton, comparison);
  const { again } = await killWorkers(servers, contestants, comparison);
  await drainBacklogs(contestants, comparison);
  comparison.progress('waiting for the jobs of killed workers');
  await again;
}
