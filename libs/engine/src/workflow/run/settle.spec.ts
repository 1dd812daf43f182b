import { type StepDocument } from '@baton/contracts';
import { PlayedRun, step } from './play-run';

/** A turn has no time for what follows from its event: that is left for the next. */
async function withoutTime(play: PlayedRun, event: () => Promise<unknown>): Promise<void> {
  play.mayGoOn = () => false;
  await event();
  play.mayGoOn = () => true;
}

const forEach = (id: string, list: string): StepDocument => step(id, { forEach: list, input: '${{ item }}' });

test('many ends that it had no time for are told in their order, each once', async () => {
  const play = new PlayedRun([forEach('each', '["x","y","z"]')]);
  await play.start();
  await withoutTime(play, async () => {
    for (const key of ['each[2]', 'each[0]', 'each[2]']) await play.end(key);
  });
  expect([play.run.state, play.run.news.length]).toEqual(['running', 1]);
  await play.end('each[1]');
  expect(play.run.output).toEqual({ each: ['each[0] done', 'each[1] done', 'each[2] done'] });
});

test.each<[string, StepDocument, string]>([
  ['steps', { id: 'inner', pattern: 'sequential', steps: [step('a')] }, 'p/inner/a'],
  ['a pattern', forEach('inner', '["x"]'), 'p/inner[0]'],
])('%s that were stopped before it had time to end them stay so', async (_what, inner, last) => {
  const around: StepDocument = { id: 'p', pattern: 'parallel', steps: [inner, step('fails')], optional: true };
  const play = new PlayedRun([around, step('after', { needs: ['p'] })]);
  await play.start();
  await withoutTime(play, async () => {
    await play.end(last);
    await play.end('p/fails', 'failed');
  });
  expect(play.states()).toMatchObject({ p: 'failed', 'p/inner': 'canceled', [last]: 'completed' });
  await play.send({ kind: 'continue' });
  expect(play.states()).toMatchObject({ p: 'failed', 'p/inner': 'canceled', [last]: 'completed', after: 'queued' });
  await play.end('after');
  expect(play.run.state).toBe('completed');
});

/** How many units are in which state, as the run counts them. */
const counted = ({ run }: PlayedRun) => Object.fromEntries(Object.entries(run.counts).filter(([, count]) => count > 0));

test.each([
  ['drops what was inside it, at any depth, and is counted anew', '["x"]', 1],
  ['may have had nothing inside it', '[]', 0],
])('a step that runs again from its beginning %s', async (_rule, list, elements) => {
  const inner: StepDocument = { id: 'y', pattern: 'sequential', steps: [step('a'), forEach('each', list)] };
  const play = new PlayedRun([{ id: 'x', pattern: 'sequential', steps: [inner] }, forEach('flat', list)]);
  await play.start();
  if (elements > 0) await play.end('flat[0]');
  await play.end('x/y/a');
  if (elements > 0) await play.end('x/y/each[0]');
  expect([play.run.state, counted(play)]).toEqual(['completed', { completed: 3 }]);
  await play.send({ kind: 'rerun', from: 'x' });
  const inside = { x: 'running', 'x/y': 'running', 'x/y/a': 'queued', 'x/y/each': 'pending' };
  expect(play.states()).toMatchObject(inside);
  expect([play.unit('x/y/each[0]'), counted(play)]).toEqual([undefined, { queued: 1, pending: 1, completed: 1 }]);
  await play.end('x/y/a');
  if (elements > 0) await play.end('x/y/each[0]');
  await play.send({ kind: 'rerun', from: 'flat' });
  expect(counted(play)).toEqual(elements > 0 ? { queued: 1, completed: 2 } : { completed: 3 });
});
