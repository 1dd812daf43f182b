import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TcpProxy } from '@baton/testing';
import { stringify } from 'yaml';
import { type Services } from '../../services';
import { MORTAL_TAG } from '../load/task-mix';
import { Clock } from './faketime';

const orchestratorNames = ['orchestrator-1', 'orchestrator-2'] as const;
/** An agent that no host supervises, behind a proxy of its own. */
export const OUTSIDER = 'outsider';
const MORTAL = 'mortal';
const HEARTBEAT_SECONDS = '1';
const LOST_AFTER_SECONDS = '3';

export const isMortal = (name: string): boolean => name.startsWith(`${MORTAL}-`);

/** What stands between one process and the rest: cut it, silence it, or move its clock. */
export interface Surroundings {
  readonly broker?: TcpProxy;
  readonly database?: TcpProxy;
  readonly clock?: Clock;
}

/** Proxies for the orchestrators and the outsider, and a clock for each of them and for the host with its agents. */
export async function surroundingsOf(
  services: Services,
  folder: string,
  faketime: string | undefined,
): Promise<Map<string, Surroundings>> {
  const clockOf = (name: string): Surroundings =>
    faketime === undefined ? {} : { clock: new Clock(join(folder, `clock-${name}`), faketime) };
  const around = new Map<string, Surroundings>([['host', clockOf('host')]]);
  const broker = (): Promise<TcpProxy> => TcpProxy.inFrontOf(services.messageQueueUrl);
  for (const name of orchestratorNames) {
    const database = await TcpProxy.inFrontOf(services.databaseUrl);
    around.set(name, { broker: await broker(), database, ...clockOf(name) });
  }
  around.set(OUTSIDER, { broker: await broker(), ...clockOf(OUTSIDER) });
  return around;
}

/** The variables of one process: how it reaches the services, and what time it is for it. */
export function environmentOf({ broker, database, clock }: Surroundings = {}): Record<string, string> {
  return {
    BATON_HEARTBEAT_SECONDS: HEARTBEAT_SECONDS,
    BATON_LOST_AFTER_SECONDS: LOST_AFTER_SECONDS,
    ...(broker && { MESSAGE_QUEUE_URL: broker.url }),
    ...(database && { DATABASE_URL: database.url }),
    ...clock?.environment,
  };
}

/** Three probes to attack, and two that are there to die; they are back quickly however often that happens. */
export function writeDeployment(folder: string): string {
  const restart = { maxBackoffSeconds: 1 };
  const agents = [
    { name: 'probe', family: 'probe', replicas: 3, restart },
    { name: MORTAL, family: 'probe', replicas: 2, concurrency: 2, tags: [MORTAL_TAG], restart },
  ];
  const file = join(folder, 'deployment.yaml');
  writeFileSync(file, stringify({ agents }));
  return file;
}
