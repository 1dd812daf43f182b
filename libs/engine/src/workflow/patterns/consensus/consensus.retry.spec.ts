import { PlayedRun } from '../../run/play-run';
import { PlayedConsensus, start } from './consensus.fixture';

describe('C5 a retry asks those again who gave no answer, when they can decide', () => {
  test('what was answered still counts', async () => {
    const play = await new PlayedConsensus({}).open();
    await play.answer(0, 'x');
    await play.fail(1);
    await play.fail(2);
    expect(play.end?.state).toBe('failed');
    await play.retry();
    expect(play.active).toEqual([1, 2]);
    await play.answer(2, 'x');
    await play.wake(1000);
    expect(play.report).toMatchObject({
      decision: 'x',
      agreement: 1,
      votes: [{ agent: { name: 'agent-0' } }, { agent: { name: 'agent-2' } }],
    });
  });

  test('who voted a second time in a round is not one of them', async () => {
    const play = await new PlayedConsensus({ agents: 4 }).open();
    for (const index of [0, 1]) await play.answer(index, 'x', 'twin');
    await play.answer(2, 'x');
    await play.fail(3);
    await play.retry();
    expect(play.active).toEqual([3]);
    await play.answer(3, 'y');
    await play.retry();
    expect(play.active).toEqual([4, 5, 6, 7]);
  });

  test('a new grace begins when one is needed, and is as long as it takes from then on', async () => {
    const play = await new PlayedConsensus({ agents: 3, decide: 'unanimous' }).open();
    await play.fail(0);
    expect(play.wakeAt).toEqual(new Date(start + 1000));
    play.ms = 9000;
    await play.retry();
    expect(play.end).toBeUndefined();
    expect(play.active).toEqual([0, 1, 2]);
    play.ms = 12_000;
    await play.fail(1);
    expect(play.wakeAt).toEqual(new Date(start + 15_000));
  });

  test('what was decided when it was stopped is decided', async () => {
    const play = await new PlayedConsensus({}).open();
    await play.answer(0, 'x');
    await play.answer(1, 'x');
    play.ms = 9000;
    await play.retry();
    expect(play.report).toMatchObject({ decision: 'x', agreement: 1 });
  });
});

describe('C5 a retry of one that was undecided asks everybody anew', () => {
  test('from the first round, without answers to hear, once more spread over all; a restart goes on with them', async () => {
    const play = await new PlayedConsensus({ agents: 2, rounds: 2 }).open();
    for (const index of [0, 1, 2, 3]) await play.answer(index, index % 2);
    play.ms = 5000;
    await play.retry();
    expect(play.active).toEqual([4, 5]);
    expect(play.plans.get(5)).toEqual({
      part: 0,
      variables: { round: 1, answers: [] },
      submit: { spreadKey: `run/vote#1@${start + 5000}` },
    });
    await play.answer(4, 0);
    await play.open();
    await play.answer(5, 0);
    expect(play.report).toMatchObject({ decision: 0, rounds: 1, votes: [{}, {}] });
  });

  test('but for its judge, who had only failed', async () => {
    const play = await new PlayedConsensus({ agents: 2, rounds: 2, tieBreak: { judge: 'decide' } }).open();
    for (const index of [0, 1, 2, 3]) await play.answer(index, index % 2);
    await play.fail(4);
    await play.retry();
    expect(play.active).toEqual([4]);
    await play.answer(4, 1);
    expect(play.report.decision).toBe(1);
  });

  test('also when it was stopped before it could say so', async () => {
    const play = await new PlayedConsensus({ decide: 'unanimous' }).open();
    await play.answer(0, 'x');
    await play.answer(1, 'y');
    expect(play.end).toBeUndefined();
    play.ms = 9000;
    await play.retry();
    expect(play.end).toBeUndefined();
    expect(play.active).toEqual([3, 4, 5]);
    expect(play.plans.get(3)?.submit).toEqual({ spreadKey: `run/vote#1@${start + 9000}` });
  });

  test('also when one that was stopped at the end has answered all the same', async () => {
    const play = await new PlayedConsensus({ decide: 'unanimous' }).open();
    await play.answer(0, 'x');
    await play.fail(1);
    await play.wake(1000);
    expect(play.end?.state).toBe('failed');
    Object.assign(play.children[2] as object, { state: 'completed', output: 'y' });
    await play.retry();
    expect(play.end).toBeUndefined();
    expect(play.active).toEqual([3, 4, 5]);
  });

  test('with rounds left the next one begins instead', async () => {
    const play = await new PlayedConsensus({ decide: 'unanimous', rounds: 2 }).open();
    await play.answer(0, 'x');
    await play.answer(1, 'y');
    play.ms = 9000;
    await play.retry();
    expect(play.active).toEqual([3, 4, 5]);
    expect(play.plans.get(3)?.variables).toEqual({ round: 2, answers: ['x', 'y'] });
  });

  test('in a run: other tasks, also after a restart; those of before count no more', async () => {
    const vote = { id: 'vote', pattern: 'consensus', capability: 'ask', agents: 2 } as const;
    let play = new PlayedRun([vote]);
    await play.start();
    for (const [index, answer] of ['x', 'y'].entries()) await play.end(`vote[${index}]`, 'completed', answer);
    expect(play.run).toMatchObject({ state: 'failed', error: { code: 'CONSENSUS_NOT_REACHED' } });
    play = play.restored();
    await play.send({ kind: 'retry' });
    expect(play.active).toEqual(['vote[2]', 'vote[3]']);
    await play.end('vote[2]', 'completed', 'y');
    play = play.restored();
    await play.end('vote[3]', 'completed', 'y');
    expect(play.run).toMatchObject({ state: 'completed', output: { vote: { decision: 'y', votes: [{}, {}] } } });
  });
});
