import { type PatternMove } from '../patterns/pattern';
import { failsWith, type PlayedRun } from './play-run';
import { playing, Puppet } from './puppet.fixture';

const both: PatternMove = { grow: 3, start: [0, 1] };

/** The second child is to follow the first. */
function following(begin: PatternMove = both, document: object = {}) {
  const puppet = new Puppet();
  puppet.after = { 1: 0 };
  puppet.moves = { begin };
  const play = playing(puppet, {}, document);
  play.mayFollow = true;
  return { puppet, play };
}

/** The first is under way, and the agent would take the second. */
async function led(document: object = {}) {
  const { puppet, play } = following({ grow: 3, start: [0] }, document);
  await play.start();
  puppet.moves['0 assigned'] = { start: [1] };
  return { puppet, play };
}

function stateOf(play: PlayedRun, key: string): unknown[] {
  const { state, startedAt } = play.unit(key);
  return [state, startedAt !== null];
}

describe('a child that is to follow another one', () => {
  test('is submitted to begin after its task, when that is under way and its agent takes it', async () => {
    const { puppet, play } = await led();
    await play.giveBack('p[0]', 'task-assigned');
    const [first, second] = play.submitted;
    expect(second).toMatchObject({ key: 'p[1]', follows: first?.taskId });
    expect(puppet.told).toEqual(['open ', 'begin', '0 assigned']);
  });

  test('is not started when the agent does not take it; nothing of that is written', async () => {
    const { puppet, play } = await led();
    play.mayFollow = false;
    const { changed, touchesRun } = await play.giveBack('p[0]', 'task-assigned');
    expect([play.keys, puppet.told.at(-1)]).toEqual([['p[0]'], '1 taken back']);
    expect([changed.size, touchesRun]).toEqual([0, false]);
  });

  test('nor where nobody can tell', async () => {
    const { play } = await led();
    Object.assign(play, { mayFollow: undefined });
    await play.giveBack('p[0]', 'task-assigned');
    expect(play.keys).toEqual(['p[0]']);
  });

  test('nor while that one is not out: who submits it is told that it is awaited', async () => {
    const { puppet, play } = following();
    await play.start();
    expect(puppet.told).toEqual(['open ', 'begin', '1 taken back']);
    expect(play.submitted).toMatchObject([{ key: 'p[0]', isAwaited: true }]);
    const other = following({ grow: 3, start: [0] });
    await other.play.start();
    expect(other.play.submitted[0]).not.toHaveProperty('isAwaited');
  });

  test('nor without room in the run; and it is not held for it', async () => {
    const { puppet, play } = await led({ concurrency: 1 });
    await play.giveBack('p[0]', 'task-assigned');
    expect([stateOf(play, 'p[1]'), puppet.told.at(-1)]).toEqual([['pending', false], '1 taken back']);
    await play.end('p[0]');
    expect(play.active).toEqual([]);
  });

  test('fails when the budget is spent, as any', async () => {
    const { play } = await led({ budget: { tasks: 1 } });
    await play.giveBack('p[0]', 'task-assigned');
    expect(play.unit('p[1]').error).toEqual(failsWith('BUDGET_EXHAUSTED', /1 tasks/));
  });

  test('starts as any other when that one has ended', async () => {
    const { puppet, play } = await led();
    puppet.moves['0 completed'] = { start: [1] };
    play.mayFollow = false;
    await play.end('p[0]');
    expect(play.submitted[1]).not.toHaveProperty('follows');
  });
});

describe('one that was ready over a pause', () => {
  async function paused() {
    const { puppet, play } = await led();
    await play.send({ kind: 'pause' });
    await play.giveBack('p[0]', 'task-assigned');
    expect(stateOf(play, 'p[1]')).toEqual(['ready', false]);
    return { puppet, play };
  }

  test.each([
    ['follows when it still can', true, ['queued', true], '0 assigned'],
    ['is pending again when it cannot', false, ['pending', false], '1 taken back'],
  ])('%s', async (_what, mayFollow, state, told) => {
    const { puppet, play } = await paused();
    play.mayFollow = mayFollow;
    const { changed } = await play.send({ kind: 'resume' });
    expect([stateOf(play, 'p[1]'), puppet.told.at(-1)]).toEqual([state, told]);
    expect(changed.has(play.unit('p[1]'))).toBe(true);
  });

  test('also after a restart', async () => {
    const { puppet, play } = await paused();
    const again = play.restored();
    again.mayFollow = false;
    await again.send({ kind: 'resume' });
    expect([stateOf(again, 'p[1]'), puppet.told.at(-1)]).toEqual([['pending', false], '1 taken back']);
  });

  test('starts as any other when that one has ended meanwhile', async () => {
    const { play } = await paused();
    await play.end('p[0]');
    await play.send({ kind: 'resume' });
    expect(play.submitted[1]).not.toHaveProperty('follows');
  });

  test('when both were canceled for the pause only the first goes out again', async () => {
    const { play } = await led();
    await play.giveBack('p[0]', 'task-assigned');
    await play.send({ kind: 'pause', running: 'cancel' });
    play.mayFollow = false;
    await play.send({ kind: 'resume' });
    expect([play.canceled, play.keys.slice(2), stateOf(play, 'p[1]')]).toEqual([
      ['p[0]', 'p[1]'],
      ['p[0]'],
      ['pending', false],
    ]);
  });
});
