import { eventually } from '@baton/testing';
import { type ApiClient } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** A graph of a hundred steps: a source, layers that fan out and in, a sink that adds up what came through. */
const LAYERS = 7;
const WIDTH = 14;

interface Step {
  readonly id: string;
  readonly state: string;
  readonly needs: readonly string[];
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly output: { readonly echo: { readonly n: number } } | null;
}
interface Progress {
  readonly percent: number;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
}
interface Workflow {
  readonly id: string;
  readonly state: string;
  readonly output: unknown;
  readonly progress: Progress;
  readonly steps: readonly Step[];
}

const id = (layer: number, index: number): string => `l${layer}n${index}`;
const valueOf = (step: string): string => `steps.${step}.output.echo.n`;

/** Every node adds one to the sum of its two parents in the layer before: the expected numbers are computed alongside. */
function hundredSteps(): { definition: object; expected: Map<string, number> } {
  const expected = new Map<string, number>([['source', 1]]);
  const steps: object[] = [{ id: 'source', capability: 'probe.echo', input: { n: 1 } }];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    for (let index = 0; index < WIDTH; index += 1) {
      const parents = layer === 0 ? ['source'] : [id(layer - 1, index), id(layer - 1, (index + 1) % WIDTH)];
      expected.set(
        id(layer, index),
        parents.reduce((sum, parent) => sum + (expected.get(parent) as number), 1),
      );
      const n = `\${{ ${parents.map(valueOf).join(' + ')} + 1 }}`;
      steps.push({ id: id(layer, index), capability: 'probe.echo', input: { n } });
    }
  }
  const last = Array.from({ length: WIDTH }, (_, index) => id(LAYERS - 1, index));
  expected.set(
    'sink',
    last.reduce((sum, step) => sum + (expected.get(step) as number), 0),
  );
  steps.push({ id: 'sink', capability: 'probe.echo', input: { n: `\${{ ${last.map(valueOf).join(' + ')} }}` } });
  return { definition: { name: 'hundred', output: '${{ steps.sink.output.echo.n }}', steps }, expected };
}

let under: MeshUnderTest;
let client: ApiClient;

beforeAll(async () => {
  under = await MeshUnderTest.start();
  client = under.client();
}, 180_000);
afterAll(() => under.stop(), 60_000);

async function run(definition: object): Promise<{ last: Workflow; seen: Progress[] }> {
  const created = await client.call<Workflow>('POST', '/api/workflows', { name: 'test', definition, start: true });
  expect(created.status).toBe(201);
  const seen: Progress[] = [];
  const last = await eventually(
    async () => {
      const { body } = await client.get<Workflow>(`/api/workflows/${created.body.id}`);
      seen.push(body.progress);
      return ['created', 'running'].includes(body.state) ? false : body;
    },
    { timeoutMs: 60_000, everyMs: 5 },
  );
  return { last: last as Workflow, seen };
}

test('a hundred steps run in the order of their dependencies, with the right results and progress', async () => {
  const { definition, expected } = hundredSteps();
  expect(expected.size).toBe(100);
  const { last, seen } = await run(definition);
  expect(last.state).toBe('completed');
  expect(last.output).toBe(expected.get('sink'));

  const steps = new Map(last.steps.map((step) => [step.id, step]));
  expect(steps.size).toBe(100);
  for (const [step, n] of expected)
    expect(steps.get(step)).toMatchObject({ state: 'completed', output: { echo: { n } } });
  for (const step of last.steps) {
    for (const need of step.needs) {
      const needed = steps.get(need) as Step;
      expect(Date.parse(needed.finishedAt as string)).toBeLessThanOrEqual(Date.parse(step.startedAt as string));
    }
  }

  for (const progress of seen) {
    expect(progress.total).toBe(100);
    expect(progress.completed + progress.failed + progress.running + progress.waiting).toBe(100);
  }
  const percents = seen.map((progress) => progress.percent);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(last.progress).toMatchObject({ percent: 100, completed: 100, failed: 0, running: 0, waiting: 0 });
  await under.expectInvariants();
}, 120_000);

test('the graph goes on over kill -9 of the brain and an agent, and no step completes twice', async () => {
  const steps = Array.from({ length: 60 }, (_, index) => ({
    id: `s${index}`,
    capability: 'probe.sleep',
    input: { ms: 50 },
    ...(index < 6 ? {} : { needs: [`s${index - 6}`] }),
  }));
  const created = await client.call<Workflow>('POST', '/api/workflows', {
    name: 'chains',
    definition: { name: 'chains', steps },
    start: true,
  });
  const look = async (): Promise<Workflow> => (await client.get<Workflow>(`/api/workflows/${created.body.id}`)).body;
  await eventually(async () => (await look()).progress.completed >= 6, { timeoutMs: 30_000, everyMs: 5 });
  await under.mesh.kill('probe-1');
  await under.mesh.kill('orchestrator-1');
  const last = await eventually(
    async () => {
      const workflow = await look();
      return workflow.state === 'completed' ? workflow : false;
    },
    { timeoutMs: 60_000, everyMs: 50 },
  );
  expect((last as Workflow).progress).toMatchObject({ completed: 60, failed: 0 });
  await under.expectInvariants();
}, 120_000);

test('conditions, lists, failures that are allowed, and fallbacks', async () => {
  const { last } = await run({
    name: 'mixed',
    output: { squares: '${{ steps.each.output.echo }}', text: 'got ${{ $count(steps.each.output) }}' },
    steps: [
      { id: 'list', capability: 'probe.echo', input: { items: [1, 2, 3, 4] } },
      {
        id: 'each',
        forEach: '${{ steps.list.output.echo.items }}',
        concurrency: 2,
        capability: 'probe.echo',
        input: '${{ item * item }}',
      },
      { id: 'never', capability: 'probe.echo', when: '${{ $count(steps.each.output) > 9 }}' },
      { id: 'fragile', capability: 'probe.fail', input: { failures: 9, retryable: false }, optional: true },
      { id: 'flaky', capability: 'probe.fail', input: { failures: 2 }, retry: { maxRetries: 2, initialMs: 10 } },
      { id: 'rescued', capability: 'probe.fail', input: { failures: 9, retryable: false }, fallback: ['probe.echo'] },
    ],
  });
  expect(last).toMatchObject({ state: 'completed', output: { squares: [1, 4, 9, 16], text: 'got 4' } });
  const state = (step: string): string | undefined => last.steps.find((one) => one.id === step)?.state;
  expect([state('never'), state('fragile'), state('flaky'), state('rescued')]).toEqual([
    'skipped',
    'failed',
    'completed',
    'completed',
  ]);
}, 60_000);
