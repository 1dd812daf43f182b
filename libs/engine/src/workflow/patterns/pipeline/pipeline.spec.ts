import { type NamelessStep } from '@baton/contracts';
import { type PatternChild } from '../pattern';
import { pipeline, pipelineLimits } from './pipeline';
import { PlayedPipeline } from './pipeline.fixture';

const error = { code: 'BROKEN', message: 'it broke', retryable: false };
const two = [{ capability: 'a' }, { capability: 'b' }];

describe('the items', () => {
  const step = { pattern: 'pipeline', items: 'x', stages: two } as NamelessStep;
  const evaluate = () => Promise.resolve({ ok: true as const, value: null });
  const open = (params: Record<string, never[] | string | null>) =>
    pipeline.open({ key: 'k', params, step, failFast: true, children: [], memo: null, evaluate });

  test('a single value is a list of one', () => {
    const opened = open({ items: 'only' });
    expect(opened.ok && opened.run.plan(0)).toEqual({
      part: 0,
      variables: { item: 'only', index: 0, previous: null },
    });
  });

  test.each([[{}], [{ items: null }]])('nothing is refused, for it is a wrong name as a rule: %j', (params) => {
    expect(open(params)).toMatchObject({ ok: false, error: { code: 'EXPRESSION_FAILED' } });
  });

  test('more children than the limit are refused, and the limit is named', () => {
    const most = pipelineLimits.children / 2;
    expect(open({ items: new Array<never>(most).fill(0 as never) }).ok).toBe(true);
    expect(open({ items: new Array<never>(most + 1).fill(0 as never) })).toMatchObject({
      ok: false,
      error: { message: 'Items times stages of the pipeline are 50002, over 50000. Give each item more to do.' },
    });
  });

  test('each stage is a part, which its place, id and buffer are not', () => {
    const stages = [
      { id: 'load', capability: 'a', buffer: 3 },
      { capability: 'b', concurrency: 2 },
    ];
    expect(pipeline.parts({ ...step, stages } as NamelessStep)).toEqual([
      { path: 'stages[0]', step: { capability: 'a' }, variables: ['item', 'index', 'previous'] },
      { path: 'stages[1]', step: { capability: 'b', concurrency: 2 }, variables: ['item', 'index', 'previous'] },
    ]);
    expect(pipeline.expressions(step)).toEqual([]);
  });
});

test('an empty list ends at once', () => {
  expect(new PlayedPipeline({ stages: two, items: [] }).end).toMatchObject({ state: 'completed' });
});

test('stages overlap: an item is in the second while the next is in the first', () => {
  const play = new PlayedPipeline({ stages: two, items: ['x', 'y'] });
  expect(play.started).toEqual([0]);
  play.finish(0);
  expect(play.started).toEqual([0, 1, 2]);
  expect(play.run.plan(1)).toEqual({ part: 1, variables: { item: 'x', index: 0, previous: 'done 0' } });
  play.finish(2);
  play.finish(1);
  play.finish(3);
  expect(play.end).toMatchObject({ state: 'completed' });
  expect(play.output).toEqual(['done 1', 'done 3']);
  expect(play.run.interim).toBeNull();
});

test('L1 a full buffer keeps the slot of the stage before, and so on upwards', () => {
  const stages = [{}, { buffer: 1 }, { buffer: 1 }];
  const play = new PlayedPipeline({ stages, items: [...Array(9).keys()] });
  play.finish(0);
  play.finish(1);
  for (const item of [1, 2, 3, 4]) {
    for (const stage of [0, 1]) if (play.children[item * 3 + stage]?.state === 'queued') play.finish(item * 3 + stage);
  }
  const done = (stage: number) => play.children.filter((c, i) => i % 3 === stage && c.state === 'completed').length;
  expect([done(0), done(1), done(2)]).toEqual([5, 3, 0]);
  expect(play.active.map(({ index }) => index)).toEqual([2]);
  play.finish(2);
  expect(play.active.map(({ index }) => index)).toEqual([5, 10, 15]);
});

