import { type AgentId, type AgentSeen, auctionBid, auctionDeclined, type CloudEvent } from '@baton/contracts';
import { bidsIn } from './auction-calls';

const ids = ['01a1fc3a-3ece-76f9-8562-7dca04d703a1', '01a1fc3a-3ece-76f9-8562-7dca04d703a2'] as const;
const called = ids.map((agentId, index) => ({ agentId: agentId as AgentId, name: `a${index}` }) as AgentSeen);
const between = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-01-01T00:00:02Z')] as const;

function answer(data: object, more: Partial<CloudEvent<unknown>> = {}): CloudEvent<unknown> {
  const bid = { callId: 'c#1', agentId: ids[0], cost: 1, seconds: 2, confidence: 0.5, ...data };
  const head = { specversion: '1.0' as const, id: '1', source: '/agents/1', type: auctionBid.type };
  return { ...head, time: '2026-01-01T00:00:01Z', ...more, data: bid };
}
const bidsOf = (...answers: CloudEvent<unknown>[]) => bidsIn(answers, { called, callId: 'c#1', between });

test('the bid of an agent, with its name and when it was made', () => {
  expect(bidsOf(answer({}))).toEqual([
    { agent: { id: ids[0], name: 'a0' }, cost: 1, seconds: 2, confidence: 0.5, at: '2026-01-01T00:00:01.000Z' },
  ]);
});

test('each agent has one bid, its first', () => {
  const bids = bidsOf(answer({ cost: 3 }), answer({ cost: 0 }), answer({ agentId: ids[1] }));
  expect(bids.map(({ cost }) => cost)).toEqual([3, 1]);
});

test.each([
  ['for another call', answer({ callId: 'c#0' })],
  ['of an agent that was not called', answer({ agentId: '01a1fc3a-3ece-76f9-8562-7dca04d703a9' })],
  ['below zero', answer({ cost: -1 })],
  ['surer than sure', answer({ confidence: 1.5 })],
  ['that is a decline', answer({}, { type: auctionDeclined.type })],
])('a bid %s counts for nothing', (_what, event) => {
  expect(bidsOf(event)).toEqual([]);
});

test.each([
  ['2025-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ['2027-01-01T00:00:00Z', '2026-01-01T00:00:02.000Z'],
  ['soon', '2026-01-01T00:00:02.000Z'],
])('an agent whose clock says %s gains nothing by it', (time, at) => {
  expect(bidsOf(answer({}, { time }))[0]?.at).toBe(at);
});
