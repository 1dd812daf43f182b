import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type TlsFiles } from '@baton/bus';
import { ensureBuilt } from '../build';
import { type Services, SetupError, startServices } from '../services';
import { type Credentials, ensureCredentials } from './credentials';
import { type MeshEnvironment } from './environment';
import { Mesh } from './mesh';
import { MeshProcess, type ProcessPlan } from './mesh-process';
import { untilReady } from './ready';
import { hostPlan, orchestratorPlan, type Ports, registryPlan, type Surroundings } from './process-plans';

export interface MeshOptions {
  dataDir: string;
  messageQueueUrl?: string | undefined;
  databaseUrl?: string | undefined;
  /** How many orchestrators and registries; 1 each when not given. */
  orchestrators?: number;
  registries?: number;
  /** Of the first orchestrator; any free ones when not given. */
  ports?: Ports;
  /** The deployment file; false: no host, no agents. */
  deployment?: string | false | undefined;
  adminPassword?: string | undefined;
  drainMs?: number;
  /** Variables for all processes of the mesh, over those of this process. */
  environment?: Record<string, string>;
  /** Variables for the process of that name alone, over all others. */
  environmentOf?: (name: string) => Record<string, string>;
  /** Hears a line for each long step and each trouble. */
  progress: (line: string) => void;
  /** Hears that somebody asked over the API for the mesh to end. */
  onShutdown?: () => void;
}

/** The options `npm start` has: those the environment tells. */
export function optionsFrom(environment: MeshEnvironment): Omit<MeshOptions, 'progress'> {
  const { AGENT_ORCHESTRATOR_PORT: api, HEALTH_PORT: health, METRICS_PORT: metrics } = environment;
  return {
    dataDir: resolve(environment.BATON_DATA_DIR),
    messageQueueUrl: environment.MESSAGE_QUEUE_URL,
    databaseUrl: environment.DATABASE_URL,
    orchestrators: environment.BATON_ORCHESTRATORS,
    ports: { api, health, metrics },
    deployment: environment.BATON_DEPLOYMENT && resolve(environment.BATON_DEPLOYMENT),
    adminPassword: environment.BATON_ADMIN_PASSWORD,
    drainMs: environment.BATON_DRAIN_MS,
  };
}

/**
 * Brings a whole mesh up: builds the apps when their sources changed, starts the services that were not given, then
 * orchestrators, registry and host, each started again when it crashes. Resolves when all are ready; rejects with a
 * SetupError, with nothing left running. Everything ends with this process, however that ends.
 */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const dataDir = resolve(options.dataDir);
  const { messageQueueUrl, databaseUrl, progress } = options;
  const build = ensureBuilt(progress);
  build.catch(() => undefined); // reported below, after the services: a wrong setting is the better reason
  const brokerTls = certificatesIn({ ...process.env, ...options.environment });
  const services = await startServices({ dataDir, messageQueueUrl, brokerTls, databaseUrl, progress });
  const started: MeshProcess[] = [];
  try {
    await build;
    const credentials = ensureCredentials(dataDir, options.adminPassword, progress);
    return await startProcesses({ ...options, dataDir }, services, credentials, started);
  } catch (error) {
    await Promise.all(started.map((process) => process.stop()));
    await services.stop();
    throw error;
  }
}

function certificatesIn(env: NodeJS.ProcessEnv): TlsFiles {
  const given = (name: string): string | undefined => env[`MESSAGE_QUEUE_${name}`] || undefined;
  return { ca: given('CA'), cert: given('CERT'), key: given('KEY'), serverName: given('SERVER_NAME') };
}

async function startProcesses(
  options: MeshOptions,
  services: Services,
  credentials: Credentials,
  started: MeshProcess[],
): Promise<Mesh> {
  const { progress, dataDir } = options;
  const around = surroundings(options, services, credentials);
  const make = (plan: ProcessPlan): MeshProcess => {
    if (!existsSync(plan.file))
      throw new SetupError(`${plan.file} is missing. Run npm run build and look at its errors.`);
    const process = new MeshProcess(plan, services.guardian, progress);
    process.on('failed', progress);
    process.on('shutdown', () => options.onShutdown?.());
    started.push(process);
    return process;
  };
  const numbers = (count = 1): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const ports = options.ports ?? { api: 0, health: 0, metrics: 0 };
  const plans = await Promise.all(
    numbers(options.orchestrators).map((number) => orchestratorPlan(number, ports, around)),
  );
  const orchestrators = plans.map(make);
  const registries = numbers(options.registries).map((number) => make(registryPlan(number, around)));
  progress('starting the orchestrator and the registry');
  await startAll([...orchestrators, ...registries]);

  const parts = { dataDir, services, orchestrators, registries, credentials, progress };
  const host = options.deployment === false ? undefined : make(hostPlan(around));
  const mesh = new Mesh(host ? { ...parts, host } : parts);
  if (host) {
    progress('starting the agents');
    await Promise.all([host.start(), settled(host)]);
  }
  await untilReady(mesh.health);
  return mesh;
}

/** Agents that are late hold up nothing for ever: the mesh is usable, and they come. */
const SETTLED_WITHIN_MS = 45_000;

async function settled(host: MeshProcess): Promise<void> {
  const signal = AbortSignal.timeout(SETTLED_WITHIN_MS);
  await Promise.race([once(host, 'settled', { signal }), once(host, 'failed', { signal })]).catch(() => undefined);
}

/** Reports the first failure, after all have either started or failed. */
async function startAll(processes: MeshProcess[]): Promise<void> {
  const work = processes.map((process) => process.start());
  await Promise.allSettled(work);
  await Promise.all(work);
}

function surroundings(options: MeshOptions, services: Services, credentials: Credentials): Surroundings {
  return {
    dataDir: options.dataDir,
    messageQueueUrl: services.messageQueueUrl,
    databaseUrl: services.databaseUrl,
    adminPassword: credentials.password,
    deployment: options.deployment || undefined,
    drainMs: options.drainMs ?? 10_000,
    environment: { ...process.env, ...options.environment },
    ...(options.environmentOf && { environmentOf: options.environmentOf }),
  };
}
