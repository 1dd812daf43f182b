import {
  type Auction,
  type AuctionCall,
  type JsonObject,
  type Workflow,
  type WorkflowDocument,
} from '@baton/contracts';
import { eventually } from '@baton/testing';
import { terminateAgent } from '@baton/persistence';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { ended } from '../../test/workflow-steps';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();

const offer = (cost: number, more: object = {}) => ({
  bid: () => ({ cost, seconds: 1, confidence: 0.9 }),
  ...more,
});
/** Long: only a call that is closed early ends in time. */
const LONG = 25;

function auction(capability: string, more: Partial<Auction> = {}): WorkflowDocument {
  return {
    name: 'market',
    steps: [{ id: 'dig', pattern: 'auction', capability, input: { hole: 1 }, score: { cost: 1 }, ...more }],
  };
}

const outputOf = ({ output }: Workflow): JsonObject => (output as { dig: JsonObject }).dig;

test('the best bid of several agents gets the task, once all have answered; the bids are in the audit', async () => {
  const dear = await startAgent('bid.dig', () => 'dear', offer(5, { name: 'dear' }));
  const cheap = await startAgent('bid.dig', () => 'cheap', offer(1, { name: 'cheap' }));
  const shy = await startAgent('bid.dig', () => 'shy', { bid: () => null, name: 'shy' });
  const { service } = await startOrchestrator();
  const { id } = await service.create({ definition: auction('bid.dig', { windowSeconds: LONG }), start: true }, actor);
  const done = await ended(service, id);
  expect(done.error).toBeNull();
  expect(outputOf(done)).toMatchObject({
    output: 'cheap',
    winner: { agent: { id: cheap.agentId, name: 'cheap' }, score: 1 },
    bids: [
      { agent: { name: 'cheap' }, cost: 1, accepted: true },
      { agent: { name: 'dear' }, cost: 5, accepted: true },
    ],
    calls: 1,
  });
  expect([dear, cheap, shy].map(({ assigned, calls }) => [assigned.length, calls.length])).toEqual([
    [0, 1],
    [1, 1],
    [0, 1],
  ]);
  expect(cheap.calls[0]).toMatchObject({ capability: 'bid.dig', input: { hole: 1 } });
  const awarded = (await service.history(id)).find(({ reason }) => reason === 'awarded');
  expect(awarded?.details).toMatchObject({
    step: 'dig',
    winner: { name: 'cheap' },
    bids: [{ score: 1 }, { agent: { name: 'dear' }, score: 0 }],
  });
});

test('one that never answers is waited for until the window closes, and no longer', async () => {
  await startAgent('mute.dig', () => 'mute', { name: 'mute' });
  await startAgent('mute.dig', () => 'done', offer(1));
  const { service } = await startOrchestrator();
  const { id } = await service.create({ definition: auction('mute.dig', { windowSeconds: 1 }), start: true }, actor);
  expect(outputOf(await ended(service, id))).toMatchObject({ output: 'done', calls: 1 });
});

test('nobody who could bid: called again, then NO_BIDS', async () => {
  const { service } = await startOrchestrator();
  await startAgent('none.fly', () => 'flies');
  const definition = auction('none.fly', { windowSeconds: 0.3, tags: ['nobody'] });
  const { id } = await service.create({ definition, start: true }, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'failed', error: { code: 'NO_BIDS' } });
});

test('whoever comes within the window is asked', async () => {
  const keeper = await startAgent('late.dig', () => 'keeper');
  const { service } = await startOrchestrator();
  const definition = auction('late.dig', { windowSeconds: LONG, tags: ['new'] });
  const { id } = await service.create({ definition, start: true }, actor);
  await startAgent('late.dig', () => 'newcomer', offer(1, { tags: ['new'] }));
  expect(outputOf(await ended(service, id))).toMatchObject({ output: 'newcomer', calls: 1 });
  expect(keeper.calls).toHaveLength(0);
});

test('a winner that is gone for good withdraws: the next best bid gets the task', async () => {
  const cheap = await startAgent('gone.dig', () => NEVER, offer(1, { name: 'cheap' }));
  await startAgent('gone.dig', () => 'dear', offer(5, { name: 'dear' }));
  const { service, database } = await startOrchestrator();
  const definition = auction('gone.dig', { windowSeconds: LONG });
  const { id } = await service.create({ definition, start: true }, actor);
  await eventually(() => cheap.assigned.length === 1);
  await cheap.stop();
  await terminateAgent(database, cheap.agentId, { reason: 'removed', actor: 'user:test' });
  expect(outputOf(await ended(service, id))).toMatchObject({
    output: 'dear',
    winner: { agent: { name: 'dear' } },
    bids: [{ agent: { name: 'cheap' } }, { agent: { name: 'dear' } }],
  });
});

test('another brain takes a call up: the same call, one award', async () => {
  let answers = false;
  const bid = () => (answers ? { cost: 1, seconds: 1, confidence: 1 } : (undefined as never));
  const agent = await startAgent('heir.dig', () => 'dug', { bid });
  const first = await startOrchestrator();
  const definition = auction('heir.dig', { windowSeconds: LONG });
  const { id } = await first.service.create({ definition, start: true }, actor);
  await eventually(() => agent.calls.length === 1);
  await first.stop();
  answers = true;
  const { service } = await startOrchestrator();
  expect(outputOf(await ended(service, id))).toMatchObject({ output: 'dug', calls: 1 });
  expect(agent.calls.map(({ callId }) => callId)).toEqual([agent.calls[0]?.callId, agent.calls[0]?.callId]);
  expect(agent.assigned).toHaveLength(1);
});

test('100 random markets at once: the best bid wins each of them', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  // Spread over 0 to 96, each its own; the same for each look at the same market.
  const costOf = (name: string, market: number): number => (names.indexOf(name) * 37 + market * 53 + market ** 2) % 97;
  for (const name of names) {
    const bid = ({ input }: AuctionCall) => ({ cost: costOf(name, input as number), seconds: 1, confidence: 1 });
    await startAgent('market.dig', () => name, { name, bid, concurrency: 20 });
  }
  const { service } = await startOrchestrator();
  const [step] = auction('market.dig', { windowSeconds: LONG, input: '${{ item }}' }).steps;
  const steps = [{ ...step, forEach: '[1..100]' }] as WorkflowDocument['steps'];
  const { id } = await service.create({ definition: { name: 'markets', steps }, start: true }, actor);
  const done = await ended(service, id);
  expect(done.error).toBeNull();
  const markets = (done.output as { dig: { output: string; bids: unknown[] }[] }).dig;
  const cheapest = (market: number) => names.toSorted((x, y) => costOf(x, market) - costOf(y, market))[0];
  expect(markets.map(({ output }) => output)).toEqual(markets.map((_, index) => cheapest(index + 1)));
  expect([markets.length, ...new Set(markets.map(({ bids }) => bids.length))]).toEqual([100, 5]);
});
