import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import * as contracts from '@baton/contracts';
import { outgoing } from '../bus';
import { encode } from '../codec';
import { letterHeaders } from '../refusal';
import { exchanges, queues } from '../topology';
import { asyncApiDocument } from './document';
import { type Party, parties } from './parties';
import { type QueueName, type ToldQueue, toldQueues } from './queues-told';
import { type RouteName, toldRoutes } from './routes-told';
import { traffic } from './traffic';

interface Operation {
  readonly action: string;
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
  readonly security?: object[];
}
const document = asyncApiDocument({ version: '1.2.3', durableQueueType: 'classic' }) as unknown as {
  readonly channels: Record<string, { messages: Record<string, { $ref?: string }>; bindings: { amqp: never } }>;
  readonly operations: Record<string, Operation>;
  readonly components: { messages: Record<string, { name: string }>; schemas: Record<string, object> };
};
const kinds = Object.values(contracts).flatMap((value) => {
  const { type } = value as { type?: unknown };
  return typeof type === 'string' && type.startsWith('io.baton.') ? [type] : [];
});
const last = (reference: string): string => reference.split('/').at(-1) ?? '';

test('the document is valid AsyncAPI 3', async () => {
  const { diagnostics, document: parsed } = await new Parser().parse(JSON.stringify(document));
  // 3.0.0 is what tools read today; that there is a 3.1 is no fault.
  expect(diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
  expect(parsed?.version()).toBe('3.0.0');
  expect(parsed?.allOperations().length).toBe(Object.keys(document.operations).length);
});

test('every kind of message of the contracts is sent or answered by somebody, and nothing else', () => {
  const told = Object.values(document.components.messages).map(({ name }) => name);
  expect(kinds.length).toBeGreaterThan(40);
  expect(told.sort()).toEqual([...kinds, 'any.event', 'dead.letter'].sort());
  const { operations } = document;
  const used = Object.values(operations).flatMap(({ messages, reply }) => [...messages, ...(reply?.messages ?? [])]);
  expect(new Set(used.map(({ $ref }) => last($ref)))).toEqual(new Set(Object.keys(document.components.messages)));
});

test('what is sent is received by somebody', () => {
  const flows = Object.values(document.operations);
  const of = (action: string): Set<string> =>
    new Set(flows.filter((flow) => flow.action === action).map(({ messages }) => last(messages[0]?.$ref ?? '')));
  expect(of('receive')).toEqual(of('send'));
  const routes = Object.keys(toldRoutes) as RouteName[];
  const takers = Object.values<ToldQueue>(toldQueues).flatMap(({ takes, alsoTakes = [] }) => [...takes, ...alsoTakes]);
  expect(routes.filter((route) => !takers.includes(route))).toEqual([]);
  expect(routes.filter((route) => !traffic.some(({ to }) => to === route))).toEqual([]);
});

test('every exchange and queue of the topology is there', () => {
  const bound = Object.values(toldRoutes).map(({ target }) => target.exchange);
  expect(new Set(bound)).toEqual(new Set(['', ...Object.values(exchanges).map(({ name }) => name)]));
  const made = Object.values(queues).map((queue) => (typeof queue === 'function' ? nameMadeBy(queue) : queue.name));
  const told = Object.values<ToldQueue>(toldQueues).map(({ spec }) => spec.name.replace(/\.(hosts|door)?\.?\{.*$/, ''));
  expect([...new Set(told)].sort()).toEqual([...new Set([...made, 'baton.health'])].sort());
});

test.each(Object.keys(toldQueues) as QueueName[])('%s is bound to what it takes', (name) => {
  const { spec, takes }: ToldQueue = toldQueues[name];
  const targets = takes.map((route) => toldRoutes[route].target);
  const reached = spec.bindings.filter(({ exchange, key }) =>
    targets.some((target) => target.exchange === exchange && matches(key, target.key)),
  );
  expect(reached).toEqual(spec.bindings);
  const byName = targets.filter((target) => target.exchange === '');
  expect(byName.map(({ key }) => key)).toEqual(byName.map(() => spec.name));
});

test('a request says what it may be answered with, a problem always', () => {
  const asked = Object.entries(document.operations).filter(([id]) => /\.sends\.tasks\.submit/.test(id));
  expect(asked.map(([id]) => id)).toEqual(['service.sends.tasks.submit.v1.to.orchestrator']);
  expect(asked[0]?.[1].reply?.messages.map(({ $ref }) => $ref)).toEqual([
    '#/channels/replies/messages/tasks.submitted.v1',
    '#/channels/replies/messages/request.failed.v1',
  ]);
  expect(asked[0]?.[1].security).toEqual([{ $ref: '#/components/securitySchemes/accessToken' }]);
});

test('every party does something', () => {
  const acting = (party: Party): boolean => Object.keys(document.operations).some((id) => id.startsWith(`${party}.`));
  expect((Object.keys(parties) as Party[]).filter((party) => !acting(party))).toEqual([]);
});

test('the schema of a kind takes what the bus sends, and nothing else under its type', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ components: document.components }, 'asyncapi');
  const fits = (name: string, content: Buffer | string): unknown =>
    ajv.validate({ $ref: `asyncapi#/components/schemas/${name}` }, JSON.parse(content.toString()));
  const told = outgoing(contracts.channelDeleted, { name: 'news' });
  const { content } = encode('/registries/1', told, new Date());
  expect(fits('channel.deleted.v1', content)).toBe(true);
  expect(fits('CloudEvent', content)).toBe(true);
  expect(fits('channel.left.v1', content)).toBe(false);
  expect(fits('channel.deleted.v1', content.toString().replace('"news"', '7'))).toBe(false);
  expect(fits('channel.deleted.v1', content.toString().replace('"1.0"', '"0.3"'))).toBe(false);
});

