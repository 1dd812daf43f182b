import { type Submit } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { statement } from '@baton/persistence';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const REASONS = statement(
  'test-reasons',
  'select reason from audit where subject_id = $1 and reason is not null order by seq',
);
const output = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };

test('an output that does not fit its schema fails for good, with the reason, whatever the agent says of it', async () => {
  const agent = await startAgent('output.checked', (task) => task.input, { output });
  const { intake, completions, database } = await startOrchestrator();
  const run = async (input: Submit['input']) => {
    const { task } = await intake.submit({ capability: 'output.checked', input, maxRetries: 3 }, by);
    expect(await completions.wait(task.id, 10_000)).toBe(true);
    return { id: task.id, row: (await database.run(TASK, [task.id]))[0] };
  };
  expect((await run({ n: 1 })).row).toMatchObject({ state: 'completed', output: '{"n":1}' });
  const lie = await run({ n: 'one' });
  expect(lie.row).toMatchObject({ state: 'failed', output: null, error: expect.stringContaining('OUTPUT_INVALID') });
  expect(await path(database, lie.id)).toBe('queued assigned failed');
  expect(await database.run(REASONS, [lie.id])).toEqual([
    { reason: expect.stringContaining('output.n must be integer') },
  ]);
  expect(agent.assigned).toHaveLength(2);
});

test('a version that comes later is checked against its own schema from its first result on', async () => {
  await startAgent('output.versions', () => 'text', { output: { type: 'string' } });
  const { intake, completions, database } = await startOrchestrator();
  const state = async (version: string) => {
    const { task } = await intake.submit({ capability: 'output.versions', input: 1, version }, by);
    expect(await completions.wait(task.id, 10_000)).toBe(true);
    return (await database.run<{ state: string }>(TASK, [task.id]))[0]?.state;
  };
  expect(await state('1')).toBe('completed');
  await startAgent('output.versions', () => 'text', { version: '2.0.0', output: { type: 'number' } });
  await eventually(async () => expect(await state('2')).toBe('failed'));
  expect(await state('1')).toBe('completed');
});

test('codes that the task calls not retryable, and an end to retrying', async () => {
  let calls = 0;
  await startAgent('output.fails', () => {
    calls += 1;
    throw new Error('no');
  });
  const { intake, completions, database } = await startOrchestrator();
  const run = async (retry: Submit['retry']) => {
    calls = 0;
    const { task } = await intake.submit(
      { capability: 'output.fails', input: 1, maxRetries: 50, retry: retry ?? {} },
      by,
    );
    expect(await completions.wait(task.id, 10_000)).toBe(true);
    return (await database.run<{ error: string; state: string }>(TASK, [task.id]))[0];
  };
  expect(await run({ nonRetryable: ['BOOM'] })).toMatchObject({ state: 'failed' });
  expect(calls).toBe(1);
  const late = await run({ initialMs: 100, factor: 1, jitter: 0, maxElapsedSeconds: 0.35 });
  expect(late).toMatchObject({ state: 'failed', error: expect.stringContaining('maxElapsedSeconds') });
  expect(calls).toBeGreaterThanOrEqual(2);
  expect(calls).toBeLessThanOrEqual(4);
});
