import { eventually } from '@baton/testing';
import { type ApiClient, type HistoryItem } from './api-client';
import { MeshUnderTest } from './mesh-under-test';
import { endOf, expectInOrder, reaches, runOf, startRun } from './workflows/runs';
import { summingGraph } from './workflows/summing-graph';
import { turnsOf } from './workflows/turns';

/** kill -9 of everything there is, one after the other, in the middle of one run: what completed is a receipt (I9). */
let under: MeshUnderTest;
/** Of the orchestrator that is not killed next. */
let door = 0;
const client = (): ApiClient => under.client(door);

beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
}, 240_000);
afterAll(() => under?.stop(), 60_000);

/** Whoever it is: the one that was killed may be back before the other has taken its place. */
async function killBrain(): Promise<void> {
  const brain = await eventually(() => under.brain(), { timeoutMs: 20_000 });
  door = 1 - brain;
  await under.mesh.kill(under.mesh.orchestrators[brain]?.name as string);
}

/** How often each task of the run was completed and given out, by its step. */
async function receiptsOf(id: string): Promise<{ step: string; completed: number; assigned: number }[]> {
  const run = await runOf(client, id);
  const tasks = run.steps.flatMap(({ id: step, taskId }) => (taskId === null ? [] : [{ step, taskId }]));
  const receipts: { step: string; completed: number; assigned: number }[] = [];
  for (let first = 0; first < tasks.length; first += 25) {
    const some = tasks.slice(first, first + 25).map(async ({ step, taskId }) => {
      const items = await client().history(taskId);
      const count = (state: HistoryItem['to']): number => items.filter(({ to }) => to === state).length;
      return { step, completed: count('completed'), assigned: count('assigned') };
    });
    receipts.push(...(await Promise.all(some)));
  }
  return receipts;
}

test('a run of 500 steps over kill -9 of agent, registry, host and brain: right, in order, each step once', async () => {
  const graph = summingGraph({ name: 'killed', layers: 38, width: 12, gateMs: 150 });
  expect(graph.steps).toBeGreaterThanOrEqual(490);
  const id = await startRun(client, graph.definition);
  const victims = ['probe-1', 'registry', 'host'];
  const pids = victims.map((name) => under.pid(name));

  await reaches(client, id, 50);
  await under.mesh.kill('probe-1');
  await reaches(client, id, 150);
  await under.mesh.kill('registry');
  await reaches(client, id, 250);
  await under.mesh.kill('host');
  await reaches(client, id, 350);
  await killBrain();

  const run = await endOf(client, id);
  expect(run).toMatchObject({
    state: 'completed',
    output: graph.expected.get('sink'),
    progress: { total: graph.steps, completed: graph.steps, failed: 0 },
  });
  // Each of them was really gone, and is there again.
  await eventually(() => victims.every((name, index) => under.pid(name) !== pids[index]), { timeoutMs: 30_000 });

  const { steps } = await runOf(client, id);
  const outputs = new Map(steps.map(({ id: step, output }) => [step, output]));
  for (const [step, n] of graph.expected) expect([step, outputs.get(step)]).toEqual([step, { echo: { n } }]);
  expectInOrder(steps);
  const receipts = await receiptsOf(id);
  expect(receipts).toHaveLength(graph.steps);
  expect(receipts.filter(({ completed }) => completed !== 1)).toEqual([]);
  await under.expectInvariants();
}, 300_000);

test('a run of patterns in each other over the kill of the brain in the middle of each: as if nothing had been', async () => {
  const items = Array.from({ length: 60 }, (_, index) => index);
  const definition = {
    name: 'nested',
    input: { items },
    output: { streamed: '${{ steps.stream.output.echo }}', each: '${{ $sum(steps.each.output.last) }}' },
    steps: [
      {
        id: 'stream',
        pattern: 'pipeline',
        items: 'input.items',
        stages: [
          { capability: 'probe.sleep', concurrency: 4, input: { ms: 60 } },
          { capability: 'probe.echo', concurrency: 2, input: '${{ item }}' },
        ],
      },
      {
        id: 'each',
        forEach: 'input.items',
        concurrency: 5,
        pattern: 'sequential',
        steps: [
          { id: 'rest', capability: 'probe.sleep', input: { ms: 60 } },
          { id: 'pause', wait: { seconds: 0.05 } },
          { id: 'twice', capability: 'probe.echo', input: '${{ item * 2 }}' },
        ],
        output: { last: '${{ steps.twice.output.echo }}' },
      },
    ],
  };
  const id = await startRun(client, definition);
  await reaches(client, id, 30);
  await killBrain();
  await reaches(client, id, 120);
  await killBrain();
  const run = await endOf(client, id);
  expect(run).toMatchObject({ state: 'completed', output: { streamed: items, each: 3540 } });
  const receipts = await receiptsOf(id);
  expect(receipts).toHaveLength(60 * 4);
  expect(receipts.filter(({ completed }) => completed !== 1)).toEqual([]);
  await under.expectInvariants();
}, 300_000);

test('a serial pipeline over kill -9 of agent, registry, host and brain: one at a time, in order, each item once', async () => {
  const items = Array.from({ length: 120 }, (_, index) => index);
  const stages = [20, 25, 20].map((ms) => ({ capability: 'probe.sleep', input: { ms } }));
  const last = { capability: 'probe.echo', input: '${{ item }}' };
  const stream = { id: 'stream', pattern: 'pipeline', items: 'input.items', stages: [...stages, last] };
  const output = '${{ steps.stream.output.echo }}';
  const id = await startRun(client, { name: 'serial', input: { items }, steps: [stream], output });

  await reaches(client, id, 80);
  await under.mesh.kill('probe-1');
  await reaches(client, id, 160);
  await under.mesh.kill('registry');
  await under.mesh.kill('probe-2');
  await reaches(client, id, 240);
  await under.mesh.kill('host');
  await reaches(client, id, 320);
  await killBrain();

  expect(await endOf(client, id)).toMatchObject({ state: 'completed', output: items });
  const { turns, followed } = await turnsOf(under.mesh.services.databaseUrl, { id, step: 'stream', stages: 4 });
  for (const stage of turns) {
    expect(stage.map(({ item }) => item)).toEqual(items);
    const overlaps = stage.filter(({ began }, index) => index > 0 && began < (stage[index - 1]?.ended ?? 0));
    expect(overlaps).toEqual([]);
  }
  // Most did not wait for a round trip, over all the kills.
  expect(followed).toBeGreaterThan(items.length);
  const receipts = await receiptsOf(id);
  expect(receipts).toHaveLength(items.length * 4);
  expect(receipts.filter(({ completed }) => completed !== 1)).toEqual([]);
  await under.expectInvariants();
}, 300_000);
