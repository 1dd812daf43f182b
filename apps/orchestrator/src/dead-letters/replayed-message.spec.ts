import { type FullDeadLetterRow } from '@baton/persistence';
import { replayedMessage } from './replayed-message';

const structured = 'application/cloudevents+json';
const event = { specversion: '1.0', id: 'e1', source: '/s', type: 'com.example.t', custom: 'kept', data: { n: 1 } };

function row(content: unknown, more: Partial<FullDeadLetterRow> = {}): FullDeadLetterRow {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const fixed = {
    id: 'l1',
    messageId: 'e1',
    type: 'com.example.t',
    contentType: structured,
    headers: '{}',
    replays: 0,
  };
  return { ...fixed, content: bytes, size: bytes.length, ...more } as FullDeadLetterRow;
}
const sent = (letter: FullDeadLetterRow): unknown => JSON.parse(replayedMessage(letter, 'm').content.toString());

test('an event goes under an id that nobody has seen, the same until the replay is recorded', () => {
  expect(sent(row(event))).toEqual({ ...event, id: 'e1.replay-1' });
  expect(sent(row(event))).toEqual({ ...event, id: 'e1.replay-1' });
  expect(sent(row(event, { replays: 1 }))).toEqual({ ...event, id: 'e1.replay-2' });
});

test('so do the events of a batch; a structured one may come as text with spaces before it', () => {
  const batch = row([event, { ...event, id: 'e2' }, 7], {
    contentType: 'Application/CloudEvents-Batch+JSON; charset=utf-8',
  });
  expect(sent(batch)).toEqual([{ ...event, id: 'e1.replay-1' }, { ...event, id: 'e2.replay-1' }, 7]);
  const spaced = Buffer.from(`${' '.repeat(100)}${JSON.stringify(event)}`);
  expect(sent(row(spaced))).toMatchObject({ id: 'e1.replay-1' });
});

test('what is no CloudEvent goes as it came', () => {
  const bytes = Buffer.from([0, 255]);
  expect(replayedMessage(row(bytes, { contentType: null, type: null }), 'm')).toEqual({
    content: bytes,
    messageId: 'm',
    headers: { 'baton-replay-of': 'e1', 'baton-replay-letter': 'l1' },
  });
  expect(sent(row(event, { contentType: 'application/json' }))).toEqual(event);
});

test('headers stay, without those of the wire; bytes are bytes again', () => {
  const headers = JSON.stringify({
    tier: 'gold',
    bytes: { '!': 'bytes', value: 'AQ==' },
    nested: { list: [{ '!': 'timestamp', value: 1 }] },
    'baton-receipt': 'wanted',
    CC: ['x'],
    bcc: ['y'],
  });
  expect(replayedMessage(row(event, { headers, messageId: null }), 'm').headers).toEqual({
    tier: 'gold',
    bytes: Buffer.from([1]),
    nested: { list: [{ '!': 'timestamp', value: 1 }] },
    'baton-replay-letter': 'l1',
  });
});

test.each<[string, FullDeadLetterRow]>([
  ['of which a part is missing', row(event, { size: 9_999 })],
  ['of Baton by its property', row(Buffer.from('?'), { type: 'io.baton.task.finished.v1' })],
  ['of Baton by its content', row({ ...event, type: 'io.baton.agent.register.v1' })],
  ['of Baton within a batch', row([event, { ...event, type: 'IO.baton.x' }], { contentType: 'text/plain' })],
])('refused: a message %s', (_what, letter) => {
  expect(() => replayedMessage(letter, 'm')).toThrow(expect.objectContaining({ code: 'STATE_CONFLICT' }));
});
