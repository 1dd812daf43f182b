import { type Submit } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER, type Script, type WireAgent } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const task = (capability: string, spreadKey: string): Submit => ({ capability, input: 1, spreadKey });
const many = (count: number, submit: Submit): Submit[] => Array.from({ length: count }, () => submit);
const counts = (agents: readonly WireAgent[]) => agents.map(({ assigned }) => assigned.length);

/** So many agents, each with room for all of it. */
function startAgents(capability: string, scripts: readonly Script[]): Promise<WireAgent[]> {
  const start = (script: Script, at: number) =>
    startAgent(capability, script, { name: `${capability}-${at}`, concurrency: 8 });
  return Promise.all(scripts.map(start));
}

test('tasks of one key go to as many agents; one too many says so and waits for a new agent', async () => {
  const agents = await startAgents('spread.wide', [() => 1, () => 1, () => 1]);
  const { intake, completions, why } = await startOrchestrator();
  const sent = await intake.submitMany(many(4, task('spread.wide', 'vote')), by);
  await eventually(() => agents.every(({ assigned }) => assigned.length === 1));
  await eventually(async () => {
    const whys = await Promise.all(sent.map(({ task: { id } }) => why.explain(id)));
    expect(whys.flatMap(({ waitingFor }) => waitingFor.map(({ what }) => what))).toEqual(['spread']);
  });
  const other = await intake.submitMany(many(3, task('spread.wide', 'another vote')), by);
  for (const { task: one } of other) expect(await completions.wait(one.id, 10_000)).toBe(true);
  expect(counts(agents)).toEqual([2, 2, 2]);
  const fourth = await startAgent('spread.wide', () => 1, { name: 'fourth' });
  for (const { task: one } of sent) expect(await completions.wait(one.id, 10_000)).toBe(true);
  expect(counts([...agents, fourth])).toEqual([2, 2, 2, 1]);
});

test('the task of a lost agent goes to none of those its siblings have; who failed may have another', async () => {
  let failing = true;
  const fail = (): never => {
    throw new Error('not now');
  };
  const agents = await startAgents('spread.lost', [() => NEVER, () => NEVER, () => (failing ? fail() : 1)]);
  const [lost, keeps, fails] = agents as [WireAgent, WireAgent, WireAgent];
  const { intake, completions } = await startOrchestrator();
  const retry = { initialMs: 10, factor: 1, maxMs: 10, jitter: 0 };
  const sent = await intake.submitMany(many(2, { ...task('spread.lost', 'vote'), retry, maxRetries: 100 }), by);
  await eventually(() => lost.assigned.length === 1 && keeps.assigned.length === 1);
  await lost.stop();
  await eventually(() => fails.assigned.length >= 2);
  failing = false;
  const taken = fails.assigned[0]?.taskId as string;
  expect(sent.map(({ task: { id } }) => id as string)).toContain(taken);
  expect(await completions.wait(taken as never, 10_000)).toBe(true);
  expect(keeps.assigned).toHaveLength(1);
});

test('the next brain knows who has one and who has completed one', async () => {
  const agents = await startAgents('spread.next', [() => 1, () => 1, () => 1]);
  const first = await startOrchestrator();
  const { task: done } = await first.intake.submit(task('spread.next', 'vote'), by);
  expect(await first.completions.wait(done.id, 10_000)).toBe(true);
  await first.stop();
  const held = await startAgent('spread.next', () => NEVER, { name: 'holds', concurrency: 8 });
  const second = await startOrchestrator();
  await second.intake.submitMany(many(3, task('spread.next', 'vote')), by);
  await eventually(() => held.assigned.length === 1 && counts(agents).every((count) => count === 1));
  await second.stop();
  const third = await startOrchestrator();
  const { task: waits } = await third.intake.submit(task('spread.next', 'vote'), by);
  await eventually(async () =>
    expect((await third.why.explain(waits.id)).waitingFor).toMatchObject([{ what: 'spread' }]),
  );
  expect(counts([...agents, held])).toEqual([1, 1, 1, 1]);
});
