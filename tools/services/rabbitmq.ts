import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port';
import { probeBroker } from './given-service';
import { type Guardian, type ProcessOrder } from './guardian';
import { endLeftover, waitUntil } from './leftover';
import { type ServiceRecipe } from './private-service';
import { type RabbitTree } from './rabbitmq-packages';
import { type ServiceState } from './service-state';
import { SetupError } from './setup-error';

const NAME = 'RabbitMQ';
const PORT_MAPPER = 'Erlang port mapper';

/** A private RabbitMQ node on the loopback interface; everything about it is known before it runs. */
export interface RabbitPlan {
  recipe: ServiceRecipe;
  url: string;
  /** The management API with its user and password, when it was asked for. */
  managementUrl?: string;
}

interface Node {
  home: string;
  dataDir: string;
  tree: RabbitTree;
  state: Required<Omit<ServiceState, 'postgresPort' | 'postgresData'>>;
  management: boolean;
}

/** RabbitMQ's own format: salt and SHA-256 of salt and password, in Base64. */
function passwordHash(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

function configuration({ home, state, management }: Node): string {
  const lines = [
    `listeners.tcp.default = 127.0.0.1:${state.amqpPort}`,
    'log.console = false',
    'log.file = rabbit.log',
    'log.file.level = info',
    'log.file.rotation.size = 10485760',
    'log.file.rotation.count = 2',
    'log.connection.level = warning',
    'vm_memory_high_watermark.absolute = 1GB',
    'disk_free_limit.absolute = 200MB',
    `load_definitions = ${join(home, 'definitions.json')}`,
  ];
  if (management) lines.push('management.tcp.ip = 127.0.0.1', `management.tcp.port = ${state.managementPort}`);
  return `${lines.join('\n')}\n`;
}

function definitions(password: string): object {
  const user = {
    name: 'baton',
    password_hash: passwordHash(password),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  };
  return {
    users: [{ ...user, tags: 'administrator' }],
    vhosts: [{ name: '/' }],
    permissions: [{ user: 'baton', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  };
}

function writeConfiguration(node: Node): void {
  const { home, state, management } = node;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const secret = { mode: 0o600 };
  if (!existsSync(join(home, '.erlang.cookie')))
    writeFileSync(join(home, '.erlang.cookie'), randomBytes(15).toString('hex'), { mode: 0o400 });
  writeFileSync(join(home, 'rabbitmq.conf'), configuration(node), secret);
  writeFileSync(join(home, 'definitions.json'), JSON.stringify(definitions(state.password)), secret);
  writeFileSync(join(home, 'enabled_plugins'), management ? '[rabbitmq_management].\n' : '[].\n');
}

/** The node's whole environment: nothing of the user's own RabbitMQ settings gets in. */
function environment({ home, tree, state, dataDir }: Node): NodeJS.ProcessEnv {
  const file = (name: string): string => join(home, name);
  return {
    PATH: `${tree.erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: home,
    LANG: 'C.UTF-8',
    ERL_ROOTDIR: tree.erlang,
    ERL_EPMD_PORT: String(state.portMapperPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_NODENAME: `${state.node}@localhost`,
    RABBITMQ_NODE_PORT: String(state.amqpPort),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(state.distributionPort),
    RABBITMQ_MNESIA_BASE: file('mnesia'),
    RABBITMQ_LOG_BASE: join(dataDir, 'logs'),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
    RABBITMQ_CONFIG_FILE: file('rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: file('advanced.config'),
    RABBITMQ_CONF_ENV_FILE: file('none.conf'),
    RABBITMQ_PID_FILE: file('pid'),
    RABBITMQ_SCHEMA_DIR: file('schema'),
    RABBITMQ_GENERATED_CONFIG_DIR: file('generated'),
    RABBITMQ_FEATURE_FLAGS_FILE: file('feature_flags'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RUNNING_UNDER_SYSTEMD: 'true', // the start script then becomes the node instead of staying as its parent
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Without its port mapper a node does not boot; in the foreground it is a child like any other and leaves no orphan. */
async function ensurePortMapper(guardian: Guardian, node: Node): Promise<void> {
  const port = node.state.portMapperPort;
  if (await listens(port)) return;
  await guardian.start({
    ...processOrder(node, PORT_MAPPER, 'epmd'),
    command: node.tree.epmd,
    args: ['-address', '127.0.0.1', '-port', String(port)],
    stopTimeoutMs: 2_000,
  });
  if (!(await waitUntil(() => listens(port), 10_000))) {
    throw new SetupError(
      `The Erlang port mapper does not listen on port ${port}; ${join(node.dataDir, 'logs', 'epmd.log')} may tell why.`,
    );
  }
}

function processOrder(node: Node, name: string, file: string): ProcessOrder {
  return {
    name,
    command: node.tree.server,
    args: [],
    env: environment(node),
    cwd: node.home,
    log: join(node.dataDir, 'logs', `${file}.log`),
    pidFile: join(node.dataDir, 'run', `${file}.json`),
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 20_000,
  };
}

/** Plans the private broker of a data folder: keeps its ports when they are free, changes `state` where it must. */
export async function planRabbit(options: {
  dataDir: string;
  state: ServiceState;
  tree: RabbitTree;
  guardian: Guardian;
  management: boolean;
}): Promise<RabbitPlan> {
  const { dataDir, state, tree, guardian, management } = options;
  for (const file of ['rabbitmq.json', 'epmd.json']) await endLeftover(join(dataDir, 'run', file));
  state.amqpPort = await freePort(state.amqpPort);
  state.distributionPort = await freePort(state.distributionPort);
  state.portMapperPort = await freePort(state.portMapperPort);
  state.managementPort = await freePort(state.managementPort);
  const node: Node = { home: join(dataDir, 'rabbitmq'), dataDir, tree, state: state as Node['state'], management };
  const url = `amqp://baton:${state.password}@127.0.0.1:${state.amqpPort}/`;

  const prepare = async (): Promise<ProcessOrder> => {
    writeConfiguration(node);
    await ensurePortMapper(guardian, node);
    return processOrder(node, NAME, 'rabbitmq');
  };
  const probe = async (): Promise<void> => {
    if (!(await listens(node.state.amqpPort))) throw new Error('it does not listen yet');
    await probeBroker(url);
  };
  const plan: RabbitPlan = { url, recipe: { name: NAME, prepare, probe, readyTimeoutMs: 90_000 } };
  if (management) plan.managementUrl = `http://baton:${state.password}@127.0.0.1:${state.managementPort}`;
  return plan;
}
