import { PlayedRun, step } from './play-run';
import { restoreRun } from './restore-run';
import { type StepRun, type WorkflowRun } from './workflow-run';

const steps = [
  step('l'),
  step('each', { forEach: 'steps.l.output', input: '${{ item }}', concurrency: 2 }),
  step('after', { input: '${{ steps.each.output }}' }),
];

/** What the database keeps: a forEach step's own output is not stored. */
function saved(run: WorkflowRun): StepRun[] {
  return run.nodes.flatMap(({ own, elements = [] }) => [
    { ...own, output: elements.length > 0 ? null : own.output },
    ...elements.map((element) => ({ ...element })),
  ]);
}

function restored(play: PlayedRun): PlayedRun {
  const again = new PlayedRun(steps, restoreRun(play.run.graph, play.run, saved(play.run)));
  again.submitted.push(...play.submitted);
  return again;
}

/** Everything but what is evaluated again and where the next element is looked for. */
function essence({ nodes, ...run }: WorkflowRun) {
  const counts = Object.fromEntries(Object.entries(run.counts).filter(([, count]) => count > 0));
  const bare = nodes.map(({ own, waitingFor, elements, active, open }) => ({
    own,
    waitingFor,
    elements,
    active,
    open,
  }));
  return { ...run, counts, nodes: bare, ready: [] };
}

test('after any event the restored run is the same and goes on the same way', async () => {
  let play = new PlayedRun(steps);
  const events: (() => Promise<unknown>)[] = [
    () => play.start(),
    () => play.end('l', 'completed', ['x', 'y', 'z']),
    () => play.end('each[1]'),
    () => play.send({ kind: 'pause' }),
    () => play.end('each[0]', 'failed'),
    () => play.send({ kind: 'retry' }),
    () => play.end('each[0]'),
    () => play.end('each[2]'),
    () => play.end('after'),
  ];
  for (const event of events) {
    await event();
    const again = restored(play);
    expect(essence(again.run)).toEqual(essence(play.run));
    play = again;
  }
  expect(play.run.state).toBe('completed');
  expect(play.run.nodes[2]?.own.output).toBe('after done');
});

test('what is ready and paused starts when the restored run is resumed', async () => {
  const play = new PlayedRun(steps);
  await play.start();
  await play.send({ kind: 'pause' });
  await play.end('l', 'completed', ['x']);
  const again = restored(play);
  await again.send({ kind: 'resume' });
  expect(again.keys).toEqual(['l', 'each[0]']);
});

test('rows of steps that have not changed may be missing; unknown ones may not', async () => {
  const play = new PlayedRun(steps);
  await play.start();
  const [first] = saved(play.run);
  expect(essence(restoreRun(play.run.graph, play.run, [first as StepRun]))).toEqual(essence(play.run));
  const stranger = { ...(first as StepRun), key: 'zz', stepId: 'zz' };
  expect(() => restoreRun(play.run.graph, play.run, [stranger])).toThrow('Step zz');
});
