import fc from 'fast-check';
import { PlayedPipeline, type Script } from './pipeline.fixture';

interface Mesh {
  /** From the end of a child until the pipeline has been told, and what it starts then has begun. */
  readonly roundTrip?: (index: number) => number;
  /** Whether agents take a child that is to begin after another one; not in the moment that one was started. */
  readonly sequences?: boolean;
}

/** One pipeline whose children take as long as they are said to, on a clock of its own. */
class TimedPipeline {
  private time = 0;
  private readonly startedAt = new Map<number, number>();
  private readonly play: PlayedPipeline;

  constructor(
    script: Script,
    private readonly durationOf: (index: number) => number,
    private readonly mesh: Mesh,
  ) {
    this.play = new PlayedPipeline(script);
    this.play.mayFollow = (index) => mesh.sequences === true && (this.startedAt.get(index) ?? this.time) < this.time;
  }

  /** When the last item is out. */
  run(): number {
    const { play, startedAt } = this;
    for (;;) {
      for (const { index } of play.active) if (!startedAt.has(index)) startedAt.set(index, this.time);
      const [next] = play.active.sort((one, other) => this.toldAt(one.index) - this.toldAt(other.index));
      if (!next) return this.time;
      this.time = this.toldAt(next.index);
      play.finish(next.index);
    }
  }

  private toldAt(index: number): number {
    return this.endOf(index) + (this.mesh.roundTrip?.(index) ?? 0);
  }

  /** One that was sent ahead begins when the one before it ends. */
  private endOf(index: number): number {
    const leader = this.play.agents.followed.get(index);
    const begins = Math.max(this.startedAt.get(index) as number, leader === undefined ? 0 : this.endOf(leader));
    return begins + this.durationOf(index);
  }
}

function makespan(script: Script, durationOf: (index: number) => number, mesh: Mesh = {}): number {
  return new TimedPipeline(script, durationOf, mesh).run();
}

describe('the makespan, on a simulated clock', () => {
  const items = [...Array(100).keys()];

  test('4 stages, 100 items of 20 ms: the ideal 103 × 20 ms, exactly', () => {
    expect(makespan({ stages: [{}, {}, {}, {}], items }, () => 20)).toBe(103 * 20);
  });

  test('also with the smallest buffers', () => {
    expect(makespan({ stages: [{}, { buffer: 0 }, { buffer: 0 }, { buffer: 1 }], items }, () => 20)).toBe(103 * 20);
  });

  test('L5 with a round trip of 6 ms each item waits for one; where they are sent ahead only the first ones do', () => {
    const four = { stages: [{}, {}, {}, {}], items };
    expect(makespan(four, () => 20, { roundTrip: () => 6 })).toBe(103 * 26);
    const roundTrip = (index: number): number => 5 + ((index * 7) % 10) / 5;
    const ahead = makespan(four, () => 20, { roundTrip, sequences: true });
    expect(ahead).toBeLessThan(103 * 20 * 1.05);
  });

  test('L5 whatever the durations, sending ahead never takes longer', () => {
    const duration = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 20 }), (durations) => {
        const script = { stages: [{}, {}, {}], items: durations.map((_row, at) => at) };
        const of = (index: number) => durations[Math.floor(index / 3)]?.[index % 3] as number;
        const plain = makespan(script, of, { roundTrip: () => 6 });
        expect(makespan(script, of, { roundTrip: () => 6, sequences: true })).toBeLessThanOrEqual(plain);
      }),
    );
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
