import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, createMessenger, exchanges, type Messenger, outgoing, queues, routes } from '@baton/bus';
import {
  agentDrain,
  agentHeartbeat,
  type AgentHeartbeat,
  type AgentId,
  agentPing,
  agentReregister,
  defineMessage,
  messageReceipt,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually } from '@baton/testing';
import { AgentProcess, type AgentProgram } from './agents/agent-process';
import { families, programOf } from './agents/programs';
import { MeshUnderTest } from './mesh-under-test';

/** Agents in other languages take messages and orders as docs/reference/wire.md says. */
const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const greeting = defineMessage<{ text: string }>({ type: 'org.example.greeting.v1', summary: 'Hello.', schema: text });
const stranger = defineMessage<object>({ type: 'org.example.unheard-of.v1', summary: 'What?', schema: {} });
const slowly = { timeoutMs: 30_000 };

let under: MeshUnderTest;
let bus: Bus;
let messenger: Messenger;
const started: AgentProcess[] = [];

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false });
  const logger = createLogger('e2e', 'silent');
  bus = await connectBus({ url: under.mesh.services.messageQueueUrl, name: 'e2e', source: '/services/e2e', logger });
  messenger = createMessenger({ bus, logger, addresses: ['e2e'], owner: 'e2e' });
}, 240_000);
afterEach(() => Promise.all(started.splice(0).map((agent) => agent.end('SIGTERM'))));
afterAll(async () => {
  await bus?.close();
  await under?.stop();
}, 60_000);

async function start(program: AgentProgram, name: string): Promise<AgentProcess> {
  const { messageQueueUrl } = under.mesh.services;
  const agent = AgentProcess.start(program, { MESSAGE_QUEUE_URL: messageQueueUrl, BATON_AGENT_NAME: name });
  started.push(agent);
  await eventually(() => agent.registered(), slowly);
  return agent;
}

/** What is said in a channel from now on, by anybody. */
async function listenTo(channel: string): Promise<{ by: string; text: string }[]> {
  const said: { by: string; text: string }[] = [];
  const bindings = [{ exchange: exchanges.channels.name, key: channel }];
  await bus.consume({ name: `e2e.${randomUUID()}`, life: 'exclusive', bindings }, ({ events }) => {
    for (const { type, data } of events) if (type === 'org.example.heard.v1') said.push(data as (typeof said)[0]);
    return 'done';
  });
  return said;
}

/** Ids of what becomes a dead letter from now on. */
async function deadLetters(): Promise<string[]> {
  const ids: string[] = [];
  const bindings = [{ exchange: exchanges.deadLetters.name, key: '' }];
  await bus.consume({ name: `e2e.${randomUUID()}`, life: 'exclusive', bindings, deadLetters: false }, ({ events }) => {
    ids.push(...events.map(({ id }) => id));
    return 'done';
  });
  return ids;
}

