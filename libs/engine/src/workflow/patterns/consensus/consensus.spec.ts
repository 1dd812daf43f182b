import { type Consensus } from '@baton/contracts';
import { consensus } from './consensus';
import { agentNamed, PlayedConsensus, start } from './consensus.fixture';

describe('what its children do', () => {
  const step = { pattern: 'consensus', capability: 'ask', agents: 3 } as const;

  test('the voters get the terms of the step, its timeout is not theirs', () => {
    const terms = { version: '^1', tags: ['x'], cost: 2, priority: 7 };
    expect(consensus.parts({ ...step, ...terms, input: { q: 1 }, timeoutSeconds: 9 })).toEqual([
      { path: '', step: { capability: 'ask', input: { q: 1 }, ...terms }, variables: ['round', 'answers'] },
    ]);
  });

  test('a judge gets the question and the candidates', () => {
    const [, judge] = consensus.parts({ ...step, cost: 2, tags: ['x'], tieBreak: { judge: 'decide' } });
    expect(judge).toEqual({
      path: 'tieBreak.judge',
      step: { capability: 'decide', input: { question: null, candidates: '${{ candidates }}' }, cost: 2 },
      variables: ['round', 'answers', 'candidates'],
    });
  });

  test('weight and path are its own expressions', () => {
    const compare = { path: 'output.label' };
    expect(consensus.expressions({ ...step, weight: 'output.sure', compare })).toEqual([
      { path: 'weight', source: 'output.sure', variables: ['output', 'agent'] },
      { path: 'compare.path', source: 'output.label', variables: ['output'] },
    ]);
    expect(consensus.expressions({ ...step, compare: { tolerance: 1 } })).toEqual([]);
  });
});

test('all are asked at once, spread over agents', async () => {
  const play = await new PlayedConsensus({}).open();
  expect(play.active).toEqual([0, 1, 2]);
  const plan = { part: 0, variables: { round: 1, answers: [] }, submit: { spreadKey: `run/vote#1@${start}` } };
  expect([...play.plans.values()]).toEqual([plan, plan, plan]);
});

test('one liar of five: the decision is right and the liar is named', async () => {
  const play = await new PlayedConsensus({ agents: 5 }).open();
  await play.answer(0, { b: 1, a: [2] });
  await play.answer(1, 'lie');
  await play.answer(2, { a: [2], b: 1 });
  await play.answer(3, { a: [2], b: 1 });
  expect(play.end).toBeUndefined();
  await play.answer(4, { b: 1, a: [2] });
  expect(play.end?.state).toBe('completed');
  expect(play.report).toMatchObject({ decision: { b: 1, a: [2] }, agreement: 0.8, rounds: 1, dissent: ['agent-1'] });
  expect(play.report.votes[1]).toEqual({
    agent: agentNamed('agent-1'),
    round: 1,
    answer: 'lie',
    weight: 1,
    agrees: false,
  });
  expect(play.notes).toEqual([
    {
      what: 'decided',
      details: {
        round: 1,
        asked: 5,
        answered: 5,
        groups: [4, 1],
        how: 'reached',
        agreement: 0.8,
        dissent: ['agent-1'],
      },
    },
  ]);
});

describe('C3 when nothing can change the verdict', () => {
  test('those still at work have as long again, a second at least, and are stopped then', async () => {
    const play = await new PlayedConsensus({}).open();
    play.ms = 3000;
    await play.answer(0, 'x');
    expect(play.wakeAt).toBeNull();
    await play.answer(1, 'x');
    expect(play.wakeAt).toEqual(new Date(start + 6000));
    await play.wake(5999);
    expect(play.end).toBeUndefined();
    await play.wake(6000);
    expect(play.report).toMatchObject({ decision: 'x', agreement: 1, dissent: [] });
  });

  test('the grace does not begin again with a restart', async () => {
    const play = await new PlayedConsensus({}).open();
    await play.answer(0, 'x');
    await play.answer(1, 'x');
    play.ms = 900;
    await play.open();
    expect(play.wakeAt).toEqual(new Date(start + 1000));
    play.ms = 1001;
    await play.open();
    expect(play.end?.state).toBe('completed');
  });

  test('also when no answer can reach the mark any more', async () => {
    const play = await new PlayedConsensus({ decide: 'unanimous' }).open();
    await play.answer(0, 'x');
    await play.fail(1);
    await play.wake(1000);
    expect(play.end).toMatchObject({
      state: 'failed',
      error: {
        code: 'CONSENSUS_NOT_REACHED',
        message:
          'No answer was given by all 3 after round 1 of 1: the votes fell 1. 2 of 3 agents gave no answer of their own. The first error: no idea Ask more agents, compare less strictly, or say with tieBreak what follows.',
      },
    });
    expect(play.report).toMatchObject({ decision: null, agreement: 0, dissent: [] });
  });
});

