import { join } from 'node:path';
import { freePort } from './free-port';
import { probeBroker } from './given-service';
import { type Guardian } from './guardian';
import { endLeftover } from './leftover';
import { listens, PortMapper } from './port-mapper';
import { type ServiceRecipe } from './private-service';
import {
  managementPlugin,
  nodeOrder,
  type RabbitNode,
  type RabbitPorts,
  urlOf,
  writeConfiguration,
} from './rabbitmq-node';
import { type RabbitTree } from './rabbitmq-packages';
import { type ServiceState } from './service-state';

/** A private RabbitMQ node on the loopback interface; everything about it is known before it runs. */
export interface RabbitPlan {
  recipe: ServiceRecipe;
  url: string;
  /** The management API with its user and password, when it was asked for. */
  managementUrl?: string;
}

/** Sees to it that no earlier node of this data folder runs; keeps its ports when they are free, changes `state` where it must. */
export async function settlePorts(dataDir: string, state: ServiceState): Promise<RabbitPorts> {
  for (const file of ['rabbitmq.json', 'epmd.json']) await endLeftover(join(dataDir, 'run', file));
  const amqp = (state.amqpPort = await freePort(state.amqpPort));
  const distribution = (state.distributionPort = await freePort(state.distributionPort));
  const portMapper = (state.portMapperPort = await freePort(state.portMapperPort));
  const management = (state.managementPort = await freePort(state.managementPort));
  return { amqp, distribution, portMapper, management };
}

/** How a node is started and known to answer. */
export function planNode(node: RabbitNode, portMapper: PortMapper): RabbitPlan {
  const { service, ports, password } = node;
  const url = urlOf(node);
  const prepare: ServiceRecipe['prepare'] = async () => {
    writeConfiguration(node);
    await portMapper.ensure(node);
    return nodeOrder(node);
  };
  const probe = async (): Promise<void> => {
    if (!(await listens(ports.amqp))) throw new Error('it does not listen yet');
    await probeBroker(url);
  };
  const plan: RabbitPlan = { url, recipe: { name: service, prepare, probe, readyTimeoutMs: 90_000 } };
  if (node.plugins.includes(managementPlugin))
    plan.managementUrl = `http://baton:${password}@127.0.0.1:${ports.management}`;
  return plan;
}

/** Plans the private broker of a data folder. */
export async function planRabbit(options: {
  dataDir: string;
  state: ServiceState;
  tree: RabbitTree;
  guardian: Guardian;
  management: boolean;
}): Promise<RabbitPlan> {
  const { dataDir, state, tree, guardian, management } = options;
  const node: RabbitNode = {
    service: 'RabbitMQ',
    name: `${state.node}@localhost`,
    dataDir,
    home: join(dataDir, 'rabbitmq'),
    tree,
    password: state.password,
    ports: await settlePorts(dataDir, state),
    plugins: management ? [managementPlugin] : [],
    settings: [],
  };
  return planNode(node, new PortMapper(guardian));
}
