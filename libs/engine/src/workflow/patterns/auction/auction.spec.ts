import { auction } from './auction';
import { bid, now, PlayedAuction, type Script, step } from './auction.fixture';

const start = (script: Script = {}): Promise<PlayedAuction> => new PlayedAuction(script).reopen();
const cheap = bid('cheap', { cost: 1 });
const dear = bid('dear', { cost: 5 });

test('calls for bids, and waits for the window and a moment more', async () => {
  const play = await start({ windowSeconds: 3 });
  expect(play.call).toEqual({ callId: 'run/auction#1', part: 0, variables: {}, windowMs: 3000 });
  expect(play.wakeAt).toEqual(new Date(now.getTime() + 8000));
  expect((await start()).call?.windowMs).toBe(2000);
  expect(play.run.interim).toBeNull();
});

test('the best bid gets the task; all bids and scores are noted and in the output', async () => {
  const play = await start({ score: { cost: 1 }, accept: { maxSeconds: 60 } });
  await play.bids([dear, cheap, bid('slow', { seconds: 61, cost: 0 })]);
  expect(play.awarded).toEqual(['id-cheap']);
  expect(play.wakeAt).toBeNull();
  const bids = [
    { agent: { id: 'id-cheap', name: 'cheap' }, cost: 1, score: 1, accepted: true },
    { agent: { name: 'dear' }, cost: 5, score: 0, accepted: true },
    { agent: { name: 'slow' }, score: null, accepted: false },
  ];
  const winner = { agent: { name: 'cheap' }, bid: { cost: 1, seconds: 1, confidence: 0.5 }, score: 1 };
  expect(play.notes).toMatchObject([
    { what: 'awarded', details: { winner: { name: 'cheap' }, score: 1, call: 1, bids } },
  ]);
  expect(play.run.interim).toMatchObject({ winner, bids, calls: 1 });
  await play.finish(0, 'completed', 'dug');
  expect(play.end).toMatchObject({ state: 'completed', output: { output: 'dug', winner, bids, calls: 1, late: 0 } });
});

test('bids that come one by one count when the call is closed; each agent has one', async () => {
  const play = await start({ score: { cost: 1 } });
  await play.bids([dear], false);
  await play.bids([{ ...dear, cost: 0 }], false);
  expect(play.awarded).toEqual([]);
  await play.bids([cheap]);
  expect(play.awarded).toEqual(['id-cheap']);
});

test('a call that is not closed in time: with what there is, or once more', async () => {
  const play = await start();
  await play.wake();
  expect(play.moves.at(-1)?.call?.callId).toBe('run/auction#1');
  await play.bids([dear], false);
  await play.wake();
  expect(play.awarded).toEqual(['id-dear']);
  await play.bids([cheap]);
  await play.wake();
  await play.finish(0, 'completed', 1);
  expect(play.awarded).toEqual(['id-dear']);
  expect(play.end).toMatchObject({ output: { late: 1 } });
});

describe('nobody bids', () => {
  test('another call, then it fails', async () => {
    const play = await start();
    await play.bids([]);
    expect(play.call?.callId).toBe('run/auction#2');
    await play.bids([]);
    expect(play.end).toMatchObject({
      state: 'failed',
      error: {
        code: 'NO_BIDS',
        retryable: true,
        message: expect.stringMatching(/dig: of the 0 bids.*onNoBids/) as unknown,
      },
    });
    expect(play.notes.map(({ what }) => what)).toEqual(['no-bids', 'no-bids']);
  });

  test('or goes out as an ordinary task, whose end is that of the auction', async () => {
    const play = await start({ calls: 1, onNoBids: 'dispatch' });
    await play.bids([]);
    expect(play.awarded).toEqual([null]);
    await play.finish(0, 'completed', 'done');
    expect(play.end).toMatchObject({ output: { output: 'done', winner: null, bids: [], calls: 1 } });
  });

  test('an ordinary task that is rejected is not called out again', async () => {
    const play = await start({ calls: 1, onNoBids: 'dispatch' });
    await play.bids([]);
    await play.finish(0, 'rejected', { code: 'DEGRADED' });
    expect(play.end).toMatchObject({ state: 'failed', error: { code: 'DEGRADED' } });
  });

  test.each([
    ['too few', { minimumBids: 2 }, [cheap]],
    ['none acceptable', { accept: { maxCost: 0.5 } }, [cheap, dear]],
  ])('%s count as none', async (_what, script, bids) => {
    const play = await start({ ...script, calls: 1 });
    await play.bids(bids);
    expect(play.end).toMatchObject({ error: { code: 'NO_BIDS' } });
    expect(play.notes).toMatchObject([
      { what: 'no-bids', details: { call: 1, bids: bids.map(() => expect.anything()) } },
    ]);
  });
});

