import { type Spawn, type Submit, type TaskAssigned } from '@baton/contracts';
import { checkInvariants, type Database, getTaskRows, listTaskRows, type TaskRow } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

/** Tasks that spawn others and wait for them, over the wire. */
const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const leaves = (capability: string, count: number, key = 'leaves'): Spawn => ({
  key,
  tasks: Array.from({ length: count }, (_, n) => ({ capability, input: { n } })),
});
const rowOf = async (database: Database, id: string): Promise<TaskRow> =>
  (await getTaskRows(database, [id]))[0] as TaskRow;
const childrenOf = (database: Database, parentId: string): Promise<TaskRow[]> =>
  listTaskRows(database, { parentId }, { limit: 100 });
const expectInvariants = async (database: Database): Promise<void> => {
  expect((await checkInvariants(database)).violations).toEqual([]);
};

test('a task spawns, waits without a slot, and gets the results in their order in its next attempt', async () => {
  const leaf = await startAgent('one.leaf', ({ input }) => (input as { n: number }).n * 2, { concurrency: 2 });
  const chief = await startAgent(
    'one.chief',
    (task) => {
      const done = task.spawned?.leaves;
      if (!done) return chief.spawn(task, leaves('one.leaf', 5));
      return done.map(({ state, output, error, capability }) => [state, output, error, capability]);
    },
    { concurrency: 1 },
  );
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'one.chief', input: 1, maxRetries: 0 }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  const row = await rowOf(database, task.id);
  const expected = [0, 2, 4, 6, 8].map((output) => ['completed', output, null, 'one.leaf']);
  expect([row.state, JSON.parse(row.output as string)]).toEqual(['completed', expected]);
  expect(row).toMatchObject({ attempt: 2, children: { total: 5, open: 0, completed: 5, failed: 0 }, awaiting: null });
  expect(await path(database, task.id)).toBe('queued assigned waiting queued assigned completed');
  const children = await childrenOf(database, task.id);
  expect(children.map(({ parentId, depth, priority }) => [parentId, depth, priority])).toEqual(
    children.map(() => [task.id, 1, 5]),
  );
  expect(leaf.assigned).toHaveLength(5);
  await expectInvariants(database);
});

test('levels: a coordinator of coordinators on one agent with one slot ends: nobody who waits holds a slot', async () => {
  const all = await startAgent(
    'two.split',
    (task) => {
      const { levels } = task.input as { levels: number };
      if (levels === 0) return 1;
      const done = task.spawned?.halves;
      if (done) return done.reduce((sum, { output }) => sum + (output as number), 0);
      const half = { capability: 'two.split', input: { levels: levels - 1 } };
      return all.spawn(task, { key: 'halves', tasks: [half, half] });
    },
    { concurrency: 1 },
  );
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'two.split', input: { levels: 3 } }, by);
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  expect(await rowOf(database, task.id)).toMatchObject({ state: 'completed', output: '8' });
  await expectInvariants(database);
});

test.each<[string, Partial<Submit>, Spawn, RegExp]>([
  ['fan-out', { spawning: { fanOut: 3 } }, leaves('three.leaf', 4), /^SPAWN_LIMIT .*fanOut 3/],
  ['depth', { spawning: { depth: 0 } }, leaves('three.leaf', 1), /^SPAWN_LIMIT .*depth 0/],
  ['capabilities', { spawning: { capabilities: ['x.y'] } }, leaves('three.leaf', 1), /^SPAWN_LIMIT .*three\.leaf/],
  ['a capability nobody has', {}, leaves('three.nobody', 2), /^CAPABILITY_UNKNOWN .*tasks\[0\]/],
  [
    'times that exclude each other',
    {},
    { key: 'k', tasks: [{ capability: 'three.leaf', input: 1, delaySeconds: 1, runAt: '2030-01-01T00:00:00Z' }] },
    /^INPUT_INVALID .*tasks\[0\]\.delaySeconds/,
  ],
  [
    'a target that never was',
    {},
    { key: 'k', tasks: [{ capability: 'three.leaf', input: 1, agentId: '01890000-0000-7000-8000-000000000001' }] },
    /^TARGET_AGENT_GONE .*tasks\[0\]/,
  ],
])('what is not allowed fails the attempt and says why: %s', async (_, more, spawn, why) => {
  await startAgent('three.leaf', () => 1);
  const chief = await startAgent('three.chief', (task) => chief.spawn(task, spawn));
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'three.chief', input: 1, maxRetries: 0, ...more }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  const { error, state } = await rowOf(database, task.id);
  const { code, message } = JSON.parse(error as string) as { code: string; message: string };
  expect([state, `${code} ${message}`]).toEqual(['failed', expect.stringMatching(why)]);
  expect(await childrenOf(database, task.id)).toEqual([]);
});

