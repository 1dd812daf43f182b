import fc from 'fast-check';
import { type Bid } from '../pattern';
import { bid, PlayedAuction } from './auction.fixture';

const cheap = bid('cheap', { cost: 1 });
const dear = bid('dear', { cost: 5 });

describe('taken up again', () => {
  test('an open call is made again under the same id', async () => {
    const play = await new PlayedAuction().reopen();
    await play.bids([cheap], false);
    await play.reopen();
    expect(play.call?.callId).toBe('run/auction#1');
    await play.bids([dear]);
    expect(play.awarded).toEqual(['id-dear']);
  });

  test('what is awarded is not awarded again', async () => {
    const play = await new PlayedAuction().reopen();
    await play.bids([cheap, dear]);
    await play.reopen();
    expect(play.call).toBeUndefined();
    expect(play.moves.at(-1)).toEqual({ grow: 1, start: [0] });
    expect(play.awarded).toEqual(['id-cheap']);
    expect(play.run.plan(0)).toMatchObject({ submit: { agentId: 'id-cheap' } });
  });

  test('what ended meanwhile is taken in', async () => {
    const play = await new PlayedAuction().reopen();
    await play.bids([cheap]);
    Object.assign(play.children[0]!, { state: 'completed', output: 'dug' });
    await play.reopen();
    expect(play.end).toMatchObject({ output: { output: 'dug', winner: { agent: { name: 'cheap' } } } });
  });
});

describe('retried', () => {
  test('after no bids: all calls once more', async () => {
    const play = await new PlayedAuction({ calls: 1 }).reopen();
    await play.bids([]);
    await play.retry();
    await play.bids([cheap]);
    expect(play.awarded).toEqual(['id-cheap']);
  });

  test('after the work failed: another auction, for the same child', async () => {
    const play = await new PlayedAuction({ score: { cost: 1 }, calls: 1 }).reopen();
    await play.bids([cheap]);
    await play.finish(0, 'failed', {});
    await play.retry();
    expect(play.call?.callId).toBe('run/auction#2');
    await play.bids([cheap, dear]);
    await play.finish(0, 'completed', 'dug');
    expect(play.children).toHaveLength(1);
    expect(play.end).toMatchObject({ output: { output: 'dug', calls: 2 } });
  });

  test('without a memory, beside children that are done: the next child', async () => {
    const play = await new PlayedAuction().reopen();
    await play.bids([cheap]);
    await play.finish(0, 'completed', 'dug');
    await play.retry();
    await play.bids([dear]);
    expect(play.awarded).toEqual(['id-cheap', 'id-dear']);
    expect(play.children).toHaveLength(2);
  });
});

const someBid = fc
  .record({
    cost: fc.double({ min: 0, max: 100, noNaN: true }),
    seconds: fc.double({ min: 0, max: 1000, noNaN: true }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-01-02'), noInvalidDate: true }),
  })
  .map(({ at, ...qualities }): Partial<Bid> => ({ ...qualities, at: at.toISOString() }));

const market = fc.record({
  offers: fc.array(someBid, { minLength: 1, maxLength: 30 }),
  weights: fc.record({ cost: fc.nat(5), seconds: fc.nat(5), confidence: fc.integer({ min: 1, max: 5 }) }),
  limits: fc.record({
    maxCost: fc.integer({ min: 20, max: 120 }),
    minConfidence: fc.double({ min: 0, max: 0.5, noNaN: true }),
  }),
  withdrawals: fc.nat(4),
  restarts: fc.infiniteStream(fc.boolean()),
});

/** As one would do it by hand: the share of the way from the worst to the best of the market, per quality. */
function byHand(bids: readonly Bid[], weights: Record<'cost' | 'seconds' | 'confidence', number>): Bid[] {
  const part = (quality: 'cost' | 'seconds' | 'confidence', of: Bid): number => {
    const sorted = bids.map((each) => each[quality]).sort((a, b) => a - b);
    const [low, high] = [sorted[0]!, sorted.at(-1)!];
    if (low === high) return weights[quality];
    return (
      weights[quality] *
      (quality === 'confidence' ? (of[quality] - low) / (high - low) : (high - of[quality]) / (high - low))
    );
  };
  const total = (of: Bid): number => part('cost', of) + part('seconds', of) + part('confidence', of);
  return [...bids].sort((a, b) => total(b) - total(a) || a.at.localeCompare(b.at));
}

test('300 random markets: the best bid wins, then the next best, whenever the brain dies', async () => {
  await fc.assert(
    fc.asyncProperty(market, async ({ offers, weights, limits, withdrawals, restarts }) => {
      const bids = offers.map((offer, index) => bid(`a${index}`, offer));
      const play = await new PlayedAuction({ score: weights, accept: limits, calls: 1 }).reopen();
      await play.bids(bids);
      const fit = bids.filter(({ cost, confidence }) => cost <= limits.maxCost && confidence >= limits.minConfidence);
      const expected = byHand(fit, weights).map(({ agent }) => agent.id);
      for (let index = 0; index < Math.min(withdrawals, fit.length); index += 1) {
        if (restarts.next().value) await play.reopen();
        await play.finish(index, 'rejected', {});
      }
      expect(play.awarded.map((id) => scoreOf(play, id).toFixed(9))).toEqual(
        expected.slice(0, withdrawals + 1).map((id) => scoreOf(play, id).toFixed(9)),
      );
      expect(play.end?.state).toBe(withdrawals >= fit.length ? 'failed' : undefined);
      expect(new Set(play.awarded).size).toBe(play.awarded.length);
    }),
    { numRuns: 300 },
  );
});

function scoreOf(play: PlayedAuction, id: string | null): number {
  const { bids } = play.memo as unknown as { bids: { agent: { id: string }; score: number }[] };
  return bids.find(({ agent }) => agent.id === id)!.score;
}
