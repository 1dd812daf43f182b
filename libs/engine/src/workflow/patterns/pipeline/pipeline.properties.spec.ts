import { type StepState } from '@baton/contracts';
import fc from 'fast-check';
import { PlayedPipeline, type Script } from './pipeline.fixture';

const stage = fc.record(
  { concurrency: fc.integer({ min: 1, max: 4 }), buffer: fc.integer({ min: 0, max: 4 }) },
  { requiredKeys: [] },
);
const script: fc.Arbitrary<Script> = fc.record({
  stages: fc.array(stage, { minLength: 1, maxLength: 5 }),
  items: fc.array(fc.nat(), { maxLength: 15 }),
  order: fc.constantFrom('kept' as const, 'any' as const),
  failFast: fc.boolean(),
});
const step = fc.record({
  pick: fc.nat(),
  state: fc.constantFrom<StepState>('completed', 'completed', 'completed', 'completed', 'failed', 'canceled'),
  restart: fc.constantFrom(false, false, false, true),
});

interface Seen {
  readonly running: number;
  readonly waiting: number;
}

/** Counted from the children alone. An item waits before a stage when the one before let it pass. */
function look({ children, script: { stages } }: PlayedPipeline, stage: number): Seen {
  const there = children.filter(({ index }) => index % stages.length === stage);
  const running = there.filter(({ state }) => state === 'queued').length;
  const came = ({ index }: { index: number }) => children[index - 1]?.state === 'completed';
  return { running, waiting: there.filter((child) => child.state === 'pending' && came(child)).length };
}

/** L1 */
function checkLimits(play: PlayedPipeline): void {
  const { stages } = play.script;
  for (const [at, { concurrency = 1 }] of stages.entries()) {
    const next = stages[at + 1];
    const held = next ? look(play, at + 1).waiting - (next.buffer ?? 2 * (next.concurrency ?? 1)) : 0;
    expect(look(play, at).running + Math.max(0, held)).toBeLessThanOrEqual(concurrency);
  }
}

/** L2 */
function checkOrder({ started, script: { stages, order } }: PlayedPipeline): void {
  if (order === 'any') return;
  for (const at of stages.keys()) {
    const taken = started.filter((index) => index % stages.length === at);
    expect(taken).toEqual([...taken].sort((one, other) => one - other));
  }
}

test('whatever ends when: never over a limit, each child once, in order, and it ends', () => {
  fc.assert(
    fc.property(script, fc.array(step, { minLength: 1, maxLength: 60 }), (given, steps) => {
      const play = new PlayedPipeline(given);
      for (let turn = 0; !play.end; turn += 1) {
        checkLimits(play);
        const { pick, state, restart } = steps[turn % steps.length] as (typeof steps)[number];
        if (restart) play.reopen();
        const { active } = play;
        expect(active.length).toBeGreaterThan(0);
        const child = active[pick % active.length] as (typeof active)[number];
        play.finish(child.index, state);
      }
      checkOrder(play);
      expect(new Set(play.started).size).toBe(play.started.length);
      expect(play.output).toHaveLength(play.children.length / given.stages.length);
    }),
    { numRuns: 300 },
  );
});

/** Runs with these durations on a clock of its own; when the last item is out. */
function makespan(given: Script, durationOf: (index: number) => number): number {
  const play = new PlayedPipeline(given);
  const endsAt = new Map<number, number>();
  for (let time = 0; ;) {
    for (const { index } of play.active) if (!endsAt.has(index)) endsAt.set(index, time + durationOf(index));
    const next = play.active.sort((one, other) => (endsAt.get(one.index) ?? 0) - (endsAt.get(other.index) ?? 0))[0];
    if (!next) return time;
    time = endsAt.get(next.index) as number;
    play.finish(next.index);
  }
}

describe('the makespan, on a simulated clock', () => {
  const items = [...Array(100).keys()];

  test('4 stages, 100 items of 20 ms: the ideal 103 × 20 ms, exactly', () => {
    expect(makespan({ stages: [{}, {}, {}, {}], items }, () => 20)).toBe(103 * 20);
  });

  test('also with the smallest buffers', () => {
    expect(makespan({ stages: [{}, { buffer: 0 }, { buffer: 0 }, { buffer: 1 }], items }, () => 20)).toBe(103 * 20);
  });

  test('a slow stage with many slots is not slowed by the small buffer of a quick one after it', () => {
    const stages = [{ concurrency: 10 }, { buffer: 2 }];
    const duration = (index: number) => (index % 2 === 0 ? 200 : 20);
    expect(makespan({ stages, items }, duration)).toBe(200 + 100 * 20);
  });

  test('without limits of buffers it is the recurrence of a flow shop, whatever the durations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
          maxLength: 20,
        }),
        (durations) => {
          const ready = [0, 0, 0, 0];
          for (const row of durations) {
            row.forEach((ms, at) => (ready[at + 1] = Math.max(ready[at + 1] as number, ready[at] as number) + ms));
            ready[0] = 0;
          }
          const given = { stages: [{}, { buffer: 99 }, { buffer: 99 }], items: durations.map((_row, at) => at) };
          expect(makespan(given, (index) => durations[Math.floor(index / 3)]?.[index % 3] as number)).toBe(ready[3]);
        },
      ),
    );
  });
});

test('10,000 items in 5 stages go through', () => {
  const play = new PlayedPipeline({ stages: [{}, {}, {}, {}, { concurrency: 3 }], items: [...Array(10_000).keys()] });
  const queue = play.started;
  for (let at = 0; at < queue.length; at += 1) play.finish(queue[at] as number);
  expect(play.end?.state).toBe('completed');
  expect(queue).toHaveLength(50_000);
});
