import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the private services of one data folder keep from start to start. Holds passwords: mode 0600. */
export interface ServiceState {
  password: string;
  /** Part of the broker's node name, so that the nodes of two meshes never meet. */
  node: string;
  postgresPort?: number;
  /** Where the cluster lies; outside the data folder when the database's account cannot reach that. */
  postgresData?: string;
  amqpPort?: number;
  managementPort?: number;
  distributionPort?: number;
  portMapperPort?: number;
}

const fileIn = (dataDir: string): string => join(dataDir, 'services.json');

export function loadServiceState(dataDir: string): ServiceState {
  const file = fileIn(dataDir);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ServiceState;
  return { password: randomBytes(18).toString('base64url'), node: `baton-${randomBytes(4).toString('hex')}` };
}

export function saveServiceState(dataDir: string, state: ServiceState): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(fileIn(dataDir), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