test('a dead letter tells all headers there may be', () => {
  const letter = document.components.messages['dead.letter'] as unknown as { headers: { properties: object } };
  expect(Object.keys(letter.headers.properties)).toEqual([...Object.values(letterHeaders), 'x-death']);
});

test('queues are told with the arguments they are declared with, classic or quorum', () => {
  const binding = (durableQueueType: 'classic' | 'quorum', name: QueueName): Record<string, object> =>
    (asyncApiDocument({ version: '1', durableQueueType }) as unknown as typeof document).channels[name]?.bindings
      .amqp ?? {};
  expect(binding('classic', 'resultsQueue')).toMatchObject({
    queue: { name: 'baton.results', durable: true, exclusive: false, autoDelete: false },
    'x-arguments': { 'x-dead-letter-exchange': 'baton.dead-letters' },
    'x-bindings': [{ exchange: 'baton.results', key: 'results' }],
  });
  expect(binding('classic', 'resultsQueue')['x-arguments']).toHaveProperty('x-queue-type', 'classic');
  expect(binding('quorum', 'resultsQueue')['x-arguments']).toHaveProperty('x-queue-type', 'quorum');
  expect(binding('quorum', 'messagesQueue')['x-arguments']).not.toHaveProperty('x-queue-type');
  expect(binding('classic', 'messagesQueue')['x-bindings-on-demand']).toEqual([
    { exchange: 'baton.channels', key: '{channel}' },
  ]);
});

function nameMadeBy(make: (...parts: never[]) => { readonly name: string }): string {
  return make('' as never, [] as never).name.replace(/\.$/, '');
}

/** Whether a binding key takes what an address with variable parts may become: a part stands for any one word. */
function matches(binding: string, address: string): boolean {
  if (binding === address || binding === '{key}') return true;
  const pattern = binding.replaceAll('.', '\\.').replace('*', '[^.]+').replace('#', '.*');
  return new RegExp(`^${pattern}$`).test(address);
}
