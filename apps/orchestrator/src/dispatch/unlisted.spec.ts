import { Scheduler } from '@baton/engine';
import { HeldAttempts, type Held } from './held-attempts';
import { Unlisted } from './unlisted';

const AGENT = 'agent';
const NOTHING: ReadonlySet<string> = new Set();
const seen = { agentId: AGENT, name: 'a', family: 'f', state: 'idle', draining: false, concurrency: 4, tags: [] };

/** One agent that holds what is given; `free` is the number of its slots that are left. */
function given(attempts: readonly { token: string; sentAt: number; concurrencyKey?: string }[]) {
  const scheduler = new Scheduler();
  const held = new HeldAttempts(scheduler);
  scheduler.upsertAgent({ ...seen, capabilities: [{ name: 'x.y', version: '1.0.0' }] } as never);
  for (const { token, sentAt, concurrencyKey = null } of attempts) {
    const none = { resources: null, rateLimitKey: null, spreadKey: null };
    const holding = { capability: 'x.y', concurrencyKey, concurrencyLimit: 1, ...none };
    scheduler.take(AGENT, holding);
    const row = { id: `task-${token}`, token, agentId: AGENT, capability: 'x.y' } as unknown as Held['row'];
    held.add({ row, state: 'assigned', holding, sentAt, missedBeats: 0 });
  }
  const tokens = (list: readonly Held[]): string[] => list.map(({ row }) => row.token);
  return { held, free: () => scheduler.pool.get(AGENT)?.free, tokens };
}

function unlistedSince(held: HeldAttempts, takenUpAt: number): Unlisted {
  const unlisted = new Unlisted(held);
  unlisted.takenUp(takenUpAt);
  return unlisted;
}

test('three beats that may have crossed the attempt, or two that cannot have', () => {
  const { held, tokens } = given([{ token: 'a', sentAt: 1000 }]);
  const unlisted = unlistedSince(held, 0);
  expect(unlisted.after(AGENT, NOTHING, 1001)).toEqual([]);
  expect(unlisted.after(AGENT, NOTHING, 1002)).toEqual([]);
  expect(tokens(unlisted.after(AGENT, NOTHING, 1003))).toEqual(['a']);
  expect(unlisted.after(AGENT, new Set(['a']), 2000)).toEqual([]);
  expect(unlisted.after(AGENT, NOTHING, 2001)).toEqual([]);
  expect(tokens(unlisted.after(AGENT, NOTHING, 7001))).toEqual(['a']);
});

test('what an earlier brain sent frees its slot at once, and waits for its result before it goes out again', () => {
  const { held, free, tokens } = given([
    { token: 'old', sentAt: 500 },
    { token: 'new', sentAt: 1500 },
  ]);
  const unlisted = unlistedSince(held, 1000);
  expect(free()).toBe(2);
  expect(unlisted.after(AGENT, new Set(['new']), 1600)).toEqual([]);
  expect(free()).toBe(3);
  for (const now of [3000, 6000, 9000, 10_999]) expect(unlisted.after(AGENT, new Set(['new']), now)).toEqual([]);
  expect(tokens(unlisted.after(AGENT, new Set(['new']), 11_000))).toEqual(['old']);
});

test('a key stays taken until the end is recorded, whatever the agent lists', () => {
  const { held, free } = given([{ token: 'keyed', sentAt: 500, concurrencyKey: 'k' }]);
  unlistedSince(held, 1000).after(AGENT, NOTHING, 1600);
  expect(free()).toBe(3);
});

test('the slot of an attempt that is over is free when its agent does not list it', () => {
  const { held, free } = given([
    { token: 'over', sentAt: 1500 },
    { token: 'current', sentAt: 1500 },
  ]);
  held.forget('task-over', 'over');
  const unlisted = unlistedSince(held, 1000);
  unlisted.after(AGENT, new Set(['over', 'current']), 1600);
  expect(free()).toBe(2);
  unlisted.after(AGENT, NOTHING, 1700);
  expect(free()).toBe(3);
});
