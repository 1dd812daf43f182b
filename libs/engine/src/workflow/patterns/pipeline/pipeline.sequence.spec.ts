import { type Stage } from '@baton/contracts';
import { PlayedPipeline, type Script } from './pipeline.fixture';

const yes = (): boolean => true;
const items = [0, 1, 2, 3, 4, 5];

function playing(script: Partial<Script>, mayFollow = yes): PlayedPipeline {
  return new PlayedPipeline({ stages: [{}], items, ...script }, [], mayFollow);
}

function waiting(play: PlayedPipeline): number[][] {
  return [...play.agents.waiting];
}

describe('L5 the next item of a serial stage is sent ahead', () => {
  test('one while one is at work, and when that has ended the next', () => {
    const play = playing({});
    expect([play.started, waiting(play)]).toEqual([[0, 1], [[1, 0]]]);
    expect(play.run.plan(1)).toMatchObject({ variables: { item: 1 }, after: 0 });
    play.finish(0);
    expect(play.run.plan(1)).not.toHaveProperty('after');
    expect([play.started, waiting(play)]).toEqual([[0, 1, 2], [[2, 1]]]);
  });

  test('where the agent takes it; else it is offered again with the next move', () => {
    let may = false;
    const play = playing({ stages: [{}, {}] }, () => may);
    play.finish(0);
    expect([play.started, waiting(play)]).toEqual([[0, 1, 2], []]);
    may = true;
    play.finish(1);
    expect(waiting(play)).toEqual([[4, 2]]);
  });

  test('and when the one at work has come to its agent', () => {
    let may = false;
    const play = playing({}, () => may);
    may = true;
    play.assign(0);
    expect(waiting(play)).toEqual([[1, 0]]);
  });

  const stages: [string, Partial<Stage>][] = [
    ['takes several at once', { concurrency: 2 }],
    ['is a sub-workflow', { workflow: 'other' }],
  ];
  test.each(stages)('not in a stage that %s', (_what, stage) => {
    const play = playing({ stages: [stage] });
    expect(waiting(play)).toEqual([]);
  });

  test('not before there is one', () => {
    const play = playing({ items: [0, 1], stages: [{ concurrency: 2 }, {}] });
    play.finish(0);
    expect(waiting(play)).toEqual([]);
    play.finish(2);
    expect(waiting(play)).toEqual([[3, 1]]);
  });

  test('only if the item at work will find a place in the next buffer, in which one sent ahead still is', () => {
    const play = playing({ stages: [{}, { buffer: 1 }] });
    play.finish(0);
    expect(waiting(play)).toEqual([[4, 2]]);
    play.finish(2);
    expect(waiting(play)).toEqual([[3, 1]]);
    play.finish(1);
    expect(waiting(play)).toEqual([[6, 4]]);
  });

  test('without order never one that stands before the one at work in the list', () => {
    const play = playing({ items: [0, 1, 2], stages: [{ concurrency: 3 }, {}], order: 'any' });
    play.finish(2);
    play.finish(0);
    expect([play.started, waiting(play)]).toEqual([[0, 2, 4, 3], []]);
    play.finish(4);
    expect(waiting(play)).toEqual([]);
    play.finish(3);
    expect([play.started, waiting(play)]).toEqual([[0, 2, 4, 3, 1, 5], [[5, 1]]]);
  });
});

