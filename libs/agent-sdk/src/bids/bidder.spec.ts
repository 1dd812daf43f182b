import { type AgentId, type AuctionCall, auctionBid, auctionDeclined, type JsonSchema } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { type AnyCapability, Capability, type CapabilityExtras } from '../capability/capability';
import { compileOffers } from '../capability/offer';
import { type Workload } from './bid';
import { Bidder } from './bidder';

class Dig extends Capability<unknown, unknown> {
  readonly name = 'test.dig';
  readonly input: JsonSchema = { type: 'object', required: ['hole'], properties: { hole: {} } };
  readonly output: JsonSchema = {};
  execute(): null {
    return null;
  }
}

const agentId = '01a1fc3a-3ece-76f9-8562-7dca04d703a2' as AgentId;
const call: AuctionCall = {
  callId: 'c#1',
  capability: 'test.dig',
  input: { hole: 1 },
  windowMs: 500,
  timeoutSeconds: 9,
};
const idle: Workload = { waitMs: 0, meanMs: 3000, confidence: 0.8 };
const usual = { cost: 0, seconds: 3, confidence: 0.8 };

function answerOf(
  bid?: CapabilityExtras<unknown, unknown>['bid'],
  more: { call?: Partial<AuctionCall>; workload?: Workload | null } = {},
) {
  const capability = Object.assign(new Dig(), bid && { bid }) as AnyCapability;
  const { workload = idle } = more;
  const bidder = new Bidder({
    agentId,
    offers: compileOffers([capability], 1),
    logger: createLogger('bids', 'silent'),
    workload: () => workload ?? undefined,
  });
  return bidder.answer({ ...call, ...more.call });
}

test('without a hook the agent bids from what it knows', async () => {
  expect(await answerOf()).toEqual({ kind: auctionBid, data: { callId: 'c#1', agentId, ...usual } });
});

test('a hook says what it would cost; what it leaves out is as usual', async () => {
  const bid = jest.fn(() => ({ cost: 7 }));
  expect(await answerOf(bid)).toMatchObject({ kind: auctionBid, data: { ...usual, cost: 7 } });
  expect(bid).toHaveBeenCalledWith({ hole: 1 }, { capability: 'test.dig', windowMs: 500, timeoutSeconds: 9, usual });
});

test.each([
  ['does not want it', () => null, {}, 'does not want it'],
  [
    'throws',
    () => {
      throw new Error('no');
    },
    {},
    'its bid hook failed',
  ],
  ['gives a negative cost', () => ({ cost: -1 }), {}, 'its bid hook failed'],
  ['gives no number', () => ({ seconds: Number.NaN }), {}, 'its bid hook failed'],
  ['is more than sure', () => ({ confidence: 2 }), {}, 'its bid hook failed'],
  ['is not asked: leaving', undefined, { workload: null }, 'is leaving'],
  ['is not asked: another capability', undefined, { call: { capability: 'test.fly' } }, 'does not offer test.fly'],
  ['is not asked: input', undefined, { call: { input: {} } }, 'the input does not fit its schema'],
])('a hook that %s declines', async (_what, bid, more, reason) => {
  expect(await answerOf(bid as CapabilityExtras<unknown, unknown>['bid'], more)).toEqual({
    kind: auctionDeclined,
    data: { callId: 'c#1', agentId, reason },
  });
});
