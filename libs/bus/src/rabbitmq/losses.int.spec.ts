import { rmSync } from 'node:fs';
import { eventually, TcpProxy, testFolder } from '@baton/testing';
import { startServices, type Services } from '../../../../tools/services';
import { Buses, durableQueue } from '../../test/bus-fixture';
import { Stream } from '../../test/stream';
import { dedupeWindow } from '../messaging/handled-window';

/** No promise about speed: only so that a test that hangs ends. */
const hangMs = 60_000;
const buses = new Buses();
let folder: string;
let services: Services;

beforeAll(async () => {
  folder = testFolder('losses');
  services = await startServices({ dataDir: folder, databaseUrl: process.env.DATABASE_URL, progress: () => undefined });
}, 120_000);
afterAll(async () => {
  await buses.closeAll();
  await services?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function report(what: string, stream: Stream): void {
  const { sent, duplicates, longestGapMs } = stream;
  const late = stream.outOfOrder().length;
  const gap = Math.round(longestGapMs);
  process.stdout.write(
    `${what}: ${sent} sent, longest gap ${gap} ms, ${duplicates} duplicates held back, ${late} late\n`,
  );
}

async function end(stream: Stream): Promise<void> {
  await stream.stop();
  await eventually(() => expect(stream.missing()).toEqual([]), { timeoutMs: hangMs, everyMs: 200 });
  expect(stream.failures).toEqual([]);
  expect(stream.confirmed.size).toBe(stream.sent);
  expect(stream.repeatedWithinWindow(dedupeWindow.ids)).toEqual([]);
}

test('kill -9 of the broker under 5,000 confirmed messages a second: none is lost, none handled twice, order is kept', async () => {
  const broker = services.broker;
  if (!broker) throw new Error('this test needs a broker of its own');
  const [sender, receiver] = await Promise.all([
    buses.connect(services.messageQueueUrl),
    buses.connect(services.messageQueueUrl),
  ]);
  const stream = await Stream.start(sender, receiver, durableQueue());
  await eventually(() => stream.handled.length > 10_000, { timeoutMs: hangMs });
  await broker.kill();
  await broker.start();
  stream.resetGap();
  const before = stream.handled.length;
  await eventually(() => stream.handled.length > before + 10_000, { timeoutMs: hangMs });
  await end(stream);
  report('broker killed and started again, counted from its start', stream);
  expect(stream.outOfOrder()).toEqual([]);
}, 180_000);

describe('a network between everybody and the broker', () => {
  let proxy: TcpProxy;
  let stream: Stream;

  beforeEach(async () => {
    proxy = await TcpProxy.inFrontOf(services.messageQueueUrl);
    const options = { heartbeatSeconds: 10 };
    const [sender, receiver] = await Promise.all([
      buses.connect(proxy.url, options),
      buses.connect(proxy.url, options),
    ]);
    stream = await Stream.start(sender, receiver, { ...durableQueue(), newestFirst: true }); // as a mailbox
    await eventually(() => stream.handled.length > 10_000, { timeoutMs: hangMs });
    stream.resetGap();
  }, 90_000);
  afterEach(() => proxy.close());

  test('that resets all connections under 5,000 messages a second loses nothing and keeps the order', async () => {
    for (let cut = 0; cut < 3; cut++) {
      const before = stream.handled.length;
      proxy.cut();
      proxy.mend();
      await eventually(() => stream.handled.length > before + 5_000, { timeoutMs: hangMs });
    }
    await end(stream);
    report('connections reset three times', stream);
    expect(stream.outOfOrder()).toEqual([]);
  }, 180_000);

  test('that goes silent both ways loses nothing; the stream goes on over new connections', async () => {
    const before = stream.handled.length;
    proxy.goSilent();
    proxy.mend(); // new connections pass; those there are stay silent
    await eventually(() => stream.handled.length > before + 10_000, { timeoutMs: hangMs });
    report('connections silent both ways', stream);
    await end(stream);
    report('and with what the broker had handed to the silent ones', stream);
  }, 180_000);
});
