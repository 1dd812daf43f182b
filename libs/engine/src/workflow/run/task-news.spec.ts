import { type TaskId } from '@baton/contracts';
import { PlayedRun, step } from './play-run';
import { playing, Puppet } from './puppet.fixture';

const stages = [{ capability: 'one' }, { capability: 'two' }];

async function begun(): Promise<{ puppet: Puppet; play: PlayedRun }> {
  const puppet = new Puppet();
  puppet.moves = { begin: { grow: 2, start: [0, 1] } };
  const play = playing(puppet);
  await play.start();
  return { puppet, play };
}

describe.each(['task-returned', 'task-assigned'] as const)('%s', (kind) => {
  const word = kind.slice('task-'.length);

  test('is told to the pattern of the child, which may do anything', async () => {
    const { puppet, play } = await begun();
    puppet.moves[`1 ${word}`] = { end: { state: 'completed', output: 7 } };
    await play.giveBack('p[1]', kind);
    expect([puppet.told.at(-1), play.unit('p').output, play.active]).toEqual([`1 ${word}`, 7, ['after']]);
  });

  test('of a child that has ended is late', async () => {
    const { puppet, play } = await begun();
    await play.end('p[1]');
    await play.giveBack('p[1]', kind);
    expect(puppet.told.at(-1)).toBe('1 completed');
  });

  test.each([
    ['another task than the current one', 'p[1]', 'old'],
    ['a step there is not', 'zz', 'old'],
  ])('of %s changes nothing', async (_what, key, taskId) => {
    const { puppet, play } = await begun();
    const { changed } = await play.send({ kind, key, taskId: taskId as TaskId });
    expect([changed.size, puppet.told]).toEqual([0, ['open ', 'begin']]);
  });

  test('of a step that is no child of a pattern changes nothing', async () => {
    const play = new PlayedRun([step('a')]);
    await play.start();
    expect((await play.giveBack('a', kind)).changed.size).toBe(0);
  });

  test('a pattern that does not care is not told', async () => {
    const { puppet, play } = await begun();
    delete puppet.returned;
    delete puppet.assigned;
    expect((await play.giveBack('p[1]', kind)).changed.size).toBe(0);
  });

  test('after a restart without time the pattern is opened first', async () => {
    const { puppet, play } = await begun();
    const again = play.restored();
    again.mayGoOn = () => false;
    await again.giveBack('p[1]', kind);
    expect(puppet.told.slice(2)).toEqual(['open queued,queued', 'begin', `1 ${word}`]);
  });

  test('after a restart with a pattern that cannot be opened any more nothing is left to tell', async () => {
    const { puppet, play } = await begun();
    const again = play.restored();
    const { pattern } = puppet;
    const error = { code: 'NO', message: 'none', retryable: false };
    Object.assign(pattern, { open: () => ({ ok: false, error }) });
    await again.giveBack('p[1]', kind);
    expect(again.run.state).toBe('failed');
  });
});

describe('a pipeline inside of another pattern', () => {
  async function inside(): Promise<PlayedRun> {
    const play = new PlayedRun([{ id: 'each', forEach: '[1]', pattern: 'pipeline', items: '[1,2]', stages }]);
    play.mayFollow = true;
    await play.start();
    await play.giveBack('each[0][0]', 'task-assigned');
    expect(play.submitted).toMatchObject([{ key: 'each[0][0]' }, { key: 'each[0][2]', follows: {} }]);
    return play;
  }

  test('its next item is sent ahead, and taken back when the one before returns', async () => {
    const play = await inside();
    await play.giveBack('each[0][0]');
    expect([play.canceled, play.active]).toEqual([['each[0][2]'], ['each[0][0]']]);
    await play.end('each[0][0]');
    expect(play.active).toEqual(['each[0][1]', 'each[0][2]']);
  });

  test('also right after a restart', async () => {
    const play = (await inside()).restored();
    play.mayGoOn = () => false;
    await play.giveBack('each[0][0]');
    expect([play.canceled, play.active]).toEqual([['each[0][2]'], ['each[0][0]']]);
  });
});
