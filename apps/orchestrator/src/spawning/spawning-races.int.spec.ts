import { type TaskAssigned } from '@baton/contracts';
import { checkInvariants, getTaskRows, listTaskRows } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { holdTask } from '../../test/row-lock';
import { NEVER } from '../../test/wire-agent';

/** Spawning and canceling at the same moment: the row's queue of waiters decides who is first. */
const { startOrchestrator, startAgent, ways } = orchestratorFixture();

test.each(['spawn', 'cancel'] as const)(
  'a spawn and a cancel at once, the %s first: nothing stays under way',
  async (first) => {
    const capability = `race.${first}`;
    const agent = await startAgent(capability, () => NEVER);
    const { intake, control, database } = await startOrchestrator();
    const { task } = await intake.submit({ capability, input: 1 }, { actor });
    const attempt = (await eventually(() => agent.assigned[0] ?? false)) as TaskAssigned;
    const spawn = () => agent.spawn(attempt, { key: 'k', tasks: [{ capability, input: 2 }] });
    const cancel = () => control.cancel(task.id, actor);
    const [begin, follow] = first === 'spawn' ? [spawn, cancel] : [cancel, spawn];
    const asked: Promise<unknown>[] = [];
    await holdTask(ways().databaseUrl, task.id, async (waiters) => {
      asked.push(begin());
      await waiters(1);
      asked.push(follow());
      await waiters(2);
    });
    await Promise.all(asked);
    await eventually(async () => expect((await getTaskRows(database, [task.id]))[0]?.state).toBe('canceled'));
    const children = await listTaskRows(database, { parentId: task.id }, { limit: 10 });
    expect(children.map(({ state }) => state)).toEqual(first === 'spawn' ? ['canceled'] : []);
    expect((await checkInvariants(database)).violations).toEqual([]);
  },
);

test('coordinators that spawn at the same moment share what their tree may have', async () => {
  const leaf = { capability: 'share.leaf', input: 1 };
  await startAgent('share.leaf', () => 1);
  const held: TaskAssigned[] = [];
  const middle = await startAgent('share.middle', (task) => {
    if (task.spawned) return 'done';
    held.push(task);
    return NEVER;
  });
  const two = (capability: string) => ({ key: 'k', tasks: [1, 2].map((input) => ({ capability, input })) });
  const chief = await startAgent('share.chief', (task) => {
    const done = task.spawned?.k;
    return done ? done.map(({ state, error }) => [state, error?.code ?? null]) : chief.spawn(task, two('share.middle'));
  });
  const { intake, completions, database } = await startOrchestrator();
  const submit = { capability: 'share.chief', input: 1, spawning: { tasks: 5 } };
  const { task } = await intake.submit(submit, { actor });
  await eventually(() => expect(held).toHaveLength(2));
  await Promise.all(held.map((attempt) => middle.spawn(attempt, two(leaf.capability))));
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  const [row] = await getTaskRows(database, [task.id]);
  const ends = JSON.parse(row?.output as string) as [string, string | null][];
  expect(ends.sort()).toEqual([
    ['completed', null],
    ['failed', 'SPAWN_LIMIT'],
  ]);
});