describe('a winner that withdraws', () => {
  test.each([
    ['rejected', {}],
    ['rejected', null],
    ['failed', { code: 'AGENT_LOST' }],
    ['failed', { code: 'TARGET_AGENT_GONE' }],
  ] as const)('%s %j: the next best bid gets it', async (state, error) => {
    const play = await start({ score: { cost: 1 } });
    await play.bids([dear, cheap]);
    await play.finish(0, state, error);
    expect(play.awarded).toEqual(['id-cheap', 'id-dear']);
    expect(play.notes.map(({ what }) => what)).toEqual(['awarded', 'withdrawn', 'awarded']);
    await play.finish(1, 'completed', 'dug');
    expect(play.end).toMatchObject({ output: { output: 'dug', winner: { agent: { name: 'dear' } }, calls: 1 } });
  });

  test('none is left: a new call, in which it is not considered again', async () => {
    const play = await start();
    await play.bids([cheap]);
    await play.finish(0, 'rejected', {});
    expect(play.call?.callId).toBe('run/auction#2');
    expect(await play.run.ended(play.children[0]!, now)).toEqual({});
    await play.bids([cheap, dear]);
    expect(play.awarded).toEqual(['id-cheap', 'id-dear']);
    await play.finish(1, 'rejected', {});
    expect(play.end).toMatchObject({ state: 'failed', error: { code: 'NO_BIDS' } });
  });
});

test.each([
  ['failed', {}, 'BOOM'],
  ['failed', null, 'STEP_CANCELED'],
  ['canceled', null, 'STEP_CANCELED'],
  ['skipped', { code: 'NOPE' }, 'NOPE'],
] as const)('a winner whose work ended %s (%j) ends the auction', async (state, error, code) => {
  const play = await start();
  await play.bids([cheap, dear]);
  await play.finish(0, state, error);
  expect(play.end).toMatchObject({ state: 'failed', error: { code } });
});

describe('a score of the user', () => {
  test('sees the bid; the highest wins', async () => {
    const evaluate: Script['evaluate'] = (path, { bid }) => ({
      ok: true,
      value: path === 'score' ? (bid as { cost: number }).cost : null,
    });
    const play = await start({ score: 'bid.cost', evaluate });
    await play.bids([cheap, dear]);
    expect(play.awarded).toEqual(['id-dear']);
    expect(auction.expressions(step({ score: 'bid.cost' }))).toEqual([
      { path: 'score', source: 'bid.cost', variables: ['bid'] },
    ]);
    expect(auction.expressions(step({ score: { cost: 1 } }))).toEqual([]);
  });

  test.each([
    ['fails', { ok: false as const, error: { code: 'EXPRESSION_FAILED', message: 'no', retryable: false } }, /^no$/],
    ['is no number', { ok: true as const, value: 'x' }, /bid of cheap is "x", not a number/],
  ])('that %s fails the auction', async (_what, evaluation, message) => {
    const play = await start({ score: 'x', evaluate: () => evaluation });
    await play.bids([cheap]);
    expect(play.end).toMatchObject({
      error: { code: 'EXPRESSION_FAILED', message: expect.stringMatching(message) as unknown },
    });
  });
});

test('its task takes the terms of the step', () => {
  const terms = { tags: ['gpu'], version: '^1', retry: { maxRetries: 1 } };
  expect(auction.parts(step({ input: { hole: 1 }, ...terms, windowSeconds: 1 }))).toEqual([
    { path: '', step: { capability: 'dig', input: { hole: 1 }, ...terms }, variables: [] },
  ]);
  expect(auction.parts(step())[0]?.step).toEqual({ capability: 'dig' });
});