describe.each(families)('%s', (family) => {
  let program: AgentProgram;
  beforeAll(async () => {
    program = await programOf(family);
  }, 120_000);

  test('a direct message is answered, and passed on in the channel once however often it comes', async () => {
    const name = `${family}-m`;
    const agent = await start(program, name);
    const said = await listenTo(family);
    const { type, data } = await messenger.request<{ text: string }>(name, outgoing(greeting, { text: 'anybody?' }));
    expect([type, data]).toEqual(['org.example.greeted.v1', { text: 'Hello, you said: anybody?' }]);
    await eventually(() => expect(said).toEqual([{ by: name, text: 'anybody?' }]));

    const twice = outgoing(greeting, { text: 'twice' }, { id: randomUUID() });
    await messenger.send(name, twice);
    await messenger.send(agent.registered().agentId, twice);
    await messenger.send(name, outgoing(greeting, { text: 'at last' }));
    await eventually(() => expect(said.at(-1)?.text).toBe('at last'));
    expect(said.map((one) => one.text)).toEqual(['anybody?', 'twice', 'at last']);
  }, 60_000);

  test('a receipt for whoever wants one; what it does not know goes to the dead letters', async () => {
    const name = `${family}-n`;
    await start(program, name);
    const headers = { 'baton-receipt': 'wanted' };
    const receipt = await bus.request(routes.live(name), outgoing(greeting, { text: 'got it?' }), { headers });
    expect([receipt.type, receipt.data]).toEqual([
      messageReceipt.type,
      { address: name, outcome: 'handled', reason: null },
    ]);
    const dead = await deadLetters();
    const odd = outgoing(stranger, {}, { id: randomUUID() });
    await messenger.send(name, odd);
    await eventually(() => expect(dead).toContain(odd.id), slowly);
  }, 60_000);

  test('several events in one message are handled each', async () => {
    const name = `${family}-q`;
    await start(program, name);
    const said = await listenTo(family);
    const both = ['one', 'two'].map((one) => outgoing(greeting, { text: one }));
    expect(await bus.publish(routes.live(name), both, { mandatory: true })).toBe('sent');
    await eventually(() => expect(said.map((one) => one.text)).toEqual(['one', 'two']));
  }, 60_000);

  test('orders: a beat when somebody has to know, and to register again', async () => {
    const agent = await start(program, `${family}-o`);
    const agentId = agent.registered().agentId as AgentId;
    const beats: AgentHeartbeat[] = [];
    await bus.consume(queues.heartbeats(`e2e.${family}`, ['agent']), ({ events }) => {
      for (const { type, data } of events) {
        const beat = data as AgentHeartbeat;
        if (type === agentHeartbeat.type && beat.agentId === agentId) beats.push(beat);
      }
      return 'done';
    });
    for (let asked = 1; asked <= 3; asked++) {
      expect(await bus.publish(routes.inbox(agentId), outgoing(agentPing, { beat: true }), { mandatory: true })).toBe(
        'sent',
      );
      await eventually(() => expect(beats.length).toBeGreaterThanOrEqual(asked), { timeoutMs: 3000 });
    }
    expect(beats.at(-1)).toMatchObject({ state: 'idle', draining: false, inFlight: [] });
    await bus.publish(routes.inbox(agentId), outgoing(agentReregister, {}));
    await eventually(() => agent.registered(2));
  }, 60_000);

  test('told to drain, it hands back what does not end in time and leaves', async () => {
    const client = under.client();
    const agent = await start(program, `${family}-p`);
    const ids = await client.submitMany(1, () => ({ capability: `${family}.wait`, input: { steps: 2000 } }));
    await eventually(async () => expect((await client.task(ids[0] as string)).state).toBe('running'), slowly);
    const inbox = routes.inbox(agent.registered().agentId);
    await bus.publish(inbox, outgoing(agentDrain, { reason: 'the test wants it', withinMs: 300 }));
    await eventually(() => expect(agent.hasEnded).toBe(true), slowly);
    expect(await agent.end('SIGTERM')).toBe(0);
    const back = (await client.history(ids[0] as string)).at(-1);
    expect([back?.to, back?.reason]).toEqual(['queued', expect.stringContaining('AGENT_DRAINING')]);
    await client.call('POST', `/api/tasks/${ids[0]}/cancel`);
  }, 60_000);
});

test('the agent in plain amqplib is a member of its channel, also after the broker was killed', async () => {
  await start(await programOf('lines'), 'lines-r');
  const ask = async (text: string): Promise<void> => {
    const answers = await messenger.gather({ channel: 'lines' }, outgoing(greeting, { text }), {
      withinMs: 5000,
      expect: 1,
    });
    expect(answers.map(({ data }) => data)).toEqual([{ text: `Hello, you said: ${text}` }]);
  };
  const isMember = async (): Promise<void> => {
    const members = await messenger.channels.members('lines');
    expect(members.map(({ member }) => member)).toContain('lines-r');
  };
  await eventually(isMember, slowly);
  await eventually(() => ask('all together'), slowly);
  await under.mesh.services.broker?.kill();
  await under.mesh.services.broker?.start();
  await eventually(() => ask('once more'), { timeoutMs: 40_000 });
}, 120_000);