describe('who decides', () => {
  const votes = async (step: Partial<Consensus>, answers: readonly unknown[]) => {
    const weight = ({ output }: { output?: unknown }) => (output as { w: number }).w;
    const label = ({ output }: { output?: unknown }) => (output as { l?: string }).l ?? null;
    const expressions = { weight: weight as never, 'compare.path': label as never };
    const play = await new PlayedConsensus({ agents: answers.length, ...step }, expressions).open();
    for (const [index, answer] of answers.entries()) {
      if (answer === undefined) await play.fail(index, null);
      else await play.answer(index, answer as never);
    }
    return play.end?.state === 'failed' ? play.end.error.code : play.report.decision;
  };
  const none = 'CONSENSUS_NOT_REACHED';
  const light = { l: 'light', w: 1 };
  const heavy = { l: 'heavy', w: 3 };
  const byLabel = { compare: { path: 'output.l' }, weight: 'output.w' };

  test.each([
    ['half is no majority', {}, ['x', 'x', 'y', 'y'], none],
    ['nobody answered', {}, [undefined, undefined], none],
    ['who fails counts as asked', {}, ['x', 'x', undefined, undefined], none],
    ['a majority', {}, ['x', 'y', 'x', undefined, 'x'], 'x'],
    ['unanimous', { decide: 'unanimous' }, ['x', 'x'], 'x'],
    ['one that says otherwise breaks it', { decide: 'unanimous' }, ['x', 'y'], none],
    ['a quorum below half', { decide: { quorum: 2 } }, ['x', 'y', 'x', 'z', 'a'], 'x'],
    ['two that reach the quorum alike decide nothing', { decide: { quorum: 2 } }, ['x', 'y', 'x', 'y', 'z'], none],
    ['the weight decides', { decide: 'weighted', ...byLabel }, [light, heavy, light], heavy],
    ['half the weight does not', { decide: 'weighted', ...byLabel }, [light, heavy, light, light], none],
    ['without weights the votes decide', { decide: 'weighted' }, ['x', 'y', 'x'], 'x'],
    [
      'weightless votes decide nothing',
      { decide: 'weighted', weight: 'output.w' },
      [{ l: 'x' }, { l: 'x', w: -1 }],
      none,
    ],
    ['most votes', { tieBreak: 'most-votes' }, ['x', 'y', 'x', 'z', undefined], 'x'],
    ['equally many votes are no tie-break', { tieBreak: 'most-votes' }, ['x', 'y'], none],
    ['nobody to break a tie', { tieBreak: 'most-votes' }, [undefined, undefined], none],
    ['highest weight', { tieBreak: 'highest-weight', ...byLabel }, [light, heavy, light, heavy], heavy],
    ['what the path does not find agrees with nothing', byLabel, [{}, {}, light], none],
    ['C4 an answer the path fails on spoils its own vote only', byLabel, [null, light, light], light],
    ['numbers within the tolerance: the one in the middle', { compare: { tolerance: 0.1 } }, [1.1, 1, 0.9, 5], 1],
    ['and no number agrees with nothing', { compare: { tolerance: 9 } }, ['1', 1, '1'], none],
    ['a tolerance at a path', { compare: { path: 'x', tolerance: 1 } }, [{ l: 1 }, { l: 2 }, { l: 9 }], { l: 1 }],
  ] as [string, Partial<Consensus>, unknown[], unknown][])('%s', async (_rule, step, answers, expected) => {
    expect(await votes(step, answers)).toEqual(expected);
  });
});

test('C1 two votes of one agent count once, and the second weighs nothing', async () => {
  const play = await new PlayedConsensus({ agents: 3 }).open();
  await play.answer(0, 'x', 'twin');
  await play.answer(1, 'x', 'twin');
  expect(play.wakeAt).toBeNull();
  await play.answer(2, 'y', 'other');
  expect(play.end?.state).toBe('failed');
  expect(play.report.votes.map(({ weight }) => weight)).toEqual([1, 0, 1]);
});

test('those whose name is not known count each', async () => {
  const play = await new PlayedConsensus({ agents: 2 }).open();
  await play.answer(0, 'x', null);
  await play.answer(1, 'x', null);
  expect(play.report).toMatchObject({ decision: 'x', agreement: 1, dissent: [] });
});

test('the share of the agreement is by weight where weight decides', async () => {
  const weight = ({ output }: { output?: unknown }) => (output === 'x' ? 3 : 1);
  const play = await new PlayedConsensus({ agents: 2, decide: 'weighted', weight: 'w' }, { weight: weight }).open();
  await play.answer(0, 'x');
  await play.answer(1, 'y');
  expect(play.report).toMatchObject({ decision: 'x', agreement: 0.75, dissent: ['agent-1'] });
});

test('meanwhile the answer that is ahead is shown', async () => {
  const play = await new PlayedConsensus({ agents: 5 }).open();
  expect(play.run.interim).toBeNull();
  await play.answer(0, 'x');
  expect(play.run.interim).toMatchObject({ decision: 'x', agreement: 1 });
});
