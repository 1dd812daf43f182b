import { type JsonValue, type Stage, type TaskAssigned } from '@baton/contracts';
import { loadRunTasks, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path } from '../../test/task-rows';
import { type AgentOptions, NEVER, phasesOf, type WireAgent } from '../../test/wire-agent';
import { ended } from '../../test/workflow-steps';

/** The next item of a stage that takes one at a time waits at the agent of the one before. */
const { startOrchestrator, startAgent } = orchestratorFixture();
const FOLLOWER = statement(
  't-follower',
  `select t.follows, t.assigned_at > a.at + interval '1 millisecond' as "hadToWait"
     from tasks t join audit a on a.subject = 'task' and a.subject_id = t.id and a.to_state = 'assigned' where t.id = $1`,
);
const BRIEF = { phases: phasesOf(5) };

/** A pipeline of one stage whose agent leaves all to the test. */
async function serial(capability: string, options: AgentOptions = {}, terms: Partial<Stage> = {}) {
  const agent = await startAgent(capability, () => NEVER, { sequences: true, ...options });
  const orchestrator = await startOrchestrator();
  const retry = { maxRetries: 3, initialMs: 10, factor: 1, maxMs: 10, jitter: 0 };
  const definition = {
    ...{ name: capability, pattern: 'pipeline' as const, items: '[1..4]' },
    stages: [{ capability, input: '${{ item }}', retry, ...terms }],
  };
  const { service } = orchestrator;
  const { id } = await service.create({ definition, start: true }, actor);
  return { ...orchestrator, agent, id, definition };
}

/** What the agent was sent so far: items, each with the one it is to wait for. */
function sent({ assigned }: WireAgent): string[] {
  const itemOf = new Map(assigned.map(({ token, input }) => [token, nameOf(input)]));
  return assigned.map(({ input, after }) => nameOf(input) + (after === undefined ? '' : ` after ${itemOf.get(after)}`));
}

function nameOf(input: JsonValue): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

function attempt({ assigned }: WireAgent, index: number): TaskAssigned {
  return assigned[index] as TaskAssigned;
}

/** Finishes the first item, so that the agent is known to be quick, and waits for the two after it. */
async function underWay(capability: string, options: AgentOptions = {}) {
  const running = await serial(capability, options);
  const { agent } = running;
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  await agent.finish(attempt(agent, 0), { output: 1 }, BRIEF);
  await eventually(() => expect(sent(agent)).toEqual(['1', '2', '3 after 2']));
  return { ...running, leader: attempt(agent, 1), follower: attempt(agent, 2) };
}

test('the next item is with the agent before the one under way has ended, and the one after it no sooner', async () => {
  const { agent, service, id, database } = await underWay('follow.next');
  await agent.finish(attempt(agent, 1), { output: 2 }, BRIEF);
  await eventually(() => expect(sent(agent).at(-1)).toBe('4 after 3'));
  for (const index of [2, 3]) await agent.finish(attempt(agent, index), { output: index + 1 }, BRIEF);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: [1, 2, 3, 4] });
  expect(sent(agent)).toEqual(['1', '2', '3 after 2', '4 after 3']);
  const [row] = await database.run(FOLLOWER, [attempt(agent, 2).taskId]);
  expect(row).toEqual({ follows: attempt(agent, 1).taskId, hadToWait: true });
  // What it waited for at the agent is no delay of its own.
  const spans = await loadRunTasks(database, id);
  const [second, third] = spans.filter(({ stepKey }) => /\[[12]\]$/.test(stepKey));
  expect(third?.createdAt).toEqual(second?.finishedAt);
  expect(third?.attempts[0]?.assignedAt).toEqual(second?.finishedAt);
});

test('an item that is to be tried again is tried before the next one begins: that one is taken back', async () => {
  const { agent, service, id, database, leader, follower } = await underWay('follow.retry');
  const error = { code: 'BOOM', message: 'once', retryable: true };
  await agent.finish(leader, { error }, BRIEF);
  await eventually(() => expect(agent.canceled.map(({ token }) => token)).toContain(follower.token));
  await eventually(() => expect(sent(agent)).toEqual(['1', '2', '3 after 2', '2']));
  expect(await path(database, follower.taskId)).toBe('queued assigned canceled');
  await agent.handBack(follower, 'OUT_OF_SEQUENCE');
  await agent.finish(attempt(agent, 3), { output: 2 }, BRIEF);
  await eventually(() => expect(sent(agent).slice(4)).toEqual(['3', '4 after 3']));
  for (const index of [4, 5]) await agent.finish(attempt(agent, index), { output: index - 1 }, BRIEF);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: [1, 2, 3, 4] });
  expect(await path(database, leader.taskId)).toBe('queued assigned queued assigned completed');
  const tasks = await loadRunTasks(database, id);
  expect(tasks.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed', 'completed']);
});

