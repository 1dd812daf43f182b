import { setTimeout as delay } from 'node:timers/promises';
import { outgoing, routes } from '@baton/bus';
import { type AuctionBid, auctionBid, auctionCall, auctionDeclined, type JsonObject } from '@baton/contracts';
import { createLogger, type RunningProcess } from '@baton/observability';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { Injectable } from '@nestjs/common';
import { assignment, MeshStandIn, newAgentId } from '../test/mesh-stand-in';
import { Capability } from './capability/capability';
import { type TaskContext } from './capability/task-context';
import { TaskFailure } from './capability/task-failure';
import { readAgentConfig } from './config';
import { startAgent } from './start-agent';

@Injectable()
class Greeting {
  readonly word = 'Hello';
}

@Injectable()
class Greet extends Capability<{ name: string }, { text: string }> {
  readonly name = 'greet.hello';
  readonly version = '2.1.0';
  readonly input = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
  readonly output = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
  constructor(private readonly greeting: Greeting) {
    super();
  }
  execute({ name }: { name: string }): { text: string } {
    return { text: `${this.greeting.word} ${name}` };
  }
}

/** Runs until told: by its signal, or by the test. */
class Hold extends Capability<{ heedless?: boolean }, string> {
  static started = 0;
  static readonly letGo: (() => void)[] = [];
  readonly name = 'test.hold';
  readonly input = { type: 'object' };
  readonly output = { type: 'string' };
  execute({ heedless = false }: { heedless?: boolean }, task: TaskContext): Promise<string> {
    Hold.started++;
    task.progress(50, 'half way');
    return new Promise((resolve, reject) => {
      Hold.letGo.push(() => resolve('let go'));
      if (!heedless) task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
    });
  }
}

class Plan extends Capability<{ refuse: boolean }, { plan: unknown }> {
  readonly name = 'test.plan';
  readonly input = { type: 'object' };
  readonly output = { type: 'object' };
  reason(): string {
    return 'first this, then that';
  }
  execute(_input: { refuse: boolean }, task: TaskContext): { plan: unknown } {
    return { plan: task.plan };
  }
  validate(_output: { plan: unknown }, { refuse }: { refuse: boolean }): void {
    if (refuse) throw new TaskFailure('NOT_GOOD_ENOUGH', 'The plan is too thin');
  }
}

class Large extends Capability<{ units: number }, string> {
  readonly name = 'test.large';
  readonly input = { type: 'object' };
  readonly output = { type: 'string' };
  execute({ units }: { units: number }): string {
    return 'x'.repeat(units);
  }
}

let broker: TestBroker;
let mesh: MeshStandIn;
let agentId: string;
const running: RunningProcess[] = [];

function start(environment: Record<string, string> = {}, url = broker.url): Promise<RunningProcess> {
  const options = { family: 'test', capabilities: [Greet, Hold, Plan, Large], providers: [Greeting], tags: ['a'] };
  const variables = { MESSAGE_QUEUE_URL: url, BATON_AGENT_ID: agentId, BATON_DRAIN_MS: '5000', ...environment };
  return startAgent(options, readAgentConfig('test', undefined, variables), createLogger('agent', 'silent')).then(
    (one) => {
      running.push(one);
      return one;
    },
  );
}

beforeEach(async () => {
  broker = await testBroker();
  mesh = await MeshStandIn.open(broker.url);
  agentId = newAgentId();
  Hold.started = 0;
});

afterEach(async () => {
  for (const letGo of Hold.letGo.splice(0)) letGo();
  await Promise.all(running.splice(0).map((one) => one.stop('the test is over')));
  await mesh.bus.close();
  await broker.close();
});

test('an agent registers with what it can do, works, reports with its phases, and says farewell', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  const agent = await start();
  const [registration] = mesh.registrations;
  expect(registration).toMatchObject({ agentId, family: 'test', name: `test-${agentId.slice(-8)}`, tags: ['a'] });
  expect(registration?.capabilities.map(({ name, version }) => `${name} ${version}`)).toContain('greet.hello 2.1.0');

  const task = assignment('greet.hello', { name: 'Ada' });
  expect(await mesh.assign(agentId, task)).toBe('sent');
  const result = await eventually(() => mesh.resultOf(task));
  expect(result).toMatchObject({ taskId: task.taskId, agentId, outcome: 'completed', output: { text: 'Hello Ada' } });
  expect(Object.keys(result.phases)).toEqual(['assigned', 'executing', 'validating', 'completed']);

  await agent.stop('done');
  await eventually(() => expect(mesh.farewells).toEqual([agentId]));
  expect(await mesh.assign(agentId, task)).toBe('unroutable');
});

