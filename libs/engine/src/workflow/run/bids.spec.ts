import { failsWith, PlayedRun } from './play-run';
import { playing, Puppet } from './puppet.fixture';

describe('bids', () => {
  const call = { callId: 'c1', part: 1, variables: { n: 5 }, windowMs: 2000 };
  const bids = [
    { agent: { id: 'a' as never, name: 'ann' }, cost: 1, seconds: 1, confidence: 1, at: '2026-03-01T12:00:01Z' },
  ];
  const answer = (more: object = {}) => ({
    kind: 'bids' as const,
    key: 'p',
    callId: 'c1',
    bids,
    closed: true,
    ...more,
  });

  async function called(): Promise<{ puppet: Puppet; play: PlayedRun }> {
    const puppet = new Puppet();
    puppet.moves = { begin: { call } };
    const play = playing(puppet);
    await play.start();
    return { puppet, play };
  }

  test('a call goes out once, with the task it is about; its answer is told', async () => {
    const { puppet, play } = await called();
    const submit = { capability: 'second', input: 5 };
    expect(play.said).toEqual([{ kind: 'call-for-bids', key: 'p', callId: 'c1', submit, windowMs: 2000 }]);
    await play.send({ kind: 'continue' });
    await play.send(answer({ closed: false }));
    puppet.moves = { 'bids 1 true': { grow: 1, start: [0] } };
    await play.send(answer());
    expect([play.said.length, puppet.told.slice(2), play.active]).toEqual([
      1,
      ['bids 1 false', 'bids 1 true'],
      ['p[0]'],
    ]);
    await play.send(answer({ closed: false, bids: [] }));
    expect(puppet.told.at(-1)).toBe('bids 0 false');
  });

  test.each([
    ['of another call', { callId: 'c0' }],
    ['for a step there is not', { key: 'zz' }],
    ['for a step without a call', { key: 'after' }],
  ])('bids %s are late', async (_which, more) => {
    const { puppet, play } = await called();
    await play.send(answer(more));
    expect(puppet.told).toHaveLength(2);
  });

  test('a pattern that does not know bids is not told', async () => {
    const { puppet, play } = await called();
    delete puppet.bids;
    await play.send(answer());
    expect(play.unit('p').state).toBe('running');
  });

  test('a restart calls again; an answer to the call before it counts', async () => {
    const { puppet, play } = await called();
    const again = play.restored();
    await again.send(answer());
    expect([again.said.length, puppet.told.slice(2)]).toEqual([1, ['open ', 'begin', 'bids 1 true']]);
  });

  test('after a restart they reach an auction inside of other patterns', async () => {
    const play = new PlayedRun([
      { id: 'each', forEach: '["x"]', pattern: 'auction', capability: 'do', input: '${{ item }}' },
    ]);
    await play.start();
    const [sent] = play.said as { key: string; callId: string }[];
    const again = play.restored();
    await again.send({ ...answer(), key: 'each[0]', callId: sent?.callId ?? '' });
    expect(again.submitted).toMatchObject([{ key: 'each[0][0]', submit: { agentId: 'a', input: 'x' } }]);
  });

  test('after a restart they reach an auction inside steps', async () => {
    const auction = { id: 'sale', pattern: 'auction' as const, capability: 'do' };
    const play = new PlayedRun([{ id: 'line', pattern: 'sequential', steps: [auction] }]);
    await play.start();
    const [sent] = play.said as { key: string; callId: string }[];
    const again = play.restored();
    await again.send({ ...answer(), key: 'line/sale', callId: sent?.callId ?? '' });
    expect(again.submitted).toMatchObject([{ key: 'line/sale[0]', submit: { agentId: 'a' } }]);
  });

  test('paused: what is not asked yet is asked on resume; what was asked is answered', async () => {
    const { puppet, play } = await called();
    puppet.moves = { 'bids 1 true': { call: { ...call, callId: 'c2' } } };
    await play.send({ kind: 'pause' });
    await play.send(answer());
    expect(play.said).toHaveLength(1);
    await play.send({ kind: 'resume' });
    expect(play.said.at(-1)).toMatchObject({ callId: 'c2' });
  });

  test('a call whose task cannot be made fails the step', async () => {
    const puppet = new Puppet();
    const parts = puppet.pattern.parts({ capability: 'x' });
    Object.assign(puppet.pattern, {
      parts: () => parts.map((part) => ({ ...part, step: { ...part.step, input: '${{ $error(n) }}' } })),
    });
    puppet.moves = { begin: { call } };
    const play = playing(puppet);
    await play.start();
    expect(play.run.error).toEqual(failsWith('EXPRESSION_FAILED', /input of step p cannot/));
    expect(play.said).toEqual([]);
  });
});
