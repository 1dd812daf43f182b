import { type TaskAssigned, taskProgress } from '@baton/contracts';
import { connectBus, outgoing, routes } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { holdTask } from '../../test/row-lock';
import { HISTORY, path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

/** Results that come twice, too late, in the wrong order, from the wrong one, or at the moment of a cancellation. */
const { startOrchestrator, startAgent, ways } = orchestratorFixture();
const by = { actor };

/** A task that is out with an agent which leaves it to the test. */
async function outWith(capability: string) {
  const agent = await startAgent(capability, () => NEVER);
  const orchestrator = await startOrchestrator();
  const { task } = await orchestrator.intake.submit({ capability, input: 1 }, by);
  const attempt = (await eventually(() => agent.assigned[0] ?? false)) as TaskAssigned;
  const stale = async (): Promise<number> => (await orchestrator.database.run(HISTORY, [task.id, 'result'])).length;
  return { ...orchestrator, agent, task, attempt, stale };
}

test('I3 the brain’s memory alone: a token that only the database would take is refused and audited', async () => {
  const { agent, task, attempt, database, completions, stale } = await outWith('memory.fence');
  const forged = { ...attempt, token: uuidV7() as TaskAssigned['token'] };
  const set = statement('test-token', 'update tasks set token = $2 where id = $1');
  await database.run(set, [task.id, forged.token]);
  await agent.finish(forged, { output: 'forged' });
  await eventually(async () => (await stale()) === 1);
  expect(await path(database, task.id)).toBe('queued assigned');
  await database.run(set, [task.id, attempt.token]);
  await agent.finish(attempt, { output: 'true' });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect((await database.run(TASK, [task.id]))[0]).toMatchObject({ output: '"true"' });
});

test('I7 the same result twice, as after an ack that was lost: recorded once, the second audited as stale', async () => {
  const { agent, task, attempt, database, completions, stale } = await outWith('said.twice');
  await Promise.all([1, 2].map((output) => agent.finish(attempt, { output })));
  expect(await completions.wait(task.id, 5000)).toBe(true);
  await eventually(async () => (await stale()) === 1);
  expect(await path(database, task.id)).toBe('queued assigned completed');
});

test('I7 progress that comes after the end changes nothing', async () => {
  const { agent, task, attempt, database, completions, stale } = await outWith('late.progress');
  await agent.finish(attempt, { output: 1 });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  const [before] = await database.run(TASK, [task.id]);
  const bus = await connectBus({
    ...{ url: ways().brokerUrl, name: 'late', source: '/agents/late' },
    logger: createLogger('test', 'silent'),
  });
  const { taskId, token } = attempt;
  const told = { taskId, agentId: agent.agentId, attempt: attempt.attempt, token, phase: 'executing' as const };
  await bus.publish(routes.results, outgoing(taskProgress, { ...told, percent: 50 } as never), { durable: true });
  await bus.close();
  // What is sent after it is recorded after it.
  await agent.finish(attempt, { output: 2 });
  await eventually(async () => (await stale()) === 1);
  expect(await path(database, task.id)).toBe('queued assigned completed');
  expect((await database.run(TASK, [task.id]))[0]).toEqual(before);
});

test.each(['canceled', 'completed'] as const)(
  'I1 a result and a cancellation at the same moment, %s first: one of them counts, the other changes nothing',
  async (first) => {
    const { agent, task, attempt, database, control } = await outWith(`race.${first}`);
    const cancel = () => control.cancel(task.id, actor).catch((error: unknown) => error);
    const finish = () => agent.finish(attempt, { output: 1 });
    // The row's queue of waiters decides who is first.
    const [begin, follow] = first === 'canceled' ? [cancel, finish] : [finish, cancel];
    const asked: Promise<unknown>[] = [];
    await holdTask(ways().databaseUrl, task.id, async (waiters) => {
      asked.push(begin());
      await waiters(1);
      asked.push(follow());
      await waiters(2);
    });
    await Promise.all(asked);
    await eventually(async () =>
      ['canceled', 'completed'].includes((await path(database, task.id)).split(' ')[2] ?? ''),
    );
    expect(await path(database, task.id)).toBe(`queued assigned ${first}`);
  },
);