test('an orchestrator of a later release may say more than this agent knows', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const task = { ...assignment('greet.hello', { name: 'Ada' }), sinceThen: { added: true } };
  expect(await mesh.assign(agentId, task)).toBe('sent');
  expect(await eventually(() => mesh.resultOf(task))).toMatchObject({ outcome: 'completed' });
});

test('the start order does not matter: no registry and no results queue yet', async () => {
  const starting = start();
  const task = assignment('greet.hello', { name: 'Ada' });
  await eventually(async () => expect(await mesh.assign(agentId, task)).toBe('sent')); // the inbox opens first
  await mesh.openRegistry();
  await starting;
  await mesh.openResults();
  expect((await eventually(() => mesh.resultOf(task))).outcome).toBe('completed');
});

test('reason and validate hooks; what they refuse fails with their code', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const [good, bad] = [assignment('test.plan', { refuse: false }), assignment('test.plan', { refuse: true })];
  await mesh.assign(agentId, good, bad);
  const done = await eventually(() => mesh.resultOf(good));
  expect(done.output).toEqual({ plan: 'first this, then that' });
  expect(Object.keys(done.phases)).toEqual(['assigned', 'reasoning', 'executing', 'validating', 'completed']);
  const refused = await eventually(() => mesh.resultOf(bad));
  expect(refused).toMatchObject({ outcome: 'failed', error: { code: 'NOT_GOOD_ENOUGH', retryable: false } });
});

test('an attempt assigned twice runs once, in flight and after; the kept result comes again', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const task = assignment('test.hold', {});
  await mesh.assign(agentId, task, task);
  await mesh.assign(agentId, task);
  await eventually(() => expect(Hold.letGo).toHaveLength(1));
  Hold.letGo[0]?.();
  await eventually(() => mesh.resultOf(task));
  await mesh.assign(agentId, task);
  await eventually(() => expect(mesh.results).toHaveLength(2));
  expect(mesh.results[1]).toEqual(mesh.results[0]);
  expect(Hold.started).toBe(1);
});

test('a lasting attempt tells where it stands; a cancel reaches it', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const task = assignment('test.hold', {});
  await mesh.assign(agentId, task);
  const told = await eventually(() => mesh.progress.find((one) => one.token === task.token) ?? false);
  expect(told).toMatchObject({ agentId, phase: 'executing', percent: 50, message: 'half way' });
  await mesh.cancel(agentId, task, 'no longer needed');
  expect((await eventually(() => mesh.resultOf(task))).outcome).toBe('canceled');
});

test('an attempt past its time fails as TASK_TIMEOUT, to be tried again', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const task = assignment('test.hold', {}, { timeoutMs: 100 });
  await mesh.assign(agentId, task);
  const { outcome, error } = await eventually(() => mesh.resultOf(task));
  expect([outcome, error?.code, error?.retryable]).toEqual(['failed', 'TASK_TIMEOUT', true]);
});

test('told to drain it takes nothing new, hands back what does not end, and then ends itself', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  const agent = await start();
  const [kind, heedless, late] = [{}, { heedless: true }, {}].map((input) => assignment('test.hold', input));
  if (!kind || !heedless || !late) throw new Error('three assignments');
  await mesh.assign(agentId, kind, heedless);
  await eventually(() => expect(Hold.started).toBe(2));
  await mesh.drain(agentId, 300);
  await eventually(() => expect(mesh.heartbeats.at(-1)).toMatchObject({ draining: true, state: 'running' }));
  await mesh.assign(agentId, late);
  for (const task of [late, kind, heedless]) {
    const { outcome, error } = await eventually(() => mesh.resultOf(task));
    expect([outcome, error?.code]).toEqual(['rejected', 'AGENT_DRAINING']);
  }
  expect(await agent.ended).toBe('replaced');
});

