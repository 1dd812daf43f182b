import { type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { NotFoundError, StateConflictError } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { type Delivery } from '../bus';
import { BrokerUnavailableError } from '../errors';
import { CalmLog } from './calm-log';
import { type Held, Line } from './held';
import { type Outbound } from './outbound';
import { type Session } from './session';
import { Settlement } from './settlement';
import { maxFailures } from './verdicts';

const queue = { name: 'q', life: 'durable', bindings: [] } as const;

function fixture(refusals: (letter: Outbound) => Promise<unknown> = () => Promise.resolve('sent')) {
  const sent: string[] = [];
  const letters: string[] = [];
  const again: Held[] = [];
  const channel = {
    ack: (message: ConsumeMessage, multiple: boolean) => sent.push(`ack ${message.fields.deliveryTag} ${multiple}`),
    nack: (message: ConsumeMessage) => sent.push(`nack ${message.fields.deliveryTag}`),
  } as unknown as ConfirmChannel;
  const line = new Line(channel, {} as Session);
  const keep = (letter: Outbound): Promise<unknown> => {
    letters.push(String((letter.properties.headers as Record<string, unknown>)['baton-reason']));
    return refusals(letter);
  };
  const logger = createLogger('bus-test', 'silent');
  const settlement = new Settlement(queue, false, { calm: new CalmLog(logger), refusals: keep }, (held) =>
    again.push(held),
  );
  const hold = (deliveryTag: number): Held => {
    line.acks.delivered(deliveryTag);
    const message = {
      fields: { deliveryTag, exchange: '', routingKey: 'q' },
      properties: {},
      content: Buffer.alloc(0),
    };
    const delivery = { redelivered: false } as Delivery;
    return { message: message as unknown as ConsumeMessage, line, delivery, failures: 0, tries: 0, alone: false };
  };
  return { sent, letters, again, settlement, hold };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const turn = (): Promise<void> => jest.advanceTimersByTimeAsync(0).then(() => undefined);

test('of a batch that threw each is handled alone, at once, and none is blamed yet', () => {
  const { settlement, hold, again } = fixture();
  settlement.failed([hold(1), hold(2)], new Error('one of you'));
  expect(again.map(({ alone, failures, delivery }) => [alone, failures, delivery.redelivered])).toEqual([
    [true, 0, true],
    [true, 0, true],
  ]);
});

test('a delivery that fails alone is tried again after a growing pause, then is dead, and only then acked', async () => {
  const { settlement, hold, again, letters, sent } = fixture();
  const held = hold(1);
  for (let failure = 1; failure <= maxFailures; failure++) {
    settlement.failed([held], new Error('poison'));
    expect(again).toHaveLength(failure - 1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(again).toHaveLength(failure);
  }
  expect(sent).toEqual([]);
  settlement.failed([held], new Error('poison'));
  await turn();
  expect(letters).toEqual(['the handler failed 6 times: poison']);
  expect(sent).toEqual(['ack 1 true']);
});

test.each([
  ['retry: tried again without a bound', new BrokerUnavailableError('down'), [], []],
  ['conflict: somebody else was first, done', new StateConflictError('late'), [], ['ack 1 true']],
  [
    'reject: dead at once',
    new NotFoundError('NOT_FOUND', 'X'),
    [expect.stringMatching(/^NOT_FOUND: X/)],
    ['ack 1 true'],
  ],
])('an error of ours says what becomes of the delivery: %s', async (_rule, error, letters, acks) => {
  const fixed = fixture();
  const held = fixed.hold(1);
  const rounds = acks.length === 0 ? 20 : 1;
  for (let round = 0; round < rounds; round++) {
    fixed.settlement.failed([held], error);
    await jest.advanceTimersByTimeAsync(10_000);
  }
  expect(fixed.letters).toEqual(letters);
  expect(fixed.sent).toEqual(acks);
  expect(fixed.again).toHaveLength(acks.length === 0 ? rounds : 0);
});

test('a dead letter that cannot be stored leaves its delivery unacked', async () => {
  const { settlement, hold, sent } = fixture(() => Promise.reject(new BrokerUnavailableError('closing')));
  settlement.settle(hold(1), { reject: 'bad' });
  await turn();
  await settlement.idle();
  expect(sent).toEqual([]);
});

test('stop gives back what waits to be tried again, and what asks for it later', async () => {
  const { settlement, hold, again, sent } = fixture();
  settlement.settle(hold(1), 'retry');
  settlement.stop();
  settlement.settle(hold(2), 'retry');
  await jest.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual(['nack 1', 'nack 2']);
  expect(again).toEqual([]);
});
