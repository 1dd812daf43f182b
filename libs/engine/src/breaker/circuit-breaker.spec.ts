import fc from 'fast-check';
import { type BreakerMove, type BreakerPolicy, CircuitBreaker } from './circuit-breaker';

const policy: BreakerPolicy = {
  consecutiveFailures: 3,
  failureRate: 0.5,
  minimumVolume: 10,
  windowMs: 1000,
  coolDownMs: 100,
  maxCoolDownMs: 350,
};
type Step = 'ok' | 'fail' | 'old' | 'sent' | 'look' | `+${number}`;

/** Plays steps: attempts end now unless they are `old`; `+n` lets time pass and the breaker cool. */
function play(steps: readonly Step[]): CircuitBreaker {
  const breaker = new CircuitBreaker(policy);
  let now = 0;
  for (const step of steps) {
    if (step === 'sent') breaker.sent();
    else if (step === 'look') breaker.look(0);
    else if (step === 'old') breaker.ended(true, -1, now);
    else if (step === 'ok' || step === 'fail') breaker.ended(step === 'fail', now, now);
    else breaker.cooled((now += Number(step)));
  }
  return breaker;
}
const three: Step[] = ['fail', 'fail', 'fail'];
const times = (count: number, steps: Step[]): Step[] => Array.from({ length: count }, () => steps).flat();

test.each([
  ['C1 two failures in a row are none of its business', ['fail', 'fail'], 'closed', true],
  ['C1 three open it', three, 'open', false],
  ['C1 a success between them begins anew', ['fail', 'fail', 'ok', 'fail', 'fail'], 'closed', true],
  ['C1 half of them failing opens it', times(5, ['ok', 'fail']), 'open', false],
  ['C1 not below the volume', times(4, ['ok', 'fail']), 'closed', true],
  ['C1 a third of them failing does not', times(9, ['ok', 'ok', 'fail']), 'closed', true],
  ['C1 failures long ago do not count', [...times(4, ['ok', 'fail']), '+2500', 'ok', 'fail'], 'closed', true],
  ['C1 looks at a closed one change nothing', ['sent', 'look', 'look'], 'closed', true],
  ['C2 open until it has cooled', [...three, '+99'], 'open', false],
  ['C2 then it admits one', [...three, '+100'], 'half-open', true],
  ['C3 and no second one', [...three, '+100', 'sent'], 'half-open', false],
  ['C3 its success closes', [...three, '+100', 'sent', 'ok'], 'closed', true],
  ['C3 its failure opens for twice as long', [...three, '+100', 'sent', 'fail', '+199'], 'open', false],
  ['C3 and then it is asked again', [...three, '+100', 'sent', 'fail', '+200'], 'half-open', true],
  ['C3 never longer than the longest', [...three, ...times(9, ['+350', 'sent', 'fail']), '+350'], 'half-open', true],
  ['C3 once closed the cool-down is short again', [...three, '+100', 'ok', ...three, '+100'], 'half-open', true],
  ['C4 late ends do not open it for longer', [...three, 'fail', 'fail', '+100'], 'half-open', true],
  ['C4 nor close it', [...three, 'ok'], 'open', false],
  ['C4 an old end is not the word of the probe', [...three, '+100', 'sent', 'old'], 'half-open', false],
  ['C5 a success of what was sent in spite of it closes it', [...three, '+1', 'ok'], 'closed', true],
  ['C5 a failure changes nothing', [...three, '+1', 'fail', '+99'], 'half-open', true],
  ['a probe without a word keeps its place at the first look', [...three, '+100', 'sent', 'look'], 'half-open', false],
  ['and loses it at the second', [...three, '+100', 'sent', 'look', 'look'], 'half-open', true],
] satisfies [string, Step[], string, boolean][])('%s', (_rule, steps, state, admits) => {
  expect(play(steps)).toMatchObject({ state, admits });
});

test('of a breaker that another process keeps: its state is known, and a probe counts as out already', () => {
  const breaker = new CircuitBreaker(policy);
  breaker.mirror('open', 5000);
  expect(breaker).toMatchObject({ state: 'open', nextProbeMs: 5000, admits: false, yields: false });
  breaker.mirror('half-open', 0);
  expect(breaker).toMatchObject({ state: 'half-open', admits: false });
  breaker.mirror('closed', 0);
  expect(breaker).toMatchObject({ state: 'closed', admits: true });
});

test('tells of every move, with its reason and how long it lasts', () => {
  const breaker = new CircuitBreaker(policy);
  breaker.ended(true, 0, 0);
  breaker.ended(true, 0, 0);
  expect(breaker.ended(true, 0, 5)).toEqual({
    from: 'closed',
    to: 'open',
    reason: '3 failures in a row',
    coolDownMs: 100,
  });
  expect(breaker.nextProbeMs).toBe(105);
  expect(breaker.cooled(50)).toBeUndefined();
  expect(breaker.cooled(105)).toMatchObject({ from: 'open', to: 'half-open' });
  expect(breaker.ended(true, 106, 110)).toMatchObject({ from: 'half-open', to: 'open', coolDownMs: 200 });
});

test('what an earlier brain left open begins half-open, with the cool-down it had reached', () => {
  const breaker = new CircuitBreaker(policy);
  breaker.restore(1, 1000);
  expect(breaker).toMatchObject({ state: 'half-open', admits: true });
  expect(breaker.ended(true, 999, 1001)).toBeUndefined();
  expect(breaker.ended(true, 1001, 1002)).toMatchObject({ to: 'open', coolDownMs: 200 });
});

function happens(breaker: CircuitBreaker, kind: string, now: number): BreakerMove | undefined {
  if (kind === 'cool') return breaker.cooled(now);
  if (kind === 'ok' || kind === 'fail') return breaker.ended(kind === 'fail', now, now);
  if (kind === 'look') breaker.look(0);
  else if (breaker.admits) breaker.sent();
  return undefined;
}

test('whatever happens: moves chain, an open one cools, and a success after the probe always closes it', () => {
  const event = fc.record({ kind: fc.constantFrom('ok', 'fail', 'sent', 'look', 'cool'), afterMs: fc.nat(120) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const breaker = new CircuitBreaker(policy);
      let [now, state] = [0, 'closed' as string];
      for (const { kind, afterMs } of events) {
        now += afterMs;
        const move = happens(breaker, kind, now);
        if (move) {
          expect(move.from).toBe(state);
          expect(move.coolDownMs).toBeLessThanOrEqual(policy.maxCoolDownMs);
          state = move.to;
        }
        expect(breaker.state).toBe(state);
        expect(breaker.state === 'open' && breaker.admits).toBe(false);
      }
      now += policy.maxCoolDownMs;
      breaker.cooled(now);
      breaker.ended(false, now, now);
      expect(breaker).toMatchObject({ state: 'closed', admits: true });
    }),
  );
});
