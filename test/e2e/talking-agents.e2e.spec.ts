import { resolve } from 'node:path';
import { type Agent } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { AgentProcess } from './agents/agent-process';
import { type ApiClient } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** examples/talking-agents.ts as its first lines say: agents of the SDK in processes of their own talk in a channel. */
let under: MeshUnderTest;
let client: ApiClient;
const started = new Map<string, AgentProcess>();

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false });
  client = under.client();
}, 240_000);
afterAll(async () => {
  await Promise.all([...started.values()].map((agent) => agent.end('SIGTERM')));
  await under?.stop();
}, 60_000);

async function start(name: string): Promise<void> {
  const args = [resolve('tools/bootstrap/run.cjs'), 'tools/agent/main.ts', 'examples/talking-agents.ts'];
  const program = { command: process.execPath, args };
  started.set(
    name,
    AgentProcess.start(program, {
      MESSAGE_QUEUE_URL: under.mesh.services.messageQueueUrl,
      BATON_AGENT_NAME: name,
    }),
  );
  await eventually(
    async () => {
      const { body } = await client.get<{ items: Agent[] }>('/api/agents?family=news');
      expect(body.items.map((agent) => agent.name)).toContain(name);
    },
    { timeoutMs: 40_000 },
  );
}

async function tell(text: string): Promise<string[]> {
  const task = { capability: 'news.tell', input: { text } };
  const { body } = await eventually(async () => {
    const answer = await client.call<{ id: string }>('POST', '/api/tasks', task);
    expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
    return answer;
  });
  const [done] = await client.ended([body.id]);
  expect(done?.state).toBe('completed');
  return (done?.output as { heardBy: string[] }).heardBy;
}

test('what one says all hear, whoever comes and goes; a member that was killed hears again under its name', async () => {
  await Promise.all(['ada', 'bob', 'eve'].map(start));
  await eventually(async () => expect(await tell('it rains')).toEqual(['ada', 'bob', 'eve']), { timeoutMs: 20_000 });

  expect(await started.get('eve')?.end('SIGTERM')).toBe(0);
  expect(await tell('eve has left')).toEqual(['ada', 'bob']);

  await started.get('bob')?.end('SIGKILL');
  await start('bob');
  await eventually(async () => expect(await tell('bob is back')).toEqual(['ada', 'bob']), { timeoutMs: 20_000 });
}, 150_000);