test('what fails, and what is canceled at a door, ends the batch like anything else', async () => {
  const leaf = await startAgent('four.leaf', ({ input }) => {
    const { n } = input as { n: number };
    if (n === 1) throw new Error('boom');
    return n === 2 ? NEVER : n;
  });
  const chief = await startAgent('four.chief', (task) => {
    const done = task.spawned?.leaves;
    return done ? done.map(({ state, error }) => [state, error?.code]) : chief.spawn(task, leaves('four.leaf', 3));
  });
  const { intake, completions, database, control } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'four.chief', input: 1 }, by);
  await eventually(async () => expect(await rowOf(database, task.id)).toMatchObject({ state: 'waiting' }));
  const third = await eventually(async () => {
    const found = (await childrenOf(database, task.id)).find(({ input }) => input === '{"n":2}');
    expect(found?.state).toBe('assigned');
    return found as TaskRow;
  });
  await eventually(() => expect(leaf.assigned.length).toBeGreaterThanOrEqual(3));
  await expect(control.retry(third.id, actor)).rejects.toThrow(`spawned by task ${task.id}`);
  await control.cancel(third.id, actor);
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  const expected = [
    ['completed', undefined],
    ['failed', 'BOOM'],
    ['canceled', 'CANCELED'],
  ];
  expect(JSON.parse((await rowOf(database, task.id)).output as string)).toEqual(JSON.parse(JSON.stringify(expected)));
  await expectInvariants(database);
});

test('cancel reaches the whole tree, and the agents that work on it', async () => {
  const leaf = await startAgent('five.leaf', () => NEVER);
  const middle = await startAgent('five.middle', (task) => middle.spawn(task, leaves('five.leaf', 2)));
  const chief = await startAgent('five.chief', (task) => chief.spawn(task, leaves('five.middle', 2)));
  const { intake, database, control } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'five.chief', input: 1 }, by);
  await eventually(() => expect(leaf.assigned).toHaveLength(4));
  await control.cancel(task.id, actor);
  await eventually(() => expect(leaf.canceled).toHaveLength(4));
  const middles = await childrenOf(database, task.id);
  const all = [...middles, ...(await Promise.all(middles.map(({ id }) => childrenOf(database, id)))).flat()];
  expect(all.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'canceled'));
  await expectInvariants(database);
});

test('a deadline that passes while it waits fails it and cancels what it waits for', async () => {
  const leaf = await startAgent('six.leaf', () => NEVER);
  const chief = await startAgent('six.chief', (task) => chief.spawn(task, leaves('six.leaf', 2)));
  const { intake, completions, database } = await startOrchestrator();
  const deadline = new Date(Date.now() + 1500).toISOString();
  const { task } = await intake.submit({ capability: 'six.chief', input: 1, deadline }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  const row = await rowOf(database, task.id);
  expect([row.state, row.error]).toEqual(['failed', expect.stringContaining('while it waited for tasks')]);
  await eventually(() => expect(leaf.canceled).toHaveLength(2));
  await eventually(async () =>
    expect((await childrenOf(database, task.id)).map(({ state }) => state)).toEqual(['canceled', 'canceled']),
  );
  await expectInvariants(database);
});

test('tried again by a person, it keeps what completed and spawns the rest once more', async () => {
  let broken = true;
  const leaf = await startAgent('seven.leaf', ({ input }) => {
    if (broken && (input as { n: number }).n === 1) throw new Error('boom');
    return 'done';
  });
  const chief = await startAgent('seven.chief', (task: TaskAssigned) => {
    const done = task.spawned?.leaves;
    if (!done) {
      const { key, tasks } = leaves('seven.leaf', 3);
      return chief.spawn(task, { key, tasks: tasks.map((one) => ({ ...one, maxRetries: 0 })) });
    }
    if (done.some(({ state }) => state !== 'completed')) throw new Error('a leaf failed');
    return done.length;
  });
  const { intake, completions, database, control } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'seven.chief', input: 1, maxRetries: 0 }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await rowOf(database, task.id)).toMatchObject({ state: 'failed' });
  broken = false;
  await control.retry(task.id, actor);
  await eventually(async () =>
    expect(await rowOf(database, task.id)).toMatchObject({ state: 'completed', output: '3' }),
  );
  expect(leaf.assigned.map(({ input }) => (input as { n: number }).n).sort()).toEqual([0, 1, 1, 2]);
  await expectInvariants(database);
});

