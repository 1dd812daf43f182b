import { MessageInvalidError } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { BusStandIn } from '../../test/bus-stand-in';
import { ResultOutbox } from './result-outbox';

let wire: BusStandIn;
let outbox: ResultOutbox;
let waits: number[];

const result = (token: string, units = 0): string => JSON.stringify({ token, output: 'x'.repeat(units) });
const tokens = (): string[] => wire.results.map((one) => one.token as string);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  wire = new BusStandIn();
  waits = [];
  const wait = (ms: number): Promise<unknown> => Promise.resolve(waits.push(ms));
  outbox = new ResultOutbox(wire.bus, createLogger('outbox', 'silent'), wait);
});
afterEach(() => jest.useRealTimers());

test('what gathers while one message is under way travels in the next, in order', async () => {
  let open = (): void => undefined;
  wire.gate = new Promise((resolve) => (open = resolve));
  const first = outbox.add({ json: result('1') });
  await jest.advanceTimersByTimeAsync(0);
  const others = ['2', '3', '4'].map((token) => outbox.add({ json: result(token) }));
  expect(outbox.size).toBe(4);
  open();
  await Promise.all([first, ...others]);
  expect([wire.batches, tokens()]).toEqual([
    [1, 3],
    ['1', '2', '3', '4'],
  ]);
  expect([outbox.size, outbox.units]).toEqual([0, 0]);
});

test('large results are spread over several messages', async () => {
  await Promise.all(['1', '2', '3', '4', '5'].map((token) => outbox.add({ json: result(token, 900_000) })));
  expect(wire.batches).toEqual([2, 2, 1]);
});

test('nobody there, broker away: it tries again until it is taken', async () => {
  wire.answers.push('unroutable', new Error('connection lost'), 'dropped', 'unroutable');
  await outbox.add({ json: result('1') });
  expect([tokens(), waits]).toEqual([['1'], [100, 200, 400, 800]]);
});
test('a result the wire refuses is replaced by its failure and takes no other with it', async () => {
  const refusal = new MessageInvalidError('too large');
  wire.answers.push(refusal, 'sent', refusal);
  const bad = { json: result('bad'), fallbackJson: () => result('instead') };
  await Promise.all([outbox.add({ json: result('1') }), outbox.add(bad), outbox.add({ json: result('2') })]);
  expect(tokens()).toEqual(['1', 'instead', '2']);
});

test('closing waits for the last results, and gives them up when the time is over', async () => {
  wire.gate = new Promise(() => undefined);
  const lost = outbox.add({ json: result('1') }).catch((error: Error) => error.message);
  const closed = outbox.close(1000);
  await jest.advanceTimersByTimeAsync(1000);
  expect(await lost).toContain('left');
  await jest.advanceTimersByTimeAsync(1);
  expect(await closed).toBe(1);
});
