import { resolve } from 'node:path';
import { type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { AgentProcess } from './agents/agent-process';
import { type ApiClient, type HistoryItem } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** examples/bidding-agent.ts as its first lines say: processes that bid, decline, and die with the work in their hands. */
let under: MeshUnderTest;
let client: ApiClient;
const started: AgentProcess[] = [];

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false });
  client = under.client();
}, 240_000);
afterEach(async () => {
  await Promise.all(started.splice(0).map((agent) => agent.end('SIGTERM')));
}, 60_000);
afterAll(() => under?.stop(), 60_000);

const SLOW = { timeoutMs: 60_000 };

/** One agent per price, in this order. */
async function startAgents(...prices: string[]): Promise<AgentProcess[]> {
  const args = [resolve('tools/bootstrap/run.cjs'), 'tools/agent/main.ts', 'examples/bidding-agent.ts'];
  const program = { command: process.execPath, args };
  const MESSAGE_QUEUE_URL = under.mesh.services.messageQueueUrl;
  const agents = prices.map((PRICE) =>
    AgentProcess.start(program, { MESSAGE_QUEUE_URL, PRICE, BATON_AGENT_NAME: `print-${PRICE}` }),
  );
  started.push(...agents);
  const ready = (agent: AgentProcess) => eventually(() => expect(agent.lines.join()).toContain('process.ready'), SLOW);
  await Promise.all(agents.map(ready));
  return agents;
}

async function start(input: object, more: object = {}): Promise<string> {
  const auction = { pattern: 'auction', capability: 'print.pages', input, score: { cost: 1 }, windowSeconds: 3 };
  const definition = { name: 'print', ...auction, ...more };
  const { status, body } = await client.call<Workflow>('POST', '/api/workflows', { definition, start: true });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body.id;
}

const ended = (id: string): Promise<Workflow> =>
  eventually(async () => {
    const { body } = await client.get<Workflow>(`/api/workflows/${id}`);
    expect(body.finishedAt).not.toBeNull();
    return body;
  }, SLOW);

test('the cheapest of three prints, and what the others asked is told; one that declines does not bid', async () => {
  await startAgents('3', '1', 'none');
  const done = await ended(await start({ pages: 4 }));
  expect(done).toMatchObject({
    state: 'completed',
    output: {
      output: { pages: 4, by: 'for 1 a page' },
      winner: { agent: { name: 'print-1' }, bid: { cost: 4, seconds: 0.04 }, score: 1 },
      bids: [{ cost: 4 }, { cost: 12, agent: { name: 'print-3' } }],
      calls: 1,
    },
  });
  await under.expectInvariants();
}, 120_000);

test('the winner is killed at work: the next best bid gets it, and the audit tells', async () => {
  const [, cheap] = await startAgents('3', '1');
  const id = await start({ pages: 100, pageMs: 100 }, { retry: { maxRetries: 0 } });
  await eventually(async () => {
    const { body } = await client.get<{ items: { capability: string; state: string }[] }>('/api/tasks?state=running');
    expect(body.items.map(({ capability }) => capability)).toContain('print.pages');
  }, SLOW);
  await cheap?.end('SIGKILL');
  expect(await ended(id)).toMatchObject({
    state: 'completed',
    output: { output: { by: 'for 3 a page' }, winner: { agent: { name: 'print-3' } }, calls: 1 },
  });
  const { body } = await client.get<{ items: HistoryItem[] }>(`/api/workflows/${id}/history`);
  const told = body.items.map(({ reason }) => reason).filter((reason) => /awarded|withdrawn/.test(reason ?? ''));
  expect(told).toEqual(['awarded', 'withdrawn', 'awarded']);
  await under.expectInvariants();
}, 180_000);

test('nobody bids: NO_BIDS, or an ordinary task for whoever offers it', async () => {
  await startAgents('none');
  expect(await ended(await start({ pages: 1 }, { windowSeconds: 1 }))).toMatchObject({
    state: 'failed',
    error: { code: 'NO_BIDS', message: expect.stringContaining('print.pages') },
  });
  expect(await ended(await start({ pages: 1 }, { onNoBids: 'dispatch' }))).toMatchObject({
    state: 'completed',
    output: { output: { pages: 1 }, winner: null, bids: [] },
  });
}, 120_000);
