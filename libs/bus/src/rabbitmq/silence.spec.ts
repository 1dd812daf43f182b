import { type Heard, patienceAfter, Silence, tickMs, ticksAtRest } from './silence';

/** A socket on which `bytes` come at each tick, until it is lost or so many ticks have passed. */
function run(silence: Silence, ticks: number, bytes: (tick: number) => number, more: Partial<Heard> = {}): string[] {
  let received = 0;
  return Array.from({ length: ticks }, (_, tick) => {
    received += bytes(tick);
    return silence.tick({ received, expecting: false, blocked: false, ...more });
  });
}
const silent = (): number => 0;
const secondsUntil = (said: string[], word: string): number => ((said.indexOf(word) + 1) * tickMs) / 1_000;

test('while something is waited for, silence is asked about after a second and lost two later', () => {
  const said = run(new Silence(patienceAfter(0)), 20, silent, { expecting: true });
  expect([secondsUntil(said, 'ask'), secondsUntil(said, 'lost')]).toEqual([1, 3]);
  expect(said.filter((word) => word === 'ask')).toHaveLength(1);
});

test('a connection that carried messages a moment ago is as closely watched', () => {
  const silence = new Silence(patienceAfter(0));
  run(silence, 4, () => 1_000);
  expect(
    secondsUntil(
      run(silence, 20, (tick) => (tick === 0 ? 5_000 : 0)),
      'ask',
    ),
  ).toBe(1.25);
});

test('one at rest, with the heartbeats of the broker every five seconds, is never asked', () => {
  const said = run(new Silence(patienceAfter(0)), 4_000, (tick) => (tick % 20 === 0 ? 8 : 0));
  expect(new Set(said)).toEqual(new Set(['wait']));
});

test('without those it is asked after six seconds, or when the heartbeats of AMQP are late', () => {
  const [listening, publishing] = [undefined, ticksAtRest.publishing].map((atRest) =>
    run(new Silence(patienceAfter(0), atRest), 80, silent),
  ) as [string[], string[]];
  expect([secondsUntil(listening, 'ask'), secondsUntil(listening, 'lost')]).toEqual([6, 8]);
  expect(secondsUntil(publishing, 'ask')).toBe(15);
});

test('an answer, or any other byte, is a sign of life; the next silence is asked about anew', () => {
  const said = run(new Silence(patienceAfter(0)), 24, (tick) => (tick % 6 === 5 ? 20 : 0), { expecting: true });
  expect(said).not.toContain('lost');
  expect(said.filter((word) => word === 'ask')).toHaveLength(4);
});

test('a broker that blocks publishers is silent on purpose', () => {
  const silence = new Silence(patienceAfter(0));
  expect(new Set(run(silence, 400, silent, { expecting: true, blocked: true }))).toEqual(new Set(['wait']));
});

test('who gave up connections for their silence a moment ago waits longer, within bounds', () => {
  expect([0, 1, 2, 3, 9].map((silences) => (patienceAfter(silences) * tickMs) / 1_000)).toEqual([2, 4, 8, 8, 8]);
});
