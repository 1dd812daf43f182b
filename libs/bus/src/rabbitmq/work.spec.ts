import { type Delivery, type Verdict } from '../bus';
import { type Held } from './held';
import { BatchWork, EachWork, type Outcomes } from './work';

interface Log extends Outcomes {
  readonly lines: string[];
}

function log(stale: string[] = []): Log {
  const lines: string[] = [];
  return {
    lines,
    taken: (held) => lines.push(`taken ${held.delivery.key}`),
    stale: (held) => stale.includes(held.delivery.key),
    settle: (held, verdict) => lines.push(`${held.delivery.key} ${JSON.stringify(verdict)}`),
    failed: (held, error) => lines.push(`failed ${held.map((one) => one.delivery.key).join()}: ${String(error)}`),
  };
}

const held = (key: string, alone = false): Held =>
  ({ delivery: { key } as Delivery, alone, failures: 0, tries: 0 }) as unknown as Held;
const keys = (deliveries: readonly Delivery[]): string => deliveries.map((delivery) => delivery.key).join();
const done = (deliveries: readonly Delivery[]): Verdict[] => deliveries.map(() => 'done');

describe('one by one', () => {
  test('verdicts and errors are told, whether at once or later', async () => {
    const outcomes = log();
    const answers: Record<string, () => Promise<Verdict> | Verdict> = {
      a: () => 'done',
      b: () => Promise.resolve('retry'),
      c: () => {
        throw new Error('at once');
      },
      d: () => Promise.reject(new Error('later')),
    };
    const work = new EachWork((delivery) => (answers[delivery.key] as () => Verdict)(), outcomes);
    for (const key of ['a', 'b', 'c', 'd']) work.take(held(key));
    await work.idle();
    expect(outcomes.lines.filter((line) => !line.startsWith('taken'))).toEqual([
      'a "done"',
      'failed c: Error: at once',
      'b "retry"',
      'failed d: Error: later',
    ]);
  });
});

describe('in batches', () => {
  test('what comes in one turn travels together, what comes meanwhile travels next', async () => {
    const batches: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const work = new BatchWork(async (deliveries) => {
      batches.push(keys(deliveries));
      if (batches.length === 1) await gate;
      return done(deliveries);
    }, log());
    work.take(held('a'));
    work.take(held('b'));
    await Promise.resolve();
    for (const key of ['c', 'd', 'e']) work.take(held(key));
    release();
    await work.idle();
    expect(batches).toEqual(['a,b', 'c,d,e']);
  });

  test('a suspect is handled alone, in its place', async () => {
    const batches: string[] = [];
    const work = new BatchWork((deliveries) => {
      batches.push(keys(deliveries));
      return Promise.resolve(done(deliveries));
    }, log());
    for (const one of [held('a'), held('b'), held('x', true), held('y', true), held('c')]) work.take(one);
    await work.idle();
    expect(batches).toEqual(['a,b', 'x', 'y', 'c']);
  });

  test('what the broker delivers again is not started on', async () => {
    const batches: string[] = [];
    const work = new BatchWork(
      (deliveries) => {
        batches.push(keys(deliveries));
        return Promise.resolve(done(deliveries));
      },
      log(['b']),
    );
    for (const key of ['a', 'b', 'c']) work.take(held(key));
    await work.idle();
    expect(batches).toEqual(['a,c']);
  });

  test('a throw fails the batch, and so does a wrong number of verdicts', async () => {
    const outcomes = log();
    const work = new BatchWork((deliveries) => {
      if (keys(deliveries) === 'a,b') throw new Error('no');
      return Promise.resolve([]);
    }, outcomes);
    work.take(held('a'));
    work.take(held('b'));
    work.take(held('x', true));
    await work.idle();
    expect(outcomes.lines.filter((line) => !line.startsWith('taken'))).toEqual([
      'failed a,b: Error: no',
      'failed x: TypeError: A batch handler gave 0 verdicts for 1 deliveries',
    ]);
  });
});
