import { type PatternMove } from '../patterns/pattern';
import { PlayedRun } from './play-run';
import { playing, Puppet } from './puppet.fixture';
import { essence } from './simulated-mesh.fixture';

const takeBack: PatternMove = { takeBack: [0, 1, 2, 9] };

/** Its first child returns, and it wants the second back, which follows it. */
async function following(document: object = {}) {
  const puppet = new Puppet();
  puppet.after = { 1: 0 };
  puppet.moves = { begin: { grow: 3, start: [0] }, '0 assigned': { start: [1] }, '0 returned': { takeBack: [1] } };
  const play = playing(puppet, {}, document);
  play.mayFollow = true;
  await play.start();
  await play.giveBack('p[0]', 'task-assigned');
  expect(play.active).toEqual(['p[0]', 'p[1]']);
  return { puppet, play };
}

describe('children that are taken back', () => {
  test('the task is canceled, and the child pending as if it had never been started', async () => {
    const { puppet, play } = await following();
    const { commands, changed } = await play.giveBack('p[0]');
    const taskId = play.submitted[1]?.taskId;
    const reason = 'It was sent ahead, and what it was to follow has not completed; it starts again after it.';
    expect(commands).toEqual([{ kind: 'cancel-task', taskId, key: 'p[1]', reason }]);
    expect(play.unit('p[1]')).toMatchObject({ state: 'pending', startedAt: null, finishedAt: null, error: null });
    expect([...changed].map(({ key }) => key)).toEqual(['p[1]']);
    expect(puppet.told.slice(-2)).toEqual(['0 returned', '1 taken back']);
    expect(essence(play.restored().run)).toEqual(essence(play.run));
  });

  test('those that are ready are pending; others stay as they are', async () => {
    const puppet = new Puppet();
    puppet.moves = { begin: { grow: 3, start: [1, 2] }, '2 completed': { start: [0] }, '1 returned': takeBack };
    const play = playing(puppet);
    await play.start();
    await play.send({ kind: 'pause' });
    await play.end('p[2]');
    await play.giveBack('p[1]');
    expect([play.states(), play.canceled]).toMatchObject([
      { 'p[0]': 'pending', 'p[1]': 'pending', 'p[2]': 'completed' },
      ['p[1]'],
    ]);
    expect(puppet.told.slice(-2)).toEqual(['0 taken back', '1 taken back']);
    await play.send({ kind: 'resume' });
    expect(play.keys).toHaveLength(2);
  });

  test('twice changes nothing', async () => {
    const { play } = await following();
    await play.giveBack('p[0]');
    const { commands, changed } = await play.giveBack('p[0]');
    expect([commands, changed.size]).toEqual([[], 0]);
  });

  test('they leave their room to others', async () => {
    const { play } = await following({ concurrency: 2 });
    await play.giveBack('p[0]');
    expect(play.run.root.gate.active).toBe(1);
  });

  test('they have taken nothing of the budgets, of the sub-workflow and of the run', async () => {
    const line = {
      budget: { tasks: 4, cost: 9 },
      pattern: 'pipeline' as const,
      items: '[1,2,3]',
      stages: [{ capability: 'do', cost: 2 }],
    };
    const play = new PlayedRun([{ id: 's', workflow: 'line' }], { stored: { line } });
    play.mayFollow = true;
    await play.start();
    const [first] = play.keys as [string];
    await play.giveBack(first, 'task-assigned');
    const gates = [play.run.root.gate, play.unit(first).holder.gate];
    expect(gates.map(({ spent }) => spent)).toEqual(Array(2).fill({ tasks: 2, cost: 0, reserved: 4 }));
    const { touchesRun } = await play.giveBack(first);
    expect(gates.map(({ spent }) => spent)).toEqual(Array(2).fill({ tasks: 1, cost: 0, reserved: 2 }));
    expect([touchesRun, play.unit('s').memo]).toEqual([true, { spent: { tasks: 1, cost: 0 } }]);
  });

  test('also while the run is paused; then they start again with it', async () => {
    const { puppet, play } = await following();
    await play.send({ kind: 'pause' });
    await play.giveBack('p[0]');
    expect(play.states()).toMatchObject({ 'p[0]': 'queued', 'p[1]': 'pending' });
    puppet.moves['0 completed'] = { start: [1] };
    await play.end('p[0]');
    expect(play.unit('p[1]').state).toBe('ready');
    await play.send({ kind: 'resume' });
    expect(play.submitted[2]).toMatchObject({ key: 'p[1]', submit: { input: 10 } });
  });

  test('a pattern that does not care is not told', async () => {
    const { puppet, play } = await following();
    delete puppet.takenBack;
    await play.giveBack('p[0]');
    expect(play.unit('p[1]').state).toBe('pending');
  });
});

describe('W2 the task of a child that was taken back', () => {
  async function takenBack() {
    const { puppet, play } = await following();
    await play.giveBack('p[0]');
    return { puppet, play };
  }

  test.each([false, true])('completed all the same: that is its receipt; restarted before: %s', async (restarted) => {
    const { puppet, play: first } = await takenBack();
    const play: PlayedRun = restarted ? first.restored() : first;
    await play.end('p[1]');
    expect(play.unit('p[1]')).toMatchObject({ state: 'completed', output: 'p[1] done', attempts: 1 });
    expect(puppet.told.at(-1)).toBe('1 completed');
    expect(puppet.given.children[1]?.state).toBe('completed');
    expect(play.canceled).toEqual(restarted ? [] : ['p[1]']);
    expect((await play.end('p[1]')).changed.size).toBe(0);
  });

  test.each(['canceled', 'failed'] as const)('%s: it stays pending', async (state) => {
    const { play } = await takenBack();
    expect((await play.end('p[1]', state)).changed.size).toBe(0);
    expect(play.unit('p[1]').state).toBe('pending');
  });

  test('started again, only the new task counts', async () => {
    const { puppet, play } = await takenBack();
    const late = play.ended('p[1]', 'completed');
    puppet.moves['0 completed'] = { start: [1] };
    await play.end('p[0]');
    await play.send(late);
    expect(play.unit('p[1]').state).toBe('queued');
    await play.end('p[1]', 'completed', 'new');
    expect(play.unit('p[1]').output).toBe('new');
  });
});
