import { rmSync } from 'node:fs';
import { createLogger, type Logger } from '@baton/observability';
import { eventually, TcpProxy, TestAuthority, testFolder } from '@baton/testing';
import { type Cluster, freePort, startCluster } from '../../../../tools/services';
import { Buses, collect, durableQueue, one, to } from '../../test/bus-fixture';
import { type Bus } from '..';
import { type TlsFiles } from './tls';

/** A broker that takes TLS only from those who show a certificate of its authority. */
const buses = new Buses();
let folder: string;
let authority: TestAuthority;
let broker: Cluster;
let url: URL;
let files: Required<TlsFiles>;

async function settings(port: number): Promise<string[]> {
  // For a name only, so that a dial by address has to say which.
  const { cert, key } = await authority.issueTo(folder, 'broker', { name: 'broker', hosts: ['broker.test'] });
  return [
    `listeners.ssl.default = 127.0.0.1:${port}`,
    `ssl_options.cacertfile = ${files.ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
    'auth_mechanisms.1 = PLAIN',
    'auth_mechanisms.2 = EXTERNAL',
    'ssl_cert_login_from = common_name',
  ];
}

beforeAll(async () => {
  folder = testFolder('tls');
  authority = await TestAuthority.create();
  const own = await authority.issueTo(folder, 'own', { name: 'baton' });
  files = { ca: authority.writeTo(folder), ...own, serverName: 'broker.test' };
  const port = await freePort();
  const lines = await settings(port);
  broker = await startCluster({
    dataDir: `${folder}/broker`,
    nodes: 1,
    settings: () => lines,
    plugins: ['rabbitmq_auth_mechanism_ssl'],
    progress: () => undefined,
  });
  url = new URL(broker.messageQueueUrl.replace('amqp:', 'amqps:'));
  url.port = String(port);
}, 120_000);
afterAll(async () => {
  await buses.closeAll();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const connect = (tls: TlsFiles, address = url.href): Promise<Bus> =>
  buses.connect(address, { tls, initialTimeoutMs: 300 });

async function failureOf(connecting: Promise<unknown>): Promise<string> {
  const failure = (await connecting.catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  expect(JSON.stringify([failure.message, failure])).not.toMatch(new RegExp(`${url.password}|PRIVATE`));
  return failure.message;
}

test('with the certificates of both sides messages flow', async () => {
  const bus = await connect(files);
  expect(bus.broker).toMatchObject({ product: 'RabbitMQ', version: expect.stringMatching(/^\d+\.\d+/) as string });
  const queue = durableQueue();
  const got = await collect(bus, queue);
  expect(await bus.publish(to(queue), one(1), { durable: true })).toBe('sent');
  await eventually(() => expect(got).toEqual([1]));
});

test('the certificate alone says who we are, with auth_mechanism=external', async () => {
  const external = new URL(url);
  external.username = external.password = '';
  external.searchParams.set('auth_mechanism', 'external');
  const bus = await connect(files, external.href);
  expect(await bus.publish(to(durableQueue()), one(1), { mandatory: true })).toBe('unroutable');
  external.username = 'baton'; // whom the certificate names: messages say so
  const named = await connect(files, external.href);
  const queue = durableQueue();
  const users: unknown[] = [];
  await named.consume(queue, ({ user }) => {
    users.push(user);
    return 'done';
  });
  await named.publish(to(queue), one(1), { durable: true });
  await eventually(() => expect(users).toEqual(['baton']));
  external.username = '';
  const stranger = await authority.issueTo(folder, 'stranger', { name: 'stranger' });
  expect(await failureOf(connect({ ...files, ...stranger }, external.href))).toMatch(/ACCESS.REFUSED/);
});

describe('what is wrong is said, with the way out', () => {
  test('an authority we do not know', async () => {
    const other = await TestAuthority.create('another');
    const text = await failureOf(connect({ ...files, ca: other.writeTo(folder, 'other.pem') }));
    expect(text).toMatch(/authority we do not know.*Set MESSAGE_QUEUE_CA/);
    expect(text).toContain(`127.0.0.1:${url.port}`);
  });

  test('a certificate for another name', async () => {
    const text = await failureOf(connect({ ...files, serverName: undefined }));
    expect(text).toMatch(/for another name.*MESSAGE_QUEUE_SERVER_NAME/);
  });

  test('no certificate of ours', async () => {
    const text = await failureOf(connect({ ca: files.ca, serverName: files.serverName }));
    expect(text).toMatch(/wants a certificate of ours.*MESSAGE_QUEUE_CERT/);
  });

  test('one the broker does not accept', async () => {
    const other = await TestAuthority.create('another');
    const theirs = await other.issueTo(folder, 'theirs', { name: 'baton' });
    expect(await failureOf(connect({ ...files, ...theirs }))).toMatch(/refused our certificate.*MESSAGE_QUEUE_CERT/);
  });

  test('TLS to a port without, and none to a port with', async () => {
    const plain = broker.messageQueueUrl;
    expect(await failureOf(connect(files, plain.replace('amqp:', 'amqps:')))).toMatch(/does not speak our TLS/);
    expect(await failureOf(buses.connect(url.href.replace('amqps:', 'amqp:'), { initialTimeoutMs: 300 }))).toMatch(
      /amqps:/,
    );
  });
});

test('renewed files count from the next connection on', async () => {
  const proxy = await TcpProxy.inFrontOf(url.href);
  const other = await TestAuthority.create('another');
  const own = await authority.issueTo(folder, 'renewed', { name: 'baton' });
  const told: string[] = [];
  const logger = Object.assign(Object.create(createLogger('tls', 'silent')) as Logger, {
    warn: ({ reason }: { reason: string }) => told.push(reason),
  });
  const bus = await buses.connect(proxy.url, { tls: { ...files, ...own }, logger });
  await other.issueTo(folder, 'renewed', { name: 'baton' });
  proxy.cut();
  proxy.mend();
  await eventually(() => expect(told.join()).toMatch(/refused our certificate/));
  await authority.issueTo(folder, 'renewed', { name: 'baton' });
  await eventually(() => bus.connected);
  await bus.close();
  await proxy.close();
});
