import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessOrder } from './guardian';
import { type RabbitTree } from './rabbitmq-packages';

/** One RabbitMQ node on the loopback interface, as it is configured before it runs. */
export interface RabbitNode {
  /** As its guardian and people call it: `RabbitMQ`, `RabbitMQ 2`. */
  readonly service: string;
  /** In the Erlang world: `baton-1a2b@localhost`. */
  readonly name: string;
  readonly dataDir: string;
  readonly home: string;
  readonly tree: RabbitTree;
  readonly password: string;
  readonly ports: RabbitPorts;
  readonly plugins: readonly string[];
  /** More lines of rabbitmq.conf. */
  readonly settings: readonly string[];
  /** Nodes that are to know each other have the same; without one each has its own. */
  readonly cookie?: string;
}

export interface RabbitPorts {
  readonly amqp: number;
  readonly distribution: number;
  readonly portMapper: number;
  readonly management: number;
}

export const managementPlugin = 'rabbitmq_management';
/** What RabbitMQ 4 takes at most unless told otherwise; 3.x takes 128 MiB. */
const messageBytes = 16 * 1024 * 1024;

export const urlOf = ({ password, ports }: RabbitNode): string => `amqp://baton:${password}@127.0.0.1:${ports.amqp}/`;

/** RabbitMQ's own format: salt and SHA-256 of salt and password, in Base64. */
function passwordHash(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

function configuration({ home, ports, plugins, settings }: RabbitNode): string {
  const lines = [
    `listeners.tcp.default = 127.0.0.1:${ports.amqp}`,
    'log.console = false',
    'log.file = rabbit.log',
    'log.file.level = info',
    'log.file.rotation.size = 10485760',
    'log.file.rotation.count = 2',
    'log.connection.level = warning',
    'vm_memory_high_watermark.absolute = 1GB',
    'disk_free_limit.absolute = 200MB',
    `max_message_size = ${messageBytes}`,
    `load_definitions = ${join(home, 'definitions.json')}`,
  ];
  const management = ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${ports.management}`];
  return [...lines, ...(plugins.includes(managementPlugin) ? management : []), ...settings, ''].join('\n');
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

/** Writes what the node reads when it starts; the secrets for its owner alone. */
export function writeConfiguration(node: RabbitNode): void {
  const { home, password, plugins, cookie = randomBytes(15).toString('hex') } = node;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const secret = { mode: 0o600 };
  const cookieFile = join(home, '.erlang.cookie');
  if (!existsSync(cookieFile)) writeFileSync(cookieFile, cookie, { mode: 0o400 });
  writeFileSync(join(home, 'rabbitmq.conf'), configuration(node), secret);
  writeFileSync(join(home, 'definitions.json'), JSON.stringify(definitions(password)), secret);
  writeFileSync(join(home, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
}

/** The node's whole environment: nothing of the user's own RabbitMQ settings gets in. */
function environment({ name, home, tree, ports, dataDir }: RabbitNode): NodeJS.ProcessEnv {
  const file = (file: string): string => join(home, file);
  return {
    PATH: `${tree.erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: home,
    LANG: 'C.UTF-8',
    ERL_ROOTDIR: tree.erlang,
    ERL_EPMD_PORT: String(ports.portMapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_NODENAME: name,
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(ports.distribution),
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

/** How the guardian starts the node itself, or under another name and file a helper with the same surroundings. */
export function nodeOrder(node: RabbitNode, name = node.service, file = 'rabbitmq'): ProcessOrder {
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
