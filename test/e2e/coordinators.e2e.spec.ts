import { resolve } from 'node:path';
import { type Task, type TaskState } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { AgentProcess } from './agents/agent-process';
import { type ApiClient, type HistoryItem } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** examples/coordinator-agent.ts as its first lines say: coordinators of two levels, killed at the worst moments. */
let under: MeshUnderTest;
let client: ApiClient;
const started: AgentProcess[] = [];

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false });
  client = under.client();
  await startAgents(1);
}, 240_000);
afterAll(async () => {
  await Promise.all(started.map((agent) => agent.end('SIGTERM')));
  await under?.stop();
}, 60_000);

const SLOW = { timeoutMs: 40_000 };

async function startAgents(count: number): Promise<AgentProcess[]> {
  const args = [resolve('tools/bootstrap/run.cjs'), 'tools/agent/main.ts', 'examples/coordinator-agent.ts'];
  const program = { command: process.execPath, args };
  const environment = { MESSAGE_QUEUE_URL: under.mesh.services.messageQueueUrl };
  const agents = Array.from({ length: count }, () => AgentProcess.start(program, environment));
  started.push(...agents);
  const ready = (agent: AgentProcess) => eventually(() => expect(agent.lines.join()).toContain('process.ready'), SLOW);
  await Promise.all(agents.map(ready));
  return agents;
}

const ofText = (n: number): string => `alpha ${'beta '.repeat(n)}gamma`;
const texts = Array.from({ length: 20 }, (_, n) => ofText(n));
const words = { alpha: 20, beta: 190, gamma: 20 };

async function submit(pauseMs: number): Promise<string> {
  const task = { capability: 'survey.words', input: { texts, groupOf: 5, pauseMs } };
  const { body } = await eventually(async () => {
    const answer = await client.call<Task>('POST', '/api/tasks', task);
    expect(answer.status).toBe(201);
    return answer;
  });
  return body.id;
}

const taskOf = async (id: string): Promise<Task> => (await client.get<Task>(`/api/tasks/${id}`)).body;
const childrenOf = async (id: string): Promise<Task[]> =>
  (await client.get<{ items: Task[] }>(`/api/tasks?parentId=${id}&limit=100`)).body.items;
const reaches = (id: string, state: TaskState, attempt: number) =>
  eventually(async () => expect(await taskOf(id)).toMatchObject({ state, attempt }), { timeoutMs: 60_000 });

/** Completed with the right sum, by 4 groups of 5 texts, each done once and for good. */
async function expectDoneOnce(id: string): Promise<void> {
  const [task] = (await client.ended([id])) as unknown as [Task];
  expect(task).toMatchObject({ state: 'completed', output: { groups: 4, words } });
  expect(task.children).toEqual({ total: 4, open: 0, completed: 4, failed: 0 });
  const groups = await childrenOf(id);
  const leaves = (await Promise.all(groups.map((group) => childrenOf(group.id)))).flat();
  expect([groups.length, leaves.length]).toEqual([4, 20]);
  expect([...groups, ...leaves].map(({ state, depth }) => [state, depth])).toEqual([
    ...groups.map(() => ['completed', 1]),
    ...leaves.map(() => ['completed', 2]),
  ]);
  expect(leaves.map(({ cost }) => cost)).toEqual(leaves.map(() => 1));
  await under.expectInvariants();
}

test('20 subtasks on two levels under one agent with one slot: nobody who waits is in the way', async () => {
  const id = await submit(0);
  await expectDoneOnce(id);
  const { body } = await client.get<{ items: HistoryItem[] }>(`/api/tasks/${id}/history`);
  expect(body.items.map(({ to }) => to)).toEqual(['queued', 'assigned', 'waiting', 'queued', 'assigned', 'completed']);
  expect(body.items[3]?.reason).toBe('batch "groups" has ended: 4 of 4 completed');
}, 60_000);

test('the agent is killed while the coordinators wait: nothing they had is lost, nothing is done again', async () => {
  const id = await submit(100);
  await reaches(id, 'waiting', 1);
  await eventually(async () => expect((await childrenOf(id)).map(({ state }) => state)).toContain('waiting'));
  const why = await client.get<{ summary: string }>(`/api/tasks/${id}/why`);
  expect(why.body.summary).toContain('of 4 tasks of its batch "groups"');
  for (const agent of started.splice(0)) await agent.end('SIGKILL');
  await startAgents(2);
  await expectDoneOnce(id);
}, 120_000);

test('the agent is killed while the coordinator combines: it is run again and spawns nothing twice', async () => {
  const id = await submit(300);
  await eventually(
    async () => {
      const task = await taskOf(id);
      expect([task.attempt, ['assigned', 'running']]).toEqual([2, expect.arrayContaining([task.state])]);
    },
    { timeoutMs: 60_000 },
  );
  for (const agent of started.splice(0)) await agent.end('SIGKILL');
  expect((await taskOf(id)).state).not.toBe('completed');
  await startAgents(1);
  await expectDoneOnce(id);
  expect((await taskOf(id)).attempt).toBeGreaterThan(2);
}, 120_000);

test('cancel takes the whole tree with it, limits are told by name', async () => {
  const id = await submit(60_000);
  await reaches(id, 'waiting', 1);
  expect((await client.call('POST', `/api/tasks/${id}/cancel`)).status).toBe(202);
  const groups = await childrenOf(id);
  const all = [...groups, ...(await Promise.all(groups.map((group) => childrenOf(group.id)))).flat()];
  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['canceled']));
  const task = { capability: 'survey.words', input: { texts, groupOf: 5 }, spawning: { fanOut: 3 } };
  const { body } = await client.call<Task>('POST', '/api/tasks', task, { prefer: 'wait=30' });
  expect(body).toMatchObject({
    state: 'failed',
    error: { code: 'SPAWN_LIMIT', message: expect.stringContaining('fanOut 3') },
  });
  await under.expectInvariants();
}, 60_000);
