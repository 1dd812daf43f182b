import { randomBytes } from 'node:crypto';
import { type Options } from 'amqplib';
import * as contracts from '@baton/contracts';

/** Content and properties that nobody can want. */
export interface Garbage {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

const json = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';
const of = (text: string | Buffer, options: Options.Publish = {}): Garbage => ({
  content: Buffer.from(text as string),
  options: { contentType: json, ...options },
});

export function event(type: string, data: unknown, more: object = {}): string {
  return JSON.stringify({
    specversion: '1.0',
    id: randomBytes(8).toString('hex'),
    source: '/mallory',
    type,
    data,
    ...more,
  });
}

/** No event at all, or none that keeps the rules of the wire. */
export const unreadable: readonly Garbage[] = [
  of(''),
  of(randomBytes(2000)),
  of(Buffer.from([0xff, 0xfe, 0x80])),
  of('{'),
  of('null'),
  of('[]'),
  of('"text"'),
  of('[]', { contentType: batch }),
  of('[null,1,{}]', { contentType: batch }),
  of('['.repeat(50_000)),
  of('{"a":'.repeat(50_000)),
  of('\0'.repeat(1000)),
  of(event('io.baton.agent.ping.v1', { text: '\0' })),
  of(event('io.baton.agent.ping.v1', {}), { contentType: 'text/plain' }),
  { content: Buffer.from('{}'), options: {} },
  of(event('io.baton.agent.ping.v1', {}, { id: '' })),
  of(event('io.baton.agent.ping.v1', {}, { source: 7 })),
  of(event('io.baton.agent.ping.v1', {}, { data_base64: 'AAAA' })),
  of(`[${Array.from({ length: 10_001 }, () => '{}').join(',')}]`, { contentType: batch }),
];

/** Events that nobody takes: unknown types, and every known one with data that does not fit. */
export const misfits: readonly Garbage[] = [
  of(event('io.mallory.unknown.v1', {})),
  of(event('__proto__', { constructor: {}, ['__proto__']: { polluted: true } })),
  of(event('x'.repeat(100_000), {})),
  ...typesOf(contracts).flatMap((type) => [
    of(event(type, { wrong: true })),
    of(event(type, null)),
    of(event(type, 'x')),
  ]),
];

/** Good enough to be read, with properties that ask for trouble. */
export const awkward: readonly Garbage[] = [
  of(event('io.mallory.unknown.v1', {}), { headers: { big: 'x'.repeat(50_000) } }),
  of(event('io.mallory.unknown.v1', {}), { headers: manyHeaders(2000) }),
  of(event('io.mallory.unknown.v1', {}), {
    headers: { 'baton-receipt': 'wanted', 'x-death': 'no', 'x-delivery-count': -1 },
  }),
  of(event('io.mallory.unknown.v1', {}), { expiration: '0' }),
  // Answers to go round in circles, or to nobody.
  of(event('io.baton.agents.discover.v1', {}), { replyTo: 'baton.registry', correlationId: 'x'.repeat(250) }),
  of(event('io.baton.agents.discover.v1', {}), { replyTo: 'baton.results' }),
  of(event('io.baton.agents.discover.v1', {}), { replyTo: 'amq.rabbitmq.reply-to.made-up' }),
  of(event('io.baton.mesh.status.v1', {}), { replyTo: 'baton.orchestrator' }),
];

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x']));
}

function typesOf(exported: object): string[] {
  return Object.values(exported).flatMap((value) => {
    const { type } = value as { type?: unknown };
    return typeof type === 'string' && type.startsWith('io.baton.') ? [type] : [];
  });
}
