import { readFileSync } from 'node:fs';
import { eventually } from '@baton/testing';
import { type ApiClient } from './api-client';
import { MeshUnderTest } from './mesh-under-test';
import { endOf, expectInOrder, runOf, startRun } from './workflows/runs';
import { summingGraph } from './workflows/summing-graph';

/**
 * Many runs at once, and one very large one. The figures are told, and bounds that hold on any machine are kept; the
 * tight ones are those of `npm run bench -- workflows-at-once`.
 */
const MOST_MEMORY_MB = 800;
const MOST_P95_MS = 3000;

let under: MeshUnderTest;
const client = (): ApiClient => under.client();

beforeAll(async () => {
  under = await MeshUnderTest.start();
}, 240_000);
afterAll(() => under?.stop(), 60_000);

/** The most memory the orchestrator has had resident so far. */
function mostMemoryMb(): number {
  const status = readFileSync(`/proc/${under.pid('orchestrator-1')}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** What the API takes to answer while the work is under way, one request after the other. */
async function answersDuring(work: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  const times: number[] = [];
  while (!isOver) {
    for (const path of ['/api/tasks?limit=10', '/api/workflows?limit=10', '/api/system/status']) {
      const before = performance.now();
      expect((await client().get(path)).status).toBe(200);
      times.push(performance.now() - before);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await over;
  return times.sort((a, b) => a - b);
}

async function expectBounded(what: string, work: Promise<unknown>): Promise<void> {
  const times = await answersDuring(work);
  const p95 = times[Math.floor(times.length * 0.95)] as number;
  const memory = mostMemoryMb();
  process.stderr.write(
    `${what}: ${Math.round(memory)} MB at most, ${times.length} answers, p95 ${Math.round(p95)} ms\n`,
  );
  expect(memory).toBeLessThan(MOST_MEMORY_MB);
  expect(p95).toBeLessThan(MOST_P95_MS);
}

test('100 workflows of 20 steps at once: every one right', async () => {
  const graph = summingGraph({ name: 'small', layers: 6, width: 3 });
  expect(graph.steps).toBe(20);
  const work = Promise.all(
    Array.from({ length: 100 }, async () => {
      const id = await startRun(client, graph.definition);
      expect(await endOf(client, id)).toMatchObject({ state: 'completed', output: graph.expected.get('sink') });
    }),
  );
  await expectBounded('100 of 20', work);
  await under.expectInvariants();
}, 180_000);

test('one of 5,000 steps: right, in order, all of its steps to be read', async () => {
  const graph = summingGraph({ name: 'large', layers: 84, width: 60 });
  expect(graph.steps).toBeGreaterThanOrEqual(5000);
  const id = await startRun(client, graph.definition);
  await expectBounded('one of 5,000', endOf(client, id, 150_000));
  const run = await eventually(() => runOf(client, id));
  expect(run).toMatchObject({ state: 'completed', output: graph.expected.get('sink') });
  expect(run.steps).toHaveLength(graph.steps);
  expectInOrder(run.steps);
  await under.expectInvariants();
}, 240_000);
