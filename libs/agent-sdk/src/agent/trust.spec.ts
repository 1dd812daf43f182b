import { type Logger } from '@baton/observability';
import { Trust } from './trust';

function trusting() {
  const lines: object[] = [];
  let now = 0;
  const trust = new Trust({ warn: (line: object) => lines.push(line) } as unknown as Logger, () => now);
  return { trust, lines, after: (ms: number) => (now += ms) };
}

test('until the registry names somebody, everybody may give orders', () => {
  const { trust } = trusting();
  expect(trust.allows(undefined, 'drain')).toBe(true);
  trust.inOnly(undefined);
  expect(trust.allows('mallory', 'drain')).toBe(true);
});

test('then those named, and nobody else', () => {
  const { trust, lines } = trusting();
  trust.inOnly(['baton']);
  expect(trust.allows('baton', 'drain')).toBe(true);
  expect(trust.allows('mallory', 'drain')).toBe(false);
  expect(trust.allows(undefined, 'assign')).toBe(false);
  expect(lines).toEqual([{ event: 'order.refused', order: 'drain', user: 'mallory', times: 1 }]);
});

test('a flood of refused orders is one line every ten seconds', () => {
  const { trust, lines, after } = trusting();
  trust.inOnly(['baton']);
  for (let n = 0; n < 1000; n++) trust.allows('mallory', 'drain');
  after(10_000);
  trust.allows('mallory', 'drain');
  expect(lines).toMatchObject([{ times: 1 }, { times: 1000 }]);
});
