import { type Submit } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { Database, statement, terminateAgent } from '@baton/persistence';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent, ways } = orchestratorFixture();
const by = { actor };
const done = { ok: true };
const SHIFT_END = statement(
  't-shift-end',
  `update agents set terminated_at = terminated_at + $2 * interval '1 minute' where id = $1`,
);
const task = (capability: string, more: Partial<Submit> = {}): Submit => ({ capability, input: 1, ...more });

test('a range of versions: only agents in it, waiting says so, and a range nobody ever offered is refused', async () => {
  const old = await startAgent('match.version', () => done, { version: '1.2.0' });
  const young = await startAgent('match.version', () => done, { version: '2.1.0' });
  const { intake, completions, why } = await startOrchestrator();
  for (let n = 0; n < 4; n += 1) {
    const { task: sent } = await intake.submit(task('match.version', { version: '^1.1' }), by);
    expect(await completions.wait(sent.id, 10_000)).toBe(true);
  }
  expect([old.assigned.length, young.assigned.length]).toEqual([4, 0]);
  await old.stop();
  const { task: waits } = await intake.submit(task('match.version', { version: '1.x' }), by);
  await eventually(async () =>
    expect((await why.explain(waits.id)).waitingFor).toMatchObject([
      { what: expect.stringMatching(/version-unmatched|fitting-agents-busy|its-turn/) },
    ]),
  );
  await expect(intake.submit(task('match.version', { version: '^7' }), by)).rejects.toMatchObject({
    code: 'CAPABILITY_UNKNOWN',
    faults: [{ path: 'version', message: expect.stringContaining('1.2.0, 2.1.0') }],
  });
  await expect(intake.submit(task('match.version', { version: 'one or two' }), by)).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    faults: [{ path: 'version' }],
  });
});

test('resources: counted while they are held, given back, and too much says so', async () => {
  const agent = await startAgent('match.resources', () => NEVER, { resources: { cpu: 2, memoryMb: 100 } });
  await startAgent('match.resources', () => done, { resources: {} });
  const { intake, why, completions } = await startOrchestrator();
  const wants = (cpu: number) => intake.submit(task('match.resources', { resources: { cpu } }), by);
  await wants(1.5);
  await eventually(() => agent.assigned.length === 1);
  const { task: second } = await wants(1);
  const { task: huge } = await wants(3);
  const whats = async (id: string) => (await why.explain(id)).waitingFor.map(({ what }) => what);
  await eventually(async () => expect(await whats(second.id)).toEqual(['resources-busy']));
  expect(await whats(huge.id)).toEqual(['resources-too-large']);
  const { task: plain } = await intake.submit(task('match.resources'), by);
  await agent.finish(agent.assigned[0] as never, { output: done });
  await eventually(() => agent.assigned.some(({ taskId }) => taskId === second.id));
  await completions.wait(plain.id, 5000);
});

test('what an agent held of its resources is known to the next brain', async () => {
  const agent = await startAgent('match.taken', () => NEVER, { resources: { gpu: 1 } });
  const first = await startOrchestrator();
  await first.intake.submit(task('match.taken', { resources: { gpu: 1 } }), by);
  await eventually(() => agent.assigned.length === 1);
  await first.stop();
  const next = await startOrchestrator();
  await eventually(() => next.brain.epoch !== undefined);
  const { task: waits } = await next.intake.submit(task('match.taken', { resources: { gpu: 1 } }), by);
  const { task: plain } = await next.intake.submit(task('match.taken'), by);
  await eventually(() => agent.assigned.some(({ taskId }) => taskId === plain.id));
  expect(agent.assigned.some(({ taskId }) => taskId === waits.id)).toBe(false);
});

