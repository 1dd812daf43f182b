import { PlayedConsensus, start } from './consensus.fixture';

describe('rounds', () => {
  test('while undecided all are asked again, with the answers of the last round', async () => {
    const play = await new PlayedConsensus({ agents: 2, rounds: 2 }).open();
    await play.answer(1, 'y');
    await play.answer(0, 'x');
    expect(play.active).toEqual([2, 3]);
    expect(play.plans.get(2)).toEqual({
      part: 0,
      variables: { round: 2, answers: ['x', 'y'] },
      submit: { spreadKey: `run/vote#2@${start}` },
    });
    expect(play.notes).toEqual([
      { what: 'undecided', details: { round: 1, asked: 2, answered: 2, groups: [1, 1], next: 'round' } },
    ]);
    await play.answer(2, 'y');
    await play.answer(3, 'y');
    expect(play.report).toMatchObject({ decision: 'y', agreement: 1, rounds: 2, dissent: [] });
    expect(play.report.votes.map(({ round, agrees }) => [round, agrees])).toEqual([
      [1, false],
      [1, true],
      [2, true],
      [2, true],
    ]);
  });

  test('a voter that hangs in a round that cannot decide is stopped, and a restart finds the round', async () => {
    const play = await new PlayedConsensus({ agents: 3, decide: 'unanimous', rounds: 2 }).open();
    await play.answer(0, 'x');
    await play.answer(1, 'y');
    await play.wake(1000);
    expect(play.children.map(({ state }) => state)).toEqual([
      'completed',
      'completed',
      'canceled',
      ...Array(3).fill('queued'),
    ]);
    await play.open();
    expect(play.active).toEqual([3, 4, 5]);
    for (const index of [3, 4, 5]) await play.answer(index, 'z');
    expect(play.report).toMatchObject({ decision: 'z', rounds: 2 });
  });
});

describe('the judge', () => {
  const torn = async () => {
    const play = await new PlayedConsensus({ agents: 3, tieBreak: { judge: 'decide' } }).open();
    await play.answer(0, 'x');
    await play.answer(1, 'y');
    await play.answer(2, 'z');
    return play;
  };

  test('is asked with the candidates, and its answer is the decision', async () => {
    const play = await torn();
    expect(play.active).toEqual([3]);
    const candidates = ['x', 'y', 'z'].map((answer, at) => ({ answer, votes: 1, weight: 1, agents: [`agent-${at}`] }));
    expect(play.plans.get(3)).toEqual({ part: 1, variables: { round: 1, answers: ['x', 'y', 'z'], candidates } });
    await play.open();
    await play.answer(3, 'y');
    expect(play.report).toMatchObject({ decision: 'y', agreement: 1 / 3, dissent: ['agent-0', 'agent-2'] });
    expect(play.notes.map(({ what }) => what)).toEqual(['undecided', 'judged']);
  });

  test('what a voter says late is not heard by it', async () => {
    const play = await torn();
    await play.wake(5);
    expect(play.end).toBeUndefined();
  });

  test.each([
    ['no idea', 'The judge failed: no idea'],
    [null, 'The judge failed: it was canceled.'],
  ])('its failure fails the consensus', async (message, told) => {
    const play = await torn();
    await play.fail(3, message);
    expect(play.end).toMatchObject({ state: 'failed', error: { message: told } });
  });

  test('answers that cannot be compared are candidates each', async () => {
    const step = { agents: 3, compare: { tolerance: 1 }, tieBreak: { judge: 'decide' } };
    const play = await new PlayedConsensus(step).open();
    for (const [at, answer] of ['a', 'a', 5].entries()) await play.answer(at, answer);
    expect(play.plans.get(3)?.variables['candidates']).toMatchObject([{ answer: 5 }, { answer: 'a' }, { answer: 'a' }]);
  });
});
