import { setTimeout as sleep } from 'node:timers/promises';
import { loadBreakers, readRecentMetrics, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';
import { Why } from '../intake/why';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const AUDIT = statement(
  'spec-breaker-audit',
  `select to_state as "to" from audit where subject = 'breaker' and subject_id = $1 order by seq`,
);
type Orchestrator = Awaited<ReturnType<typeof startOrchestrator>>;

/** An agent that fails while `broken.yes`. */
async function fragile(capability: string) {
  const broken = { yes: true };
  const agent = await startAgent(
    capability,
    () => {
      if (broken.yes) throw new Error('out of order');
      return 'fine';
    },
    { concurrency: 1 },
  );
  return { agent, broken };
}

/** Eight failures in a row. */
async function breakIt({ intake, completions }: Orchestrator, capability: string): Promise<void> {
  const submits = Array.from({ length: 8 }, () => ({ capability, input: 1, maxRetries: 0 }));
  const tasks = await intake.submitMany(submits, by);
  await Promise.all(tasks.map(({ task }) => completions.wait(task.id, 10_000)));
}

test('an agent that keeps failing is left alone, tried again, and back when it is well', async () => {
  const { agent, broken } = await fragile('breaks.often');
  const orchestrator = await startOrchestrator();
  const { intake, completions, database } = orchestrator;
  await breakIt(orchestrator, 'breaks.often');
  const { task } = await intake.submit({ capability: 'breaks.often', input: 1 }, by);
  await eventually(async () => (await loadBreakers(database))[0]?.state === 'open');
  const why = await new Why(database).explain(task.id);
  expect(why.waitingFor).toMatchObject([
    { what: 'breakers-open', detail: expect.stringMatching(/tried again at 20\d\d-/) },
  ]);
  expect(agent.assigned).toHaveLength(8);
  broken.yes = false;
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
  await eventually(async () => (await loadBreakers(database))[0]?.state === 'closed');
  const moves = (await database.run<{ to: string }>(AUDIT, [agent.agentId])).map(({ to }) => to);
  expect(moves).toEqual(['open', 'half-open', 'closed']);
});

test('while all are broken a fallback takes over at once, and what has none waits', async () => {
  await fragile('breaks.first');
  await fragile('breaks.too');
  await startAgent('takes.over', () => 'instead');
  const orchestrator = await startOrchestrator();
  const { intake, completions, database } = orchestrator;
  await breakIt(orchestrator, 'breaks.first');
  await breakIt(orchestrator, 'breaks.too');
  const submit = { capability: 'breaks.first', input: 1 };
  const waits = await intake.submit(submit, by);
  const goes = await intake.submit({ ...submit, fallback: ['breaks.too', 'takes.over'], metadata: { m: 1 } }, by);
  expect(await completions.wait(goes.task.id, 5000)).toBe(true);
  expect(await path(database, goes.task.id)).toBe('queued queued assigned completed');
  const [row] = await database.run<{ output: string; options: string }>(TASK, [goes.task.id]);
  expect(row).toMatchObject({ output: '"instead"' });
  expect(await path(database, waits.task.id)).toBe('queued');
});

test('performance-aware: whoever is fast is given most', async () => {
  const capability = 'performance-aware.work';
  const slow = await startAgent(capability, () => sleep(300, 'late'));
  const fast = await startAgent(capability, () => 'soon');
  const { intake, completions } = await startOrchestrator();
  for (let n = 0; n < 30; n += 1) {
    const { task } = await intake.submit({ capability, input: n }, by);
    expect(await completions.wait(task.id, 10_000)).toBe(true);
  }
  expect(slow.assigned.length).toBeGreaterThan(0);
  expect(fast.assigned.length).toBeGreaterThan(2 * slow.assigned.length);
});

test('an agent that dies with much to do is lost, not broken', async () => {
  const first = await startAgent('dies.busy', () => NEVER, { concurrency: 10 });
  const { intake, completions, database } = await startOrchestrator();
  const submits = Array.from({ length: 10 }, () => ({ capability: 'dies.busy', input: 1 }));
  const tasks = await intake.submitMany(submits, by);
  await eventually(() => first.assigned.length === 10);
  await startAgent('dies.busy', () => 'done');
  await first.stop();
  const ended = await Promise.all(tasks.map(({ task }) => completions.wait(task.id, 15_000)));
  expect(ended).toEqual(Array(10).fill(true));
  expect(await database.run(AUDIT, [first.agentId])).toEqual([]);
});

test('the next brain goes on where this one ended: figures saved, breakers asked again', async () => {
  const { agent, broken } = await fragile('breaks.still');
  const first = await startOrchestrator();
  await breakIt(first, 'breaks.still');
  await first.stop();
  const second = await startOrchestrator();
  const asked = { seconds: 3600, agentIds: [agent.agentId], limit: 10 };
  expect(await readRecentMetrics(second.database, asked)).toMatchObject([
    { capability: 'breaks.still', attempts: 8, completed: 0, failed: 8, errors: { BOOM: 8 } },
  ]);
  await eventually(async () =>
    (await loadBreakers(second.database)).some(
      ({ agentId, state }) => agentId === agent.agentId && state === 'half-open',
    ),
  );
  broken.yes = false;
  const { task } = await second.intake.submit({ capability: 'breaks.still', input: 1 }, by);
  expect(await second.completions.wait(task.id, 5000)).toBe(true);
  const moves = (await second.database.run<{ to: string }>(AUDIT, [agent.agentId])).map(({ to }) => to);
  expect(moves.slice(0, 2)).toEqual(['open', 'half-open']);
});
