import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asyncApiDocument } from '@baton/bus';

/** The AsyncAPI document and the table of messages in wire.md say the same: what goes where, and how. */
interface Operation {
  readonly action: string;
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
  readonly bindings: { readonly amqp: { readonly deliveryMode?: number; readonly mandatory?: boolean } };
}
const { operations } = asyncApiDocument({ version: '1', durableQueueType: 'classic' }) as unknown as {
  readonly operations: Record<string, Operation>;
};
const last = (reference: string): string => reference.split('/').at(-1) ?? '';
const sends = Object.values(operations).filter(({ action }) => action === 'send');

/** Where wire.md says a message goes: words of its table, and the channel of the document. */
const places: Readonly<Record<string, readonly string[]>> = {
  'inbox of the agent': ['agentInbox'],
  inbox: ['agentInbox', 'hostInbox', 'registryEcho'],
  results: ['results'],
  registry: ['registry'],
  'registry or baton.orchestrator': ['registry', 'orchestrator'],
  'registries and brain': ['agentHeartbeats'],
  doors: ['hostHeartbeats'],
  host: ['hostInbox'],
  brain: ['brainHints'],
  'baton.orchestrator': ['orchestrator'],
  'baton.events, key agent.<what>': ['agentEvents'],
  'baton.events, key task.<state>.<capability>': ['taskEvents'],
  'baton.events, key workflow.<state>': ['workflowEvents'],
  'baton.events, key workflow.step.<state>': ['workflowStepEvents'],
  'baton.events, key workflow.progress': ['workflowProgressEvents'],
  'baton.channels, key <channel>': ['channel'],
};

const text = readFileSync(join(resolve(__dirname, '../..'), 'docs/reference/wire.md'), 'utf8');
const rows = [
  ...(text.split('\n## Messages\n')[1] ?? '').matchAll(/^\| `(io\.baton\.[^`]+)` +\| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, type = '', way = '', guarantee = '']) => ({
  name: type.replace('io.baton.', ''),
  to: (way.split('→')[1] ?? '').replaceAll('`', '').trim(),
  guarantee: guarantee.trim(),
}));

test('the table is read', () => {
  expect(rows.length).toBeGreaterThan(45);
});

test.each(rows)('$name goes $to', ({ name, to, guarantee }) => {
  const sent = sends.filter(({ messages }) => messages.some(({ $ref }) => last($ref) === name));
  const routes = new Set(sent.map(({ channel }) => last(channel.$ref)));
  const answers = sends.some(({ reply }) => reply?.messages.some(({ $ref }) => last($ref) === name));
  expect(answers).toBe(guarantee.startsWith('reply'));
  if (answers) return expect([...routes]).toEqual(guarantee.includes('live address') ? ['live'] : []);
  expect([...routes].sort()).toEqual([...(places[to] ?? [`unknown place: ${to}`])].sort());
  for (const one of sent.filter(({ channel }) => last(channel.$ref) !== 'registryEcho')) {
    expect(wayOf(one)).toBe(/^(durable|request|mandatory|at most once)/.exec(guarantee)?.[0]);
  }
});

function wayOf({ reply, bindings: { amqp } }: Operation): string {
  if (reply) return 'request';
  if (amqp.deliveryMode === 2) return 'durable';
  return amqp.mandatory ? 'mandatory' : 'at most once';
}