test('asked for again it is the batch it was, also when it has ended; with other tasks it is refused', async () => {
  const leaf = await startAgent('eight.leaf', () => 1);
  let attempts = 0;
  const chief = await startAgent('eight.chief', (task) => {
    attempts += 1;
    if (attempts <= 3) return chief.spawn(task, leaves('eight.leaf', 2));
    return chief.spawn(task, leaves('eight.leaf', 3));
  });
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'eight.chief', input: 1, maxRetries: 0 }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect((await rowOf(database, task.id)).error).toContain('SPAWN_CHANGED');
  expect([attempts, leaf.assigned.length]).toEqual([4, 2]);
  await expectInvariants(database);
});

test('a brain that takes over finds who waits, also for what ended while there was none', async () => {
  const leaf = await startAgent('nine.leaf', () => NEVER);
  const chief = await startAgent('nine.chief', (task) => {
    const done = task.spawned?.leaves;
    return done ? done.map(({ output }) => output) : chief.spawn(task, leaves('nine.leaf', 2));
  });
  const first = await startOrchestrator();
  const { task } = await first.intake.submit({ capability: 'nine.chief', input: 1 }, by);
  await eventually(() => expect(leaf.assigned).toHaveLength(2));
  await first.stop();
  for (const attempt of leaf.assigned) await leaf.finish(attempt, { output: (attempt.input as { n: number }).n });
  const second = await startOrchestrator();
  expect(await second.completions.wait(task.id, 15_000)).toBe(true);
  expect(await rowOf(second.database, task.id)).toMatchObject({ state: 'completed', output: '[0,1]' });
  await expectInvariants(second.database);
});

test('cost adds up over the attempts, quality is the last that was told, and why tells what is waited for', async () => {
  const leaf = await startAgent('ten.leaf', () => NEVER);
  const chief = await startAgent('ten.chief', (task) => {
    if (!task.spawned) return chief.spawn(task, leaves('ten.leaf', 12), { cost: 1.5, quality: { confidence: 0.1 } });
    return chief.finish(task, { output: 1 }, { cost: 2 }).then(() => NEVER);
  });
  const { intake, completions, database, why } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'ten.chief', input: 1 }, by);
  await eventually(() => expect(leaf.assigned).toHaveLength(8));
  const told = await why.explain(task.id);
  expect(told).toMatchObject({ state: 'waiting', waitingFor: [{ what: 'subtasks' }] });
  expect(told.summary).toMatch(
    /12 of 12 tasks of its batch "leaves".* ten\.leaf [0-9a-f-]{36} \(assigned\).* and 2 more/,
  );
  for (let n = 0; n < 12; n += 1) {
    const attempt = await eventually(() => leaf.assigned[n] ?? false);
    await leaf.finish(attempt as TaskAssigned, { output: 1 }, { cost: 0.25, quality: { coverage: 1 } });
  }
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  expect(await rowOf(database, task.id)).toMatchObject({ cost: 3.5, quality: '{"confidence":0.1}' });
  const [child] = await childrenOf(database, task.id);
  expect(child).toMatchObject({ cost: 0.25, quality: '{"coverage":1}' });
});

test('more results than an assignment carries fail the task, and it says what to do', async () => {
  await startAgent('large.leaf', () => 'x'.repeat(400_000));
  const chief = await startAgent('large.chief', (task) => chief.spawn(task, leaves('large.leaf', 3)));
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'large.chief', input: 1, maxRetries: 0 }, by);
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  const { error } = await rowOf(database, task.id);
  expect(error).toMatch(/TASK_UNSENDABLE.*120\d{4} bytes together.*return references/);
});