test('L2 with the order kept the second stage waits for the first item', () => {
  const play = new PlayedPipeline({ stages: [{ concurrency: 3 }, {}], items: [0, 1, 2] });
  play.finish(4);
  play.finish(2);
  expect(play.active.map(({ index }) => index)).toEqual([0]);
  play.finish(0);
  expect(play.started).toEqual([0, 2, 4, 1]);
});

test('without order a stage takes items as they come', () => {
  const play = new PlayedPipeline({ stages: [{ concurrency: 3 }, {}], items: [0, 1, 2], order: 'any' });
  play.finish(4);
  play.finish(2);
  expect(play.started).toEqual([0, 2, 4, 5]);
  play.finish(5);
  expect(play.started).toEqual([0, 2, 4, 5, 3]);
});

test('a failed item ends the pipeline when failures end the run, with what there was', () => {
  const play = new PlayedPipeline({ stages: two, items: [0, 1] });
  play.finish(0);
  play.finish(1);
  play.finish(2, 'failed', error);
  expect(play.end).toEqual({
    state: 'failed',
    error: { ...error, message: 'stage 0 of item 1: it broke' },
  });
  expect(play.output).toEqual(['done 1', null]);
});

test('else its later stages are skipped, the others go on, and the first failure is told in the end', () => {
  const stages = [{ id: 'load' }, { id: 'fit' }, {}];
  const play = new PlayedPipeline({ stages, items: [0, 1], failFast: false });
  play.finish(0, 'canceled');
  expect(play.children.slice(0, 3).map(({ state }) => state)).toEqual(['canceled', 'skipped', 'skipped']);
  expect(play.children[1]?.error?.message).toBe('Item 0 failed in load.');
  for (const index of [3, 4, 5]) play.finish(index);
  expect(play.end).toEqual({
    state: 'failed',
    error: { code: 'STEP_CANCELED', message: 'load of item 0 was canceled.', retryable: true },
  });
  expect(play.output).toEqual([null, 'done 5']);
});

test('an optional pipeline completes with null in the place of what failed', () => {
  const play = new PlayedPipeline({ stages: two, items: [0, 1], failFast: false, optional: true });
  play.finish(0, 'rejected', error);
  play.finish(2);
  play.finish(3);
  expect(play.end).toMatchObject({ state: 'completed' });
  expect(play.output).toEqual([null, 'done 3']);
});

test('a child that was refused before it ran fails its item', () => {
  const play = new PlayedPipeline({ stages: two, items: [0] });
  play.finish(0, 'skipped', error);
  expect(play.end).toMatchObject({ state: 'failed', error: { code: 'BROKEN' } });
});

test('the same end told twice changes nothing (I7)', () => {
  const play = new PlayedPipeline({ stages: two, items: [0, 1] });
  play.finish(0);
  expect(play.run.ended(play.children[0] as PatternChild, new Date())).toEqual({});
});

test('a failure that was recorded before a restart ends it all the same', () => {
  const play = new PlayedPipeline({ stages: two, items: [0] });
  Object.assign(play.children[0] as object, { state: 'failed', error });
  play.reopen();
  expect(play.end).toMatchObject({ state: 'failed', error: { message: 'stage 0 of item 0: it broke' } });
});

test('taken up again, what is under way keeps its slot', () => {
  const play = new PlayedPipeline({ stages: two, items: [0, 1] });
  play.reopen();
  expect(play.started).toEqual([0]);
  play.finish(0);
  expect(play.started).toEqual([0, 1, 2]);
});

test('taken up again, an item that was passed by goes first although the others keep all slots', () => {
  const play = new PlayedPipeline({ stages: [{}, {}], items: [0, 1, 2, 3, 4], failFast: false });
  play.finish(0, 'failed', error);
  for (const index of [2, 4, 6, 8]) play.finish(index);
  const states = ['pending', 'pending', ...['completed', 'pending', 'completed', 'pending', 'completed', 'pending']];
  play.children.forEach((child, at) => Object.assign(child, { state: states[at] ?? 'pending', error: null }));
  play.started.length = 0;
  play.reopen();
  expect(play.started).toEqual([0]);
  play.finish(0);
  expect(play.started).toEqual([0, 1]);
});