test('an agent that hands the waiting one back gets it anew when its turn has come', async () => {
  const { agent, service, id, database, leader, follower } = await underWay('follow.back');
  await agent.handBack(follower, 'OUT_OF_SEQUENCE');
  await eventually(async () =>
    expect(await path(database, follower.taskId)).toMatch(/^queued assigned queued canceled/),
  );
  expect(agent.assigned).toHaveLength(3);
  await agent.finish(leader, { output: 2 }, BRIEF);
  await eventually(() => expect(sent(agent).slice(3, 4)).toEqual(['3']));
  await agent.finish(attempt(agent, 3), { output: 3 }, BRIEF);
  await eventually(() => expect(sent(agent).at(-1)).toMatch(/^4/));
  await agent.finish(agent.assigned.at(-1) as TaskAssigned, { output: 4 }, BRIEF);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: [1, 2, 3, 4] });
});

test('with the agent both are lost: another one gets the first of them first', async () => {
  const { agent, database, leader, follower } = await underWay('follow.lost');
  await agent.stop();
  const other = await startAgent('follow.lost', () => NEVER, { sequences: true });
  await eventually(() => expect(other.assigned.map(({ input }) => input)).toEqual([2]), { timeoutMs: 20_000 });
  expect(await path(database, follower.taskId)).toMatch(/canceled$/);
  await other.finish(attempt(other, 0), { output: 2 }, BRIEF);
  await eventually(() => expect(sent(other)).toEqual(['2', '3', '4 after 3']));
  expect(attempt(other, 0).taskId).toBe(leader.taskId);
});

test('I9 another brain finds both with their agent, and goes on from there', async () => {
  const { agent, id, stop, leader, follower } = await underWay('follow.takeover');
  await stop();
  const { service } = await startOrchestrator();
  await agent.finish(leader, { output: 2 }, BRIEF);
  await agent.finish(follower, { output: 3 }, BRIEF);
  await eventually(() => expect(sent(agent).at(-1)).toMatch(/^4/));
  await agent.finish(attempt(agent, 3), { output: 4 }, BRIEF);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: [1, 2, 3, 4] });
  expect(agent.assigned).toHaveLength(4);
});

test('a pause lets both finish and starts nothing', async () => {
  const { agent, service, id, leader, follower } = await underWay('follow.pause');
  await service.pause(id, actor);
  await eventually(async () => expect((await service.get(id)).state).toBe('paused'));
  for (const one of [leader, follower]) await agent.finish(one, { output: one.input }, BRIEF);
  await eventually(async () => expect((await service.get(id)).progress.completed).toBe(3));
  expect(agent.assigned).toHaveLength(3);
  await service.resume(id, actor);
  await eventually(() => expect(sent(agent).at(-1)).toBe('4'));
});

test.each([
  ['of an agent that cannot wait so', 'follow.never', { sequences: false }, 5],
  ['of an agent whose attempts last', 'follow.long', {}, 5000],
])('not %s', async (_case, capability, options, ms) => {
  const { agent } = await serial(capability, options);
  for (const index of [0, 1, 2]) {
    await eventually(() => expect(agent.assigned).toHaveLength(index + 1));
    await agent.finish(attempt(agent, index), { output: 1 }, { phases: phasesOf(ms) });
  }
  await eventually(() => expect(sent(agent)).toEqual(['1', '2', '3', '4']));
});

test.each<[string, string, Partial<Stage>]>([
  ['that asks for resources', 'follow.resources', { resources: { cpu: 1 } }],
  ['that another capability can stand in for', 'follow.fallback', { fallback: ['follow.next'] }],
  ['that takes two at once', 'follow.two', { concurrency: 2 }],
])('not in a stage %s', async (_case, capability, terms) => {
  const { agent } = await serial(capability, { resources: { cpu: 9 } }, terms);
  for (const index of [0, 1]) {
    await eventually(() => expect(agent.assigned.length).toBeGreaterThan(index));
    await agent.finish(attempt(agent, index), { output: 1 }, BRIEF);
  }
  await eventually(() => expect(agent.assigned.length).toBeGreaterThan(2));
  expect(agent.assigned.filter(({ after }) => after !== undefined)).toEqual([]);
});

test('not while others wait for the agent: they come first', async () => {
  const { agent, intake } = await serial('follow.others', { concurrency: 1 });
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  const { task } = await intake.submit({ capability: 'follow.others', input: 'other' }, { actor });
  await intake.submit({ capability: 'follow.others', input: 'another' }, { actor });
  await agent.finish(attempt(agent, 0), { output: 1 }, { phases: phasesOf(500) });
  await eventually(() => expect(agent.assigned[1]?.taskId).toBe(task.id));
  await agent.finish(attempt(agent, 1), { output: 1 }, { phases: phasesOf(500) });
  await eventually(() => expect(sent(agent)).toEqual(['1', 'other', 'another']));
  await agent.finish(attempt(agent, 2), { output: 1 }, { phases: phasesOf(500) });
  await eventually(() => expect(sent(agent).slice(3)).toEqual(['2']));
  await agent.finish(attempt(agent, 3), { output: 1 }, { phases: phasesOf(500) });
  await eventually(() => expect(sent(agent).slice(4)).toEqual(['3', '4 after 3']));
});
