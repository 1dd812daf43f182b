import { type Consensus, type JsonValue } from '@baton/contracts';
import fc from 'fast-check';
import { agentNamed, PlayedConsensus } from './consensus.fixture';
import { isSettled, type Verdict, verdictOf } from './verdict';
import { type Vote } from './vote';

const shuffled = <Value>(values: readonly Value[]): fc.Arbitrary<Value[]> =>
  fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });

test('whatever fewer than half of them say and when: the decision is that of the others, and each liar is named', async () => {
  const market = fc
    .integer({ min: 3, max: 15 })
    .chain((agents) => fc.tuple(fc.constant(agents), fc.integer({ min: 0, max: Math.ceil(agents / 2) - 1 })))
    .chain(([agents, liars]) =>
      fc.record({
        lies: fc.array(fc.oneof(fc.jsonValue(), fc.constant('the same lie')), { minLength: liars, maxLength: liars }),
        order: shuffled([...Array(agents).keys()]),
        restarts: fc.array(fc.boolean(), { minLength: agents, maxLength: agents }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(market, async ({ lies, order, restarts }) => {
      const play = await new PlayedConsensus({ agents: order.length }).open();
      for (const [turn, index] of order.entries()) {
        await play.answer(index, index < lies.length ? { lie: lies[index] as JsonValue } : { truth: 42 });
        if (restarts[turn] === true) await play.open();
      }
      expect(play.report.decision).toEqual({ truth: 42 });
      expect(play.report.dissent).toEqual(lies.map((_lie, index) => `agent-${index}`));
      expect(play.report.agreement).toBeCloseTo(1 - lies.length / order.length);
    }),
  );
});

const rules: fc.Arbitrary<Partial<Consensus>> = fc.record(
  {
    decide: fc.constantFrom('majority', 'unanimous', 'weighted', { quorum: 1 }, { quorum: 3 }),
    tieBreak: fc.constantFrom('fail', 'most-votes', 'highest-weight', { judge: 'decide' }),
    weight: fc.constant('output.weight'),
  },
  { requiredKeys: [] },
) as never;

/** null: this voter fails. */
const answers = fc.array(fc.option(fc.record({ mark: fc.constantFrom('a', 'b', 'c'), weight: fc.nat(3) })), {
  minLength: 2,
  maxLength: 8,
});

const brief = (verdict: Verdict) => (verdict.kind === 'decided' ? verdict.group.center.mark : verdict.kind);

test('C3 a verdict that is settled is the one with all answers in', () => {
  fc.assert(
    fc.property(rules, answers, fc.boolean(), (rule, given, isLast) => {
      const step = { pattern: 'consensus', capability: 'ask', agents: given.length, ...rule } as Consensus;
      const votes: Vote[] = [];
      const verdicts: ReturnType<typeof brief>[] = [];
      for (const [index, answer] of given.entries()) {
        const weight = step.weight === undefined ? 1 : (answer?.weight ?? 0);
        if (answer)
          votes.push({
            index,
            round: 1,
            agent: agentNamed(`${index}`),
            answer: answer.mark,
            mark: answer.mark,
            weight,
          });
        const ballot = { votes, open: given.length - index - 1, isLast };
        if (isSettled(step, ballot)) verdicts.push(brief(verdictOf(step, ballot)));
      }
      expect(new Set(verdicts).size).toBe(1);
    }),
    { numRuns: 2000 },
  );
});

test('numbers within a tolerance: the decision is an answer, and who agrees is no farther from it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 9 }),
      fc.nat(5),
      async (numbers, tolerance) => {
        const play = await new PlayedConsensus({
          agents: numbers.length,
          compare: { tolerance },
          tieBreak: 'most-votes',
          decide: 'unanimous',
        }).open();
        for (const [index, number] of numbers.entries()) await play.answer(index, number);
        if (play.end?.state === 'failed') return;
        const { decision, votes } = play.report;
        expect(numbers).toContain(decision);
        for (const { answer, agrees } of votes) {
          expect(agrees).toBe(Math.abs((answer as number) - (decision as number)) <= tolerance);
        }
      },
    ),
  );
});

/** What those under way do; then the run is stopped from outside, or the grace ends before it is. */
const turns = fc.array(
  fc.record({
    answers: fc.array(fc.constantFrom('x', 'y', 'z', 'fails', 'hangs', 'twin'), { minLength: 6, maxLength: 6 }),
    stopped: fc.boolean(),
    restarted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

test('C5 whatever became of it, a retry finds the decision or asks somebody, and agreement ends it', async () => {
  const given = fc.tuple(rules, fc.integer({ min: 3, max: 5 }), fc.integer({ min: 1, max: 3 }), turns);
  await fc.assert(
    fc.asyncProperty(given, async ([rule, agents, rounds, failures]) => {
      const play = await new PlayedConsensus({ ...rule, agents, rounds }, { weight: () => 1 }).open();
      for (const { answers, stopped, restarted } of failures) {
        await answerAll(play, answers);
        if (restarted && !play.end) await play.open();
        if (!stopped) await play.wake(play.ms + 1e6);
        play.ms += 1e6;
        if (isDecided(play) || isDecided(await play.retry())) return;
        expect(play.end).toBeUndefined();
        expect(play.active).not.toEqual([]);
      }
      // Those that were missing may fail to decide it; then everybody is asked.
      await agree(play);
      if (play.end?.state === 'failed') await agree(await play.retry());
      expect(play.end).toMatchObject({ state: 'completed' });
    }),
    { numRuns: 500 },
  );
});

function isDecided({ end }: PlayedConsensus): boolean {
  return end?.state === 'completed';
}

async function agree(play: PlayedConsensus): Promise<void> {
  while (!play.end) {
    await answerAll(
      play,
      play.active.map(() => 'z'),
    );
  }
}

async function answerAll(play: PlayedConsensus, answers: readonly string[]): Promise<void> {
  for (const [at, index] of play.active.entries()) {
    if (play.end) return;
    const answer = answers[at] as string;
    if (answer === 'fails') await play.fail(index);
    else if (answer !== 'hangs') await play.answer(index, answer, answer === 'twin' ? 'twin' : `agent-${index}`);
  }
}
