import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claim } from './data-folder';
import { Guardian } from './guardian';
import { PortMapper } from './port-mapper';
import { PrivateService } from './private-service';
import { planNode, type RabbitPlan, settlePorts } from './rabbitmq';
import { managementPlugin, type RabbitNode } from './rabbitmq-node';
import { rabbitTree, sharedPackages } from './rabbitmq-packages';
import { loadServiceState, saveServiceState } from './service-state';

export interface ClusterOptions {
  /** What the nodes keep, a folder for each. One cluster per folder. */
  dataDir: string;
  /** Default 3. One alone is a broker of its own settings. */
  nodes?: number;
  /** More lines for rabbitmq.conf of a node; they are numbered from 1. */
  settings?: (node: number) => readonly string[];
  /** Beside that of the management API. */
  plugins?: readonly string[];
  packagesDir?: string;
  progress: (line: string) => void;
}

export interface Cluster {
  /** Of each node, in order. */
  urls: string[];
  /** All of them, as MESSAGE_QUEUE_URL takes them. */
  messageQueueUrl: string;
  /** The management API of each node, with user and password. */
  managementUrls: string[];
  /** Each can be killed, stopped and started again. */
  nodes: PrivateService[];
  stop(): Promise<void>;
}

/**
 * A private cluster of RabbitMQ nodes on this machine, for tests: resolves when all have joined. A minority pauses, a
 * silent node is given up after some 8 s. Ends with this process, however it ends. Rejects with a SetupError.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const dataDir = resolve(options.dataDir);
  const release = claim(dataDir);
  const guardian = new Guardian();
  let nodes: PrivateService[] = [];
  const stop = async (): Promise<void> => {
    await all(nodes.map((node) => node.stop())).finally(close);
  };
  const close = async (): Promise<void> => {
    await guardian.close();
    release();
  };
  try {
    const plans = await planCluster({ ...options, dataDir }, guardian);
    nodes = plans.map(({ recipe }) => new PrivateService(guardian, recipe));
    for (const node of nodes) node.on('trouble', options.progress);
    options.progress(`starting ${nodes.length} RabbitMQ nodes`);
    // The first alone: a virtual host that one node makes while another is about to be up never runs on that one.
    const [first, ...others] = nodes;
    await first?.start();
    await all(others.map((node) => node.start()));
    const urls = plans.map(({ url }) => url);
    const managementUrls = plans.map(({ managementUrl }) => managementUrl ?? '');
    return { urls, messageQueueUrl: urls.join(','), managementUrls, nodes, stop };
  } catch (error) {
    // Also those that run, which would be repaired for ever. What failed first is what is told.
    await stop().catch(() => undefined);
    throw error;
  }
}

/** Waits for all even when one fails, so that nothing is still being started when the failure is reported. */
async function all(work: Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

async function planCluster(options: ClusterOptions, guardian: Guardian): Promise<RabbitPlan[]> {
  const tree = await rabbitTree(resolve(options.packagesDir ?? sharedPackages), options.progress);
  const state = loadServiceState(options.dataDir);
  saveServiceState(options.dataDir, state);
  const names = Array.from({ length: options.nodes ?? 3 }, (_, index) => `${state.node}-${index + 1}@localhost`);
  const portMapper = new PortMapper(guardian);
  const joined = names.length > 1 ? membership(names) : [];
  const shared = {
    tree,
    password: state.password,
    plugins: [managementPlugin, ...(options.plugins ?? [])],
    cookie: createHash('sha256').update(`cookie of ${state.password}`).digest('hex').slice(0, 30),
  };
  const plans: RabbitPlan[] = [];
  let portMapperPort: number | undefined;
  for (const [index, name] of names.entries()) {
    const settings = [...joined, ...(options.settings?.(index + 1) ?? [])];
    const place = await lodging(options.dataDir, index + 1, portMapperPort);
    const node: RabbitNode = { ...shared, name, settings, ...place };
    portMapperPort ??= node.ports.portMapper;
    plans.push(planNode(node, portMapper));
  }
  return plans;
}

function membership(names: readonly string[]): string[] {
  return [
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`),
    'cluster_partition_handling = pause_minority',
    'net_ticktime = 8',
  ];
}

/** A node's folder and ports. All nodes of a cluster use the port mapper of the first. */
async function lodging(
  clusterDir: string,
  number: number,
  portMapper: number | undefined,
): Promise<Pick<RabbitNode, 'service' | 'dataDir' | 'home' | 'ports'>> {
  const dataDir = join(clusterDir, `node-${number}`);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const state = loadServiceState(dataDir);
  const ports = await settlePorts(dataDir, state);
  saveServiceState(dataDir, state);
  const service = `RabbitMQ ${number}`;
  return {
    service,
    dataDir,
    home: join(dataDir, 'rabbitmq'),
    ports: { ...ports, portMapper: portMapper ?? ports.portMapper },
  };
}
