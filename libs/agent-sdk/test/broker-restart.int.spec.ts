import { rmSync } from 'node:fs';
import { createLogger, type RunningProcess } from '@baton/observability';
import { eventually, testFolder } from '@baton/testing';
import { startServices, type Services } from '../../../tools/services';
import { Capability } from '../src/capability/capability';
import { readAgentConfig } from '../src/config';
import { startAgent } from '../src/start-agent';
import { assignment, MeshStandIn, newAgentId } from './mesh-stand-in';

const release: (() => void)[] = [];

class Wait extends Capability<null, string> {
  readonly name = 'test.wait';
  readonly input = {};
  readonly output = { type: 'string' };
  execute(): Promise<string> {
    return new Promise((resolve) => release.push(() => resolve('worked while the broker was away')));
  }
}

let folder: string;
let services: Services;
let mesh: MeshStandIn;
let agent: RunningProcess;

beforeAll(async () => {
  folder = testFolder('agent');
  services = await startServices({ dataDir: folder, databaseUrl: process.env.DATABASE_URL, progress: () => undefined });
}, 60_000);

afterAll(async () => {
  await agent?.stop('the test is over');
  await mesh?.bus.close();
  await services?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test('the broker dies and comes back: the agent is there again and its results, made meanwhile, arrive once', async () => {
  const { broker, messageQueueUrl } = services;
  if (!broker) throw new Error('this test needs a broker of its own');
  mesh = await MeshStandIn.open(messageQueueUrl);
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  const agentId = newAgentId();
  const variables = { MESSAGE_QUEUE_URL: messageQueueUrl, BATON_AGENT_ID: agentId, BATON_AGENT_CONCURRENCY: '10' };
  const config = readAgentConfig('test', undefined, variables);
  agent = await startAgent({ family: 'test', capabilities: [Wait] }, config, createLogger('agent', 'silent'));
  const tasks = Array.from({ length: 10 }, () => assignment('test.wait', null));
  await mesh.assign(agentId, ...tasks);
  await eventually(() => expect(release).toHaveLength(10));

  await broker.kill();
  for (const finish of release.splice(0)) finish();
  const late = assignment('test.wait', null);
  await broker.start();

  await eventually(() => expect(mesh.registrations).toHaveLength(2), { timeoutMs: 20_000 });
  await eventually(() => expect(mesh.results).toHaveLength(10), { timeoutMs: 20_000 });
  expect(new Set(mesh.results.map((result) => result.token))).toEqual(new Set(tasks.map((task) => task.token)));
  expect(mesh.results.every((result) => result.outcome === 'completed')).toBe(true);

  await eventually(async () => expect(await mesh.assign(agentId, late)).toBe('sent'));
  await eventually(() => expect(release).toHaveLength(1));
  release.splice(0).forEach((finish) => finish());
  await eventually(() => mesh.resultOf(late));
}, 60_000);
