import { type MessageHandler, onMessage } from '@baton/bus';
import { type AgentId, defineMessage } from '@baton/contracts';
import { ConfigurationError } from '@baton/observability';
import { type MessageReceiver, type MessageSource } from './message-receiver';
import { type MessagingPlan, type MessagingWishes, planMessaging } from './messaging-plan';

const agentId = '01a1fc3a-3ece-76f9-8562-7dca04d703a2' as AgentId;
const kind = defineMessage<unknown>({ type: 'test.said.v1', summary: 'Said.', schema: {} });

class Ear implements MessageReceiver {
  private readonly all: MessageHandler[];
  constructor(
    readonly from?: MessageSource,
    count = 1,
  ) {
    this.all = Array.from({ length: count }, () => onMessage(kind, () => undefined));
  }
  handlers(): MessageHandler[] {
    return this.all;
  }
}

const plan = (wishes: Partial<MessagingWishes>): MessagingPlan =>
  planMessaging({ agentId, name: 'test-1', receivers: [], channels: [], mailbox: false, ...wishes });

test('an agent that takes nothing listens to nothing, whatever channels it shows', () => {
  const quiet = plan({ channels: ['news'] });
  expect(quiet).toEqual({ addresses: ['test-1', agentId], direct: [], joins: [], subscriptions: [], mailbox: false });
});

test('receivers by their source: direct, a channel, events', () => {
  const [direct, channel, events] = [
    new Ear(),
    new Ear({ channel: 'news', durable: true }),
    new Ear({ events: ['a.*'] }),
  ];
  const all = plan({ receivers: [direct, channel, events], mailbox: true });
  expect(all.direct).toEqual(direct.handlers());
  expect(all.joins).toMatchObject([
    { channel: 'news', handlers: channel.handlers(), options: { durable: true, create: true } },
  ]);
  expect(all.subscriptions).toMatchObject([{ events: ['a.*'], handlers: events.handlers() }]);
});

test('declared channels are heard by the receivers of direct messages, unless one has the channel', () => {
  const { joins } = plan({ receivers: [new Ear(), new Ear({ channel: 'news' })], channels: ['news', 'prices'] });
  expect(joins.map(({ channel, handlers }) => [channel, handlers.length])).toEqual([
    ['news', 1],
    ['prices', 0],
  ]);
});

test('a name that is no address leaves the id', () => {
  expect(plan({ name: 'Dr. No', receivers: [new Ear()] }).addresses).toEqual([agentId]);
});

test('every fault is named at once', () => {
  const faulty = (): MessagingPlan =>
    plan({ name: 'Dr. No', mailbox: true, receivers: [new Ear(undefined, 0), new Ear({ channel: 'no channel' })] });
  expect(faulty).toThrow(ConfigurationError);
  for (const fault of [/Ear: handlers\(\) gives none/, /"no channel"/, /mailbox: nobody takes/, /"Dr. No".*names/]) {
    expect(faulty).toThrow(fault);
  }
});
