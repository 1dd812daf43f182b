import { LeaseLostError } from '@baton/contracts';
import { claimTasks, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const completed = { ok: true };

test('I3 one brain at a time; the next one goes on where the first stopped, and an old epoch cannot write', async () => {
  const agent = await startAgent('eight.over', (task) => (task.input === 'wait' ? NEVER : completed));
  const first = await startOrchestrator();
  await eventually(() => first.brain.epoch !== undefined);
  const second = await startOrchestrator();
  const { task } = await second.intake.submit({ capability: 'eight.over', input: 'wait' }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  expect(second.brain.epoch).toBeUndefined();
  const oldEpoch = first.brain.epoch as number;
  await first.stop();
  await eventually(() => second.brain.epoch !== undefined);
  await agent.finish(attempt, { output: completed });
  expect(await second.completions.wait(task.id, 5000)).toBe(true);
  expect(await path(second.database, task.id)).toBe('queued assigned completed');
  const claim = { taskId: task.id, agentId: agent.agentId, token: uuidV7(), why: null };
  await expect(claimTasks(second.database, oldEpoch, [claim])).rejects.toBeInstanceOf(LeaseLostError);
});

test('a result that the database refuses fails its own task; the brain goes on in the same term', async () => {
  const refuse = [
    `create function refuse_poison() returns trigger language plpgsql as
      'begin if new.output = ''"poison"'' then raise exception ''no such output''; end if; return new; end'`,
    'create trigger refuse_poison before update on tasks for each row execute function refuse_poison()',
  ];
  await startAgent('poison.out', ({ input }) => input);
  const { intake, completions, database, brain } = await startOrchestrator();
  for (const [index, text] of refuse.entries()) await database.run(statement(`test-refuse-${index}`, text));
  await eventually(() => brain.epoch !== undefined);
  const { epoch } = brain;
  const inputs = ['fine', 'poison', 'fine', 'fine'];
  const tasks = await intake.submitMany(
    inputs.map((input) => ({ capability: 'poison.out', input })),
    by,
  );
  for (const { task } of tasks) expect(await completions.wait(task.id, 10_000)).toBe(true);
  const rows = await Promise.all(tasks.map(({ task }) => database.run(TASK, [task.id])));
  expect(rows.map(([row]) => row?.state)).toEqual(['completed', 'failed', 'completed', 'completed']);
  expect(rows[1]?.[0]?.error).toContain('RESULT_UNRECORDABLE');
  expect(brain.epoch).toBe(epoch);
}, 20_000);
