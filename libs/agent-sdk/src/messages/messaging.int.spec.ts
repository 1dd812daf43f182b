import { connectBus, createSender, onMessage, outgoing, type Received, type Sender, type Bus } from '@baton/bus';
import { defineMessage } from '@baton/contracts';
import { createLogger, type RunningProcess } from '@baton/observability';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { Injectable } from '@nestjs/common';
import { type AgentOptions } from '../agent-options';
import { Capability } from '../capability/capability';
import { type TaskContext } from '../capability/task-context';
import { readAgentConfig } from '../config';
import { startAgent } from '../start-agent';
import { assignment, MeshStandIn, newAgentId } from '../../test/mesh-stand-in';
import { type MessageReceiver } from './message-receiver';
import { Messages } from './messages';

const said = defineMessage<string>({ type: 'test.said.v1', summary: 'Said.', schema: { type: 'string' } });
const silent = createLogger('test', 'silent');

let broker: TestBroker;
let mesh: MeshStandIn;
let outside: Bus;
let sender: Sender;
const agents: RunningProcess[] = [];
const heard: string[] = [];
let hold: Promise<void> | undefined;

/** What handlers have been given. */
const begun: string[] = [];

@Injectable()
class Ear implements MessageReceiver {
  constructor(private readonly messages: Messages) {}
  handlers = () => [
    onMessage(said, async ({ data, pattern }: Received<string>) => {
      begun.push(data);
      await hold;
      heard.push(`${this.messages.addresses[0]} ${pattern}: ${data}`);
      return outgoing(said, `${data}!`);
    }),
  ];
}

class EventEar implements MessageReceiver {
  readonly from = { events: ['weather.*'] };
  handlers = () => [onMessage(said, ({ data, key }) => void heard.push(`${key}: ${data}`))];
}

class ChannelEar extends Ear {
  readonly from = { channel: 'news' };
}

class Relay extends Capability<{ to: string }, string> {
  readonly name = 'test.relay';
  readonly input = {};
  readonly output = {};
  async execute({ to }: { to: string }, { messages }: TaskContext): Promise<string> {
    const answer = await messages.request<string>(to, outgoing(said, 'by a task'));
    return answer.data;
  }
}

async function start(
  name: string,
  options: Partial<AgentOptions>,
  environment: Record<string, string> = {},
): Promise<void> {
  const variables = {
    MESSAGE_QUEUE_URL: broker.url,
    BATON_AGENT_ID: newAgentId(),
    BATON_AGENT_NAME: name,
    ...environment,
  };
  const all = { family: 'test', capabilities: [], ...options };
  agents.push(await startAgent(all, readAgentConfig('test', undefined, variables), silent));
}

beforeEach(async () => {
  broker = await testBroker();
  mesh = await MeshStandIn.open(broker.url);
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  outside = await connectBus({ url: broker.url, name: 'outside', source: '/services/outside', logger: silent });
  sender = createSender(outside);
  heard.length = 0;
});

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop('the test is over')));
  await outside.close();
  await mesh.bus.close();
  await broker.close();
});

test('an agent that only receives needs no capability; it is reached by name and by id', async () => {
  await start('ada', { receivers: [Ear] });
  const id = mesh.registrations[0]?.agentId ?? '';
  await sender.send('ada', outgoing(said, 'hello'));
  expect((await sender.request('ada', outgoing(said, 'how are you'))).data).toBe('how are you!');
  await sender.multicast([id, 'nobody'], outgoing(said, 'all of you'));
  await eventually(() => expect(heard).toHaveLength(3));
  expect(heard).toEqual(['ada direct: hello', 'ada request-response: how are you', 'ada multicast: all of you']);
});

test('a task sends messages; nobody there is its failure', async () => {
  await start('ada', { receivers: [Ear] });
  await start('bob', { capabilities: [Relay] });
  const bob = mesh.registrations[1]?.agentId ?? '';
  const [good, bad] = [assignment('test.relay', { to: 'ada' }), assignment('test.relay', { to: 'bob' })];
  await mesh.assign(bob, good, bad);
  expect((await eventually(() => mesh.resultOf(good))).output).toBe('by a task!');
  // Bob takes no messages: it has no queue for them.
  expect((await eventually(() => mesh.resultOf(bad))).error?.message).toContain('live.bob');
});

test('events by their keys', async () => {
  await start('ada', { receivers: [EventEar] });
  expect(await sender.publish('weather.rain', outgoing(said, 'it rains'))).toBe('heard');
  expect(await sender.publish('sport.rain', outgoing(said, 'off'))).toBe('unheard');
  await eventually(() => expect(heard).toEqual(['weather.rain: it rains']));
});

test('a channel is joined before the agent counts as started, and shown in the registry', async () => {
  await start('ada', { receivers: [Ear, ChannelEar], channels: ['prices'] });
  expect(mesh.registrations[0]?.channels).toEqual(['prices', 'news']);
  expect(await sender.broadcast('news', outgoing(said, 'news'))).toBe('heard');
  expect(await sender.broadcast('prices', outgoing(said, 'prices'))).toBe('heard');
  await eventually(() => expect(heard.sort()).toEqual(['ada broadcast: news', 'ada broadcast: prices']));
});

test('durable messages to an agent with a mailbox wait while it is away', async () => {
  await expect(sender.send('ada', outgoing(said, 'too early'), { durable: true })).rejects.toMatchObject({
    code: 'UNROUTABLE',
  });
  await start('ada', { receivers: [Ear], mailbox: true });
  await agents.splice(0)[0]?.stop('away');
  await sender.send('ada', outgoing(said, 'welcome back'), { durable: true });
  await start('ada', { receivers: [Ear], mailbox: true });
  await eventually(() => expect(heard).toEqual(['ada direct: welcome back']));
});

test('an agent that stops lets its handlers end, and takes nothing new', async () => {
  let release = (): void => undefined;
  hold = new Promise((resolve) => (release = resolve));
  await start('ada', { receivers: [Ear] }, { BATON_DRAIN_MS: '20000' });
  const answer = sender.request<string>('ada', outgoing(said, 'last words'), { timeoutMs: 20_000 });
  await eventually(() => expect(begun).toContain('last words'));
  await eventually(async () =>
    expect(
      await outside.publish({ exchange: 'baton.messages', key: 'live.ada' }, outgoing(said, 'late'), {
        mandatory: true,
      }),
    ).toBe('sent'),
  );
  const [agent] = agents.splice(0);
  const stopped = agent?.stop('enough');
  await eventually(() =>
    expect(sender.send('ada', outgoing(said, 'too late'))).rejects.toMatchObject({ code: 'UNROUTABLE' }),
  );
  release();
  expect((await answer).data).toBe('last words!');
  await stopped;
  hold = undefined;
});

test('a name that is no address is told, and the id reaches it', async () => {
  await start('Dr. No', { receivers: [Ear] });
  const id = mesh.registrations[0]?.agentId ?? '';
  expect((await sender.request(id, outgoing(said, 'hello'))).data).toBe('hello!');
});
