import { join } from 'node:path';
import { builtFile } from '../build';
import { freePort } from '../services';
import { type ProcessPlan } from './mesh-process';

export interface Ports {
  api: number;
  health: number;
  metrics: number;
}

/** What every process of the mesh is given. */
export interface Surroundings {
  dataDir: string;
  messageQueueUrl: string;
  databaseUrl: string;
  adminPassword: string;
  deployment?: string | undefined;
  /** How long agents may finish what they have; the host gets a little longer. */
  drainMs: number;
  environment: NodeJS.ProcessEnv;
  environmentOf?: (name: string) => NodeJS.ProcessEnv;
}

/**
 * MiB of young generation: below it a busy brain copies what is under way again and again, above it memory grows and
 * nothing else (measured up to 64). What NODE_OPTIONS already says comes later and wins.
 */
const YOUNG_SPACE = '--max-semi-space-size=12';

function plan(app: string, name: string, around: Surroundings, own: NodeJS.ProcessEnv): ProcessPlan {
  const { BATON_ADMIN_PASSWORD: _onlyForOrchestrators, ...inherited } = around.environment;
  return {
    name,
    file: builtFile(app),
    logFile: join(around.dataDir, 'logs', `${name}.log`),
    stopWithinMs: 20_000,
    env: {
      ...inherited,
      NODE_OPTIONS: [YOUNG_SPACE, inherited.NODE_OPTIONS ?? ''].join(' ').trim(),
      MESSAGE_QUEUE_URL: around.messageQueueUrl,
      DATABASE_URL: around.databaseUrl,
      BATON_DATA_DIR: around.dataDir,
      BATON_DRAIN_MS: String(around.drainMs),
      ...own,
      ...around.environmentOf?.(name),
    },
  };
}

/** The first orchestrator has the known ports; every port is settled here, so that a restart keeps it. */
export async function orchestratorPlan(number: number, ports: Ports, around: Surroundings): Promise<ProcessPlan> {
  const settle = async (port: number): Promise<string> => String(number === 1 && port !== 0 ? port : await freePort());
  return plan('orchestrator', `orchestrator-${number}`, around, {
    AGENT_ORCHESTRATOR_PORT: await settle(ports.api),
    HEALTH_PORT: await settle(ports.health),
    METRICS_PORT: await settle(ports.metrics),
    BATON_ADMIN_PASSWORD: around.adminPassword,
  });
}

export function registryPlan(number: number, around: Surroundings): ProcessPlan {
  return plan('registry', number === 1 ? 'registry' : `registry-${number}`, around, {
    HEALTH_PORT: '0',
    METRICS_PORT: '0',
  });
}

export function hostPlan(around: Surroundings): ProcessPlan {
  const deployment = around.deployment ? { BATON_DEPLOYMENT: around.deployment } : {};
  return {
    ...plan('host', 'host', around, { HEALTH_PORT: '0', ...deployment }),
    stopWithinMs: around.drainMs + 15_000,
  };
}