describe('L5 taken back', () => {
  test('when the one at work returns; and none is sent ahead until that has ended', () => {
    const play = playing({ stages: [{}, {}] });
    expect(play.giveBack(0)).toEqual({ takeBack: [2] });
    expect(play.children[2]?.state).toBe('pending');
    expect(play.giveBack(0)).toEqual({});
    play.assign(0);
    expect(play.active.map(({ index }) => index)).toEqual([0]);
    play.finish(0);
    expect([play.started, waiting(play)]).toEqual([[0, 2, 1, 2, 4], [[4, 2]]]);
  });

  test('when it returns itself while the other is at work', () => {
    const play = playing({});
    expect(play.giveBack(1)).toEqual({ takeBack: [1] });
    play.assign(0);
    expect(waiting(play)).toEqual([]);
    play.finish(0);
    expect(waiting(play)).toEqual([[2, 1]]);
  });

  test('not when the other has failed: it goes on as the one at work, and comes back as any', () => {
    const play = playing({ failFast: false });
    play.finish(0, 'failed');
    expect([play.started, play.agents.isHandedBack(1)]).toEqual([[0, 1], true]);
    expect(play.giveBack(1)).toEqual({});
    expect([waiting(play), play.active.map(({ index }) => index)]).toEqual([[], [1]]);
    play.finish(1);
    expect(waiting(play)).toEqual([[3, 2]]);
  });

  test('without order it comes to its place again', () => {
    const play = playing({ items: [0, 1, 2], stages: [{ concurrency: 3 }, {}], order: 'any' });
    for (const index of [0, 2, 4]) play.finish(index);
    play.giveBack(1);
    play.finish(1);
    expect([play.started.slice(3), waiting(play)]).toEqual([[1, 3, 3, 5], [[5, 3]]]);
  });

  test('what returns in another stage than a serial one changes nothing', () => {
    const play = playing({ stages: [{ concurrency: 2 }] });
    expect(play.giveBack(1)).toEqual({});
    play.finish(0);
    expect(play.started).toEqual([0, 1, 2]);
  });
});

describe('L5 ends out of turn', () => {
  test('one that was sent ahead may be known to be done before the other', () => {
    const play = playing({});
    play.agents.complete(0);
    play.finish(1);
    expect([play.started, play.active.map(({ index }) => index)]).toEqual([
      [0, 1, 2],
      [0, 2],
    ]);
    play.finish(0);
    expect([play.run.plan(2), waiting(play)]).toMatchObject([{ part: 0 }, [[3, 2]]]);
  });

  test('or fail before it has begun', () => {
    const play = playing({ failFast: false });
    play.finish(1, 'failed');
    expect(waiting(play)).toEqual([[2, 0]]);
  });

  test('what was taken back and completed all the same has gone through the stage', () => {
    const play = playing({ items: [0, 1, 2], stages: [{}, {}] });
    play.giveBack(0);
    play.finish(2);
    expect(play.active.map(({ index }) => index)).toEqual([0]);
    play.finish(0);
    expect(play.started).toEqual([0, 2, 1, 4, 3]);
    for (const index of [1, 3, 4, 5]) play.finish(index);
    expect([play.end?.state, play.output]).toEqual(['completed', ['done 1', 'done 3', 'done 5']]);
  });
});

describe('L5 taken up again', () => {
  test.each(['kept', 'any'] as const)('of two the first in the list is at work, order %s', (order) => {
    const play = playing({ order, stages: [{ concurrency: 3 }, {}] });
    for (const index of [0, 2, 4]) play.finish(index);
    play.reopen();
    expect(play.run.plan(3)).toMatchObject({ after: 1 });
    expect(play.giveBack(1)).toEqual({ takeBack: [3] });
    play.finish(1);
    expect(play.active.map(({ index }) => index)).toEqual([3, 5, 6, 8, 10]);
  });

  test('of one alone it is not known whether it has returned: none is sent ahead until it has ended', () => {
    const play = playing({});
    play.giveBack(0);
    play.reopen();
    play.assign(0);
    expect(waiting(play)).toEqual([]);
    play.finish(0);
    expect(waiting(play)).toEqual([[2, 1]]);
  });

  test('one sent ahead is not counted as at work', () => {
    const play = playing({});
    play.reopen();
    expect(play.started).toEqual([0, 1]);
    play.finish(0);
    expect([play.started, waiting(play)]).toEqual([[0, 1, 2], [[2, 1]]]);
  });
});