test('heartbeats rise, list what is in flight, and come at the interval the registry gave', async () => {
  await Promise.all([mesh.openRegistry(0.05), mesh.openResults()]);
  await start();
  const task = assignment('test.hold', {});
  await mesh.assign(agentId, task);
  const { taskId, token } = task;
  await eventually(() =>
    expect(mesh.heartbeats.at(-1)).toMatchObject({ state: 'running', inFlight: [{ taskId, token }] }),
  );
  const beats = mesh.heartbeats.map((heartbeat) => heartbeat.beat);
  expect(beats).toEqual([...beats].sort((a, b) => a - b));
  expect(new Set(beats).size).toBe(beats.length);
  expect(mesh.heartbeats.at(-1)?.usage.memoryMb).toBeGreaterThan(10);
});

test('a registry that has forgotten it is told again', async () => {
  await mesh.openRegistry();
  await start();
  await mesh.forget(agentId);
  await eventually(() => expect(mesh.registrations).toHaveLength(2));
  expect(mesh.registrations[1]).toEqual(mesh.registrations[0]);
});

test('stop waits for what is in flight', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  const agent = await start();
  const task = assignment('test.hold', { heedless: true });
  await mesh.assign(agentId, task);
  await eventually(() => expect(Hold.started).toBe(1));
  const stopped = agent.stop('SIGTERM');
  await eventually(() => expect(mesh.heartbeats.at(-1)?.draining).toBe(true));
  expect(await Promise.race([stopped.then(() => 'stopped'), delay(100, 'waiting')])).toBe('waiting');
  Hold.letGo[0]?.();
  await stopped;
  expect((await eventually(() => mesh.resultOf(task))).output).toBe('let go');
});

test('what is too large for the wire fails for good and takes nothing else with it', async () => {
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  await start();
  const mebibyte = 1024 * 1024;
  const [fits, atLimit, beyond] = [mebibyte / 2, mebibyte - 2, mebibyte].map((units) =>
    assignment('test.large', { units }),
  );
  const neighbour = assignment('greet.hello', { name: 'Ada' });
  if (!fits || !atLimit || !beyond) throw new Error('three assignments');
  await mesh.assign(agentId, fits, atLimit, neighbour, beyond);
  expect((await eventually(() => mesh.resultOf(fits))).output).toHaveLength(mebibyte / 2);
  expect((await eventually(() => mesh.resultOf(neighbour))).outcome).toBe('completed');
  expect((await eventually(() => mesh.resultOf(beyond))).error).toMatchObject({
    code: 'OUTPUT_TOO_LARGE',
    retryable: false,
  });
  expect((await eventually(() => mesh.resultOf(atLimit))).error?.code ?? 'OUTPUT_TOO_LARGE').toBe('OUTPUT_TOO_LARGE');
});

test('with HEALTH_PORT it says whether work can reach it', async () => {
  await mesh.openRegistry();
  const agent = await start({ HEALTH_PORT: '0' });
  const answer = await fetch(String(agent.ready.health));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    status: 'ok',
    details: { broker: { status: 'up' }, registry: { status: 'up' } },
  });
});

test('a capability that cannot be offered stops the start with its fault, and leaves nothing open', async () => {
  class Bad extends Plan {
    override readonly input = { type: 'nonsense' };
  }
  const config = readAgentConfig('test', undefined, { MESSAGE_QUEUE_URL: broker.url, BATON_AGENT_ID: agentId });
  const starting = startAgent({ family: 'test', capabilities: [Bad] }, config, createLogger('agent', 'silent'));
  await expect(starting).rejects.toThrow(/test\.plan \(Bad\): its input schema/);
});

test('asked by one publish to several, each agent bids or declines', async () => {
  await mesh.openRegistry();
  await start();
  const first = agentId;
  agentId = newAgentId();
  await start({ BATON_AGENT_NAME: 'other' });
  const ask = async (capability: string, input: object) => {
    const call = outgoing(auctionCall, { callId: 'c#1', capability, input: input as JsonObject, windowMs: 5000 });
    const target = { ...routes.inbox(first), cc: [agentId] };
    const answers = await mesh.bus.gather(target, call, { withinMs: 5000, expect: 2 });
    return answers.map(({ type, data }) => ({ type, ...(data as AuctionBid) }));
  };
  const bids = await ask('greet.hello', { name: 'Ada' });
  expect(bids.map((bid) => bid.agentId).sort()).toEqual([first, agentId].sort());
  for (const bid of bids) expect(bid).toMatchObject({ type: auctionBid.type, cost: 0, seconds: 1, confidence: 0.5 });
  const declines = await ask('greet.hello', {});
  expect(declines.map(({ type }) => type)).toEqual([auctionDeclined.type, auctionDeclined.type]);
});
