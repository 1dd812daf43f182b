import { cloudEventBatchContentType, cloudEventContentType } from '@baton/contracts';
import { decode, encode, wireLimits } from './codec';
import { MessageInvalidError } from './errors';

const kind = { type: 'io.baton.test.v1', summary: 'A test.', schema: true };
const now = new Date('2026-11-21T10:00:00.500Z');
const event = { specversion: '1.0', id: '1', source: '/s', type: 't', data: null };

const read = (value: unknown, contentType: unknown): ReturnType<typeof decode> =>
  decode(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), contentType);

describe('encode', () => {
  test('one message is a CloudEvent with the AMQP properties of its own', () => {
    const message = { kind, data: { a: 1 }, id: 'i"1', subject: 's', correlationId: 'c', traceparent: 't' };
    const encoded = encode('/agents/1', message, now);
    expect(JSON.parse(encoded.content.toString())).toEqual({
      specversion: '1.0',
      id: 'i"1',
      source: '/agents/1',
      type: kind.type,
      time: now.toISOString(),
      subject: 's',
      correlationid: 'c',
      traceparent: 't',
      data: { a: 1 },
    });
    expect(encoded).toMatchObject({ id: 'i"1', type: kind.type, correlationId: 'c', timestamp: 1795255200 });
    expect(encoded.contentType).toBe(cloudEventContentType);
  });

  test('several are a batch with an id of its own, and come back as they were', () => {
    const encoded = encode(
      '/s',
      [
        { kind, data: 1, id: 'a' },
        { kind, data: 'ü', id: 'b' },
      ],
      now,
    );
    expect(encoded.contentType).toBe(cloudEventBatchContentType);
    expect(['a', 'b']).not.toContain(encoded.id);
    const decoded = decode(encoded.content, encoded.contentType);
    expect(decoded).toMatchObject({
      events: [
        { id: 'a', data: 1 },
        { id: 'b', data: 'ü' },
      ],
    });
  });

  test('dataJson travels untouched, byte by byte', () => {
    const { content } = encode('/s', { kind, dataJson: '{"n": 1.0000000000000000001 }' }, now);
    expect(content.toString()).toContain('"data":{"n": 1.0000000000000000001 }}');
  });

  test('messages get ids that sort by time', () => {
    const [first, second] = [encode('/s', { kind, data: 1 }, now), encode('/s', { kind, data: 1 }, now)];
    expect(first.id < second.id).toBe(true);
  });

  test.each([
    ['no data', { kind }, /no data/],
    ['too much data', { kind, data: 'x'.repeat(wireLimits.eventDataBytes) }, /larger than/],
    ['data that is too large only in bytes', { kind, data: 'ü'.repeat(wireLimits.eventDataBytes / 2) }, /larger than/],
    ['an empty batch', [], /1 to/],
    ['a batch that is too large', Array<object>(9).fill({ kind, data: 'x'.repeat(1_000_000) }), /Send fewer/],
  ])('%s is refused', (_what, message, text) => {
    expect(() => encode('/s', message as never, now)).toThrow(MessageInvalidError);
    expect(() => encode('/s', message as never, now)).toThrow(text);
  });
});

describe('decode', () => {
  test('a charset in the content type is fine', () => {
    expect(read(event, 'application/cloudevents+json; charset=UTF-8')).toEqual({ events: [event] });
  });

  test.each([
    ['another content type', event, 'application/json', /content type/],
    ['no content type', event, null, /content type/],
    ['no JSON', '{', cloudEventContentType, /not JSON/],
    ['a list that should be one event', [event], cloudEventContentType, /JSON object/],
    ['one event that should be a batch', event, cloudEventBatchContentType, /JSON array/],
    ['an empty batch', [], cloudEventBatchContentType, /1 to 10000/],
    ['another specversion', { ...event, specversion: '0.3' }, cloudEventContentType, /specversion/],
    ['no id', { ...event, id: '' }, cloudEventContentType, /id must be/],
    ['a type that is no text', { ...event, type: 1 }, cloudEventContentType, /type must be/],
    ['a subject that is no text', { ...event, subject: 1 }, cloudEventContentType, /subject must be/],
    ['binary data', { ...event, data_base64: 'eA==' }, cloudEventContentType, /data_base64/],
    ['NUL', { ...event, data: '\0' }, cloudEventContentType, /NUL/],
    ['too deep', '['.repeat(101), cloudEventContentType, /deeper/],
    [
      'too large an event',
      { ...event, data: 'x'.repeat(wireLimits.eventDataBytes) },
      cloudEventContentType,
      /event 1 is/,
    ],
    ['too large', ' '.repeat(wireLimits.messageBytes + 1), cloudEventContentType, /larger/],
    ['one bad event in a batch', [event, { ...event, source: 1 }], cloudEventBatchContentType, /source/],
  ])('%s is a fault', (_what, value, contentType, fault) => {
    expect(read(value, contentType)).toMatchObject({ fault: expect.stringMatching(fault) });
  });

  test('bytes that are not UTF-8 are a fault', () => {
    expect(decode(Buffer.from([0x22, 0xff, 0x22]), cloudEventContentType)).toEqual({
      fault: 'not UTF-8',
      code: 'unreadable',
    });
  });
});