test('an optional task that nobody can take ends as rejected; one that somebody can is done', async () => {
  const agent = await startAgent('match.optional', () => done);
  const { intake, completions, database } = await startOrchestrator();
  const fits = await intake.submit(task('match.optional', { optional: true }), by);
  expect(await completions.wait(fits.task.id, 5000)).toBe(true);
  expect(await path(database, fits.task.id)).toBe('queued assigned completed');
  const tagged = await intake.submit(task('match.optional', { optional: true, tags: ['gold'] }), by);
  expect(await completions.wait(tagged.task.id, 5000)).toBe(true);
  expect(await path(database, tagged.task.id)).toBe('queued rejected');
  expect((await database.run(TASK, [tagged.task.id]))[0]).toMatchObject({
    error: expect.stringContaining('DEGRADED'),
  });
  const ended = { reason: 'removed' as const, actor: 'user:test' };
  await terminateAgent(database, agent.agentId, ended);
  await agent.stop();
  const alone = await startOrchestrator();
  await eventually(() => alone.brain.epoch !== undefined || undefined, { timeoutMs: 200 }).catch(() => undefined);
  const nobody = await intake.submit(task('match.optional', { optional: true }), by);
  expect(await completions.wait(nobody.task.id, 10_000)).toBe(true);
  expect(await path(database, nobody.task.id)).toMatch(/rejected$/);
});

test('a target that was lost is waited for a while; replaced or away for long, what waits for it is rejected', async () => {
  const lost = { reason: 'lost' as const, actor: 'registry' };
  const agents = [
    await startAgent('match.lost', () => NEVER, { concurrency: 1, name: 'lost-1' }),
    await startAgent('match.lost', () => NEVER, { concurrency: 1, name: 'lost-2' }),
    await startAgent('match.lost', () => NEVER, { concurrency: 1, name: 'lost-3' }),
  ] as const;
  const [kept, away, replaced] = agents;
  const { intake, completions, database } = await startOrchestrator();
  const waitingFor = async ({ agentId, assigned }: (typeof agents)[number]) => {
    await intake.submit(task('match.lost', { agentId }), by);
    await eventually(() => assigned.length === 1);
    const { task: waiting } = await intake.submit(task('match.lost', { agentId }), by);
    await terminateAgent(database, agentId, lost);
    return waiting.id;
  };
  const ids = [await waitingFor(kept), await waitingFor(away), await waitingFor(replaced)] as const;
  await database.run(SHIFT_END, [kept.agentId, 60]);
  await database.run(SHIFT_END, [away.agentId, -1]);
  await startAgent('match.other', () => NEVER, { name: 'lost-3', incarnation: 2 });
  for (const id of ids.slice(1)) {
    expect(await completions.wait(id, 10_000)).toBe(true);
    expect((await database.run(TASK, [id]))[0]).toMatchObject({
      state: 'rejected',
      error: expect.stringContaining('TARGET_AGENT_GONE'),
    });
  }
  expect((await database.run(TASK, [ids[0]]))[0]).toMatchObject({ state: 'queued' });
});

test('a target that is gone for good: refused at the door, and what waits for it is rejected', async () => {
  const agent = await startAgent('match.target', () => NEVER, { concurrency: 1 });
  const { intake, completions, database } = await startOrchestrator();
  const targeted = task('match.target', { agentId: agent.agentId });
  await intake.submit(targeted, by);
  await eventually(() => agent.assigned.length === 1);
  const waiting = await intake.submit(targeted, by);
  const other = new Database({ url: ways().databaseUrl, name: 'other', connections: 1 });
  await terminateAgent(other, agent.agentId, { reason: 'removed', actor: 'user:test' });
  await other.close();
  expect(await completions.wait(waiting.task.id, 10_000)).toBe(true);
  expect((await database.run(TASK, [waiting.task.id]))[0]).toMatchObject({
    state: 'rejected',
    error: expect.stringContaining('TARGET_AGENT_GONE'),
  });
  await expect(intake.submit(targeted, by)).rejects.toMatchObject({ code: 'TARGET_AGENT_GONE' });
  const unknown = task('match.target', { agentId: uuidV7() });
  await expect(intake.submitMany([task('match.target'), unknown], by)).rejects.toMatchObject({
    code: 'TARGET_AGENT_GONE',
    faults: [{ path: 'tasks[1].agentId' }],
  });
});
