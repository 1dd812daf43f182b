import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { idsOf, webhookOffice } from '../../test/webhook-office';
import { answering, taken, type WebhookReceiver } from '../../test/webhook-receiver';

const soon = { timeoutMs: 20_000 };
const COUNT = 30;
const never = (): void => undefined;

interface Failing {
  readonly answer?: WebhookReceiver['answer'];
  /** What is told of the last attempt that failed. */
  readonly error: RegExp;
}

/** What receivers may do wrong; each is well again later. */
const failings: Readonly<Record<string, Failing>> = {
  'is down': { error: /ECONNREFUSED/ },
  'is too slow': { answer: never, error: /No answer within 300 ms/ },
  'answers 500': { answer: answering(500), error: /answered 500/ },
  'answers garbage': { answer: ({ socket }) => void socket?.end('SSH-2.0-x\r\n'), error: /Parse Error/ },
  'hangs up': { answer: ({ socket }) => void socket?.destroy(), error: /hang up|ECONNRESET/ },
  redirects: { answer: answering(307, { location: 'http://127.0.0.1:1/' }), error: /answered 307: redirects are not/ },
};

describe('a receiver that fails', () => {
  const office = webhookOffice();

  const inOrder = ({ events }: WebhookReceiver): string[] =>
    [...events].sort((one, other) => one.data.sequence - other.data.sequence).map(({ data }) => data.id);

  test.each(Object.entries(failings))(
    'one that %s gets everything when it is well, once and signed; another feels nothing',
    async (_, { answer, error }) => {
      await office.takeOffice({ timeoutMs: 300 });
      const [failing, well] = [await office.receive(), await office.receive()];
      const [webhook, other] = [await office.register(failing), await office.register(well)];
      if (answer) failing.answer = answer;
      else await failing.goDown();
      const ids = await office.submit(COUNT);

      await eventually(() => expect(idsOf(well)).toEqual([...ids].sort()));
      await eventually(async () => {
        const told = (await office.deliveries(webhook, '?state=pending')).map(({ lastError }) => lastError);
        expect(told).toHaveLength(COUNT);
        expect(told.join()).toMatch(error);
      });

      failing.got.splice(0);
      failing.answer = taken;
      if (!answer) await failing.comeUp();
      await eventually(() => expect(new Set(idsOf(failing))).toEqual(new Set(ids)), soon);
      await eventually(async () => expect(await office.deliveries(webhook, '?state=delivered')).toHaveLength(COUNT));
      expect(failing.got).toHaveLength(COUNT);
      expect(inOrder(failing)).toEqual(inOrder(well));
      failing.verifyAll(webhook.secret);
      for (const one of await office.deliveries(other)) expect(one).toMatchObject({ state: 'delivered', attempts: 1 });
      expect(well.got).toHaveLength(COUNT);
    },
    60_000,
  );

  test('however many are slow, each has places of its own: another gets everything meanwhile', async () => {
    await office.takeOffice({ timeoutMs: 600_000 });
    const slow = await office.receive();
    slow.answer = never;
    for (let n = 0; n < 24; n += 1) await office.register(slow);
    const quick = await office.receive();
    await office.register(quick);
    const ids = await office.submit(COUNT);
    await eventually(() => expect(idsOf(quick)).toEqual([...ids].sort()), soon);
  }, 60_000);

  test('one that refuses a single event is told the others, and that one again as its schedule says, not with each', async () => {
    await office.takeOffice({ schedule: { delaysMs: [600_000], giveUpAfterMs: 3_600_000 } });
    const receiver = await office.receive();
    const refused = (): string | undefined => receiver.events[0]?.data.id;
    receiver.answer = (response, index) =>
      (receiver.events[index]?.data.id === refused() ? answering(400) : taken)(response, index);
    const webhook = await office.register(receiver);
    for (let round = 0; round < 10; round += 1) {
      const ids = await office.submit(5);
      await eventually(() => expect(idsOf(receiver)).toEqual(expect.arrayContaining(ids)), soon);
    }
    // Once more when the first of the others was taken: the brain is new and does not know what it waited for.
    expect(idsOf(receiver).filter((id) => id === refused()).length).toBeLessThanOrEqual(2);
    await eventually(async () => expect(await office.deliveries(webhook, '?state=pending')).toHaveLength(1));
  }, 60_000);

  test('one for which 100,000 wait is told no more, and it is said why', async () => {
    const webhook = await office.register(await office.receive());
    const waiting = statement(
      'spec-waiting',
      `insert into webhook_deliveries (id, webhook_id, type, payload, state, due_at)
       select gen_random_uuid(), $1, 'task.queued', '{}', 'pending', 'infinity' from generate_series(1, 100001)`,
    );
    await office.door.database.run(waiting, [webhook.id]);
    await office.takeOffice();
    await eventually(async () => {
      const { disabledReason } = (await office.door.get(`/api/webhooks/${webhook.id}`)).json<{
        disabledReason: string;
      }>();
      expect(disabledReason).toBe('100001 deliveries were waiting for it.');
    }, soon);
    expect(await office.deliveries(webhook, '?state=pending')).toEqual([]);
  }, 60_000);

  test('the brain goes while it fails: the next one knows what waits, and sends it', async () => {
    const first = await office.takeOffice();
    const receiver = await office.receive();
    const webhook = await office.register(receiver);
    receiver.answer = answering(503);
    const ids = await office.submit(COUNT);
    await eventually(() => expect(receiver.got.length).toBeGreaterThan(0));
    await first.stop();
    receiver.got.splice(0);
    receiver.answer = taken;
    await office.takeOffice();
    await eventually(() => expect(new Set(idsOf(receiver))).toEqual(new Set(ids)), soon);
    receiver.verifyAll(webhook.secret);
  }, 60_000);
});
