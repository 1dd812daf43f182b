import { setTimeout as pause } from 'node:timers/promises';
import { type RunOutcome } from '../report';
import { Crowd } from '../stage/crowd';
import { type Stage } from '../stage/stage';
import { type Scale, type Scenario } from './scenario';

const PROCESSES = 10;
/** Presence is saved and beats are spread by then. */
const SETTLE_MS = 10_000;
const MEASURE_MS = 30_000;

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const agentsEach = scale.of(100, 5);
  const environment = { MESSAGE_QUEUE_URL: stage.mesh.services.messageQueueUrl };
  const crowd = await Crowd.prepare({ processes: PROCESSES, agentsEach }, environment);
  try {
    const { result: registrationMs, spent: arriving } = await stage.metered(
      () => crowd.register(),
      roles(stage, crowd),
    );
    await pause(scale.of(SETTLE_MS, 1_000));
    const measureMs = scale.of(MEASURE_MS, 2_000);
    const { spent } = await stage.metered(() => pause(measureMs), roles(stage, crowd));
    const percent = (role: string, micros = spent.micros[role] ?? 0): number => micros / measureMs / 10;
    return {
      readings: [
        { metric: 'all registered after', unit: 'ms', value: registrationMs },
        {
          metric: 'heartbeats, of a core: registry and orchestrator',
          unit: '%',
          value: percent('orchestrator') + percent('registry'),
        },
        { metric: 'heartbeats, of a core: registry', unit: '%', value: percent('registry') },
        { metric: 'heartbeats, of a core: orchestrator', unit: '%', value: percent('orchestrator') },
        { metric: 'heartbeats, of a core: broker', unit: '%', value: percent('broker') },
        { metric: 'heartbeats, of a core: database', unit: '%', value: percent('database') },
        { metric: 'heartbeats, of a core: all agents', unit: '%', value: percent('crowd') },
        { metric: 'registration: registry', unit: 'ms', value: (arriving.micros.registry ?? 0) / 1000 },
        { metric: 'registration: broker', unit: 'ms', value: (arriving.micros.broker ?? 0) / 1000 },
        { metric: 'registration: database', unit: 'ms', value: (arriving.micros.database ?? 0) / 1000 },
        { metric: 'registration: agents', unit: 'ms', value: (arriving.micros.crowd ?? 0) / 1000 },
      ],
      others: spent.others,
    };
  } finally {
    await crowd.close();
  }
}

/** The registry is counted by itself here. */
function roles(stage: Stage, crowd: Crowd): Parameters<Stage['metered']>[1] {
  const registry = stage.mesh.processes.filter(({ name }) => name.startsWith('registry')).map(({ pid }) => pid);
  const rest = (stage.roles().rest?.pids ?? []).filter((pid) => !registry.includes(pid));
  return { registry: { pids: registry }, rest: { pids: rest }, crowd: { pids: crowd.pids } };
}

export const agents: Scenario = {
  name: 'agents',
  about: '1,000 agents in ten processes register at once, then beat every 5 s: CPU over 30 s',
  agents: [],
  fresh: true,
  mostRuns: 2,
  run,
};
