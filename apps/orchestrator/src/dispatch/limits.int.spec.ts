import { type Submit } from '@baton/contracts';
import { type Database, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const done = { ok: true };
const task = (capability: string, more: Partial<Submit> = {}): Submit => ({ capability, input: 1, ...more });
const many = (count: number, submit: Submit): Submit[] => Array.from({ length: count }, () => submit);

const STARTS = statement(
  'test-starts',
  `select extract(epoch from a.at)::float8 * 1000 as at from audit a join tasks t on t.id = a.subject_id
    where t.capability = $1 and a.to_state = 'assigned' order by a.at`,
);
async function startsOf(database: Database, capability: string): Promise<number[]> {
  return (await database.run<{ at: number }>(STARTS, [capability])).map(({ at }) => at);
}
function mostWithin(starts: readonly number[], ms: number): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + ms).length));
}

test('limits of the whole and of a capability, and why they hold a task', async () => {
  const agent = await startAgent('limit.some', () => NEVER);
  const other = await startAgent('limit.other', () => NEVER);
  const limits = { total: 3, perCapability: new Map([['limit.some', 2]]) };
  const { intake, why } = await startOrchestrator({}, limits);
  const sent = await intake.submitMany(many(3, task('limit.some')), by);
  await eventually(() => agent.assigned.length === 2);
  const held = sent.find(({ task: one }) => !agent.assigned.some(({ taskId }) => taskId === one.id))?.task.id ?? '';
  expect((await why.explain(held)).waitingFor).toMatchObject([{ what: 'capability-full' }]);
  await intake.submitMany(many(2, task('limit.other')), by);
  await eventually(() => other.assigned.length === 1);
  expect((await why.explain(held)).waitingFor).toMatchObject([{ what: 'mesh-full' }]);
  await agent.finish(agent.assigned[0] as never, { output: done });
  await eventually(() => agent.assigned.length + other.assigned.length === 4);
});

test('a rate limit: never more starts in any window, the next as soon as it opens, also across brains', async () => {
  await startAgent('limit.rate', () => done);
  const first = await startOrchestrator();
  const rated = task('limit.rate', { rateLimitKey: 'mail', rateLimit: { limit: 3, perSeconds: 1.2 } });
  const sent = await first.intake.submitMany(many(8, rated), by);
  await eventually(async () => expect(await startsOf(first.database, 'limit.rate')).toHaveLength(3));
  const waits = sent.at(-1)?.task.id ?? '';
  const why = await first.why.explain(waits);
  expect(why.waitingFor).toMatchObject([{ what: 'rate-limited', detail: expect.stringContaining('20') }]);
  await first.stop();
  const next = await startOrchestrator();
  for (const { task: one } of sent) expect(await next.completions.wait(one.id, 10_000)).toBe(true);
  const starts = await startsOf(next.database, 'limit.rate');
  expect(starts).toHaveLength(8);
  expect(mostWithin(starts, 1199)).toBe(3);
});

test('a key with 10,000 waiting tasks hides nobody behind it, and its own go on one by one', async () => {
  const agent = await startAgent('limit.key', (one) => (one.input === 'hold' ? NEVER : done), { concurrency: 4 });
  const { intake, completions, why } = await startOrchestrator();
  const keyed = { concurrencyKey: 'k', priority: 9 };
  await intake.submit(task('limit.key', { ...keyed, input: 'hold' }), by);
  await eventually(() => agent.assigned.length === 1);
  const waiting: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    const accepted = await intake.submitMany(many(1000, task('limit.key', keyed)), by);
    waiting.push(...accepted.map(({ task: one }) => one.id));
  }
  const { task: behind } = await intake.submit(task('limit.key', { priority: 0 }), by);
  expect(await completions.wait(behind.id, 10_000)).toBe(true);
  expect(agent.assigned).toHaveLength(2);
  expect((await why.explain(waiting[0] ?? '')).waitingFor).toMatchObject([{ what: 'concurrency-key-full' }]);
  // A brain that starts with this backlog sees behind it too: its first window is full of them.
  await agent.finish(agent.assigned[0] as never, { output: done });
  expect(await completions.wait(waiting[300] ?? '', 20_000)).toBe(true);
}, 60_000);

test('a new brain whose window is full of one key finds what is behind it', async () => {
  const agent = await startAgent('limit.window', (one) => (one.input === 'hold' ? NEVER : done), { concurrency: 4 });
  const first = await startOrchestrator();
  const keyed = { concurrencyKey: 'w', priority: 9 };
  await first.intake.submit(task('limit.window', { ...keyed, input: 'hold' }), by);
  await eventually(() => agent.assigned.length === 1);
  await first.stop();
  const door = await startOrchestrator();
  await door.brain.stop();
  for (let n = 0; n < 6; n += 1) await door.intake.submitMany(many(1000, task('limit.window', keyed)), by);
  const { task: behind } = await door.intake.submit(task('limit.window', { priority: 0 }), by);
  const { completions } = await startOrchestrator();
  expect(await completions.wait(behind.id, 20_000)).toBe(true);
}, 60_000);

test('limits under one key that differ: the smallest of those that run and the one that is to go', async () => {
  const agent = await startAgent('limit.mixed', () => NEVER);
  const { intake } = await startOrchestrator();
  const mixed = (concurrencyLimit: number) =>
    intake.submit(task('limit.mixed', { concurrencyKey: 'm', concurrencyLimit }), by);
  await mixed(3);
  await mixed(3);
  await eventually(() => agent.assigned.length === 2);
  const { task: narrow } = await mixed(1);
  const { task: wide } = await mixed(3);
  for (const index of [0, 1]) await agent.finish(agent.assigned[index] as never, { output: done });
  await eventually(() => agent.assigned.length === 3);
  expect(agent.assigned[2]?.taskId).toBe(narrow.id);
  await agent.finish(agent.assigned[2] as never, { output: done });
  await eventually(() => agent.assigned[3]?.taskId === wide.id);
});
