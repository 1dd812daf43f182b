import { type DeadLetter, type RawDelivery, wireLimits } from '@baton/bus';
import { type NewDeadLetter } from '@baton/persistence';
import { chunksOf, mergeCopies, remnantOf, toStoredLetter } from './stored-letter';

const now = new Date('2026-06-01T00:00:00Z');
const letter: DeadLetter = {
  id: 'a0000000-0000-8000-a000-000000000000',
  reason: 'no',
  reasonCode: 'invalid',
  originQueue: 'q',
  exchange: 'x',
  key: 'k',
  headers: {},
  content: Buffer.from('{}'),
};
function stored(more: Partial<DeadLetter> = {}, redelivered = false): NewDeadLetter {
  return toStoredLetter({ ...letter, ...more }, { redelivered } as RawDelivery, 'id', now);
}

test('a letter delivered again is no further copy', () => {
  expect([stored().copies, stored({}, true).copies]).toEqual([1, 0]);
});

test('texts of strangers fit into the database and its indexes', () => {
  const long = 'x\0'.repeat(5000);
  const { type, source, messageId, reason, originQueue } = stored({
    type: long,
    source: long,
    messageId: long,
    reason: long,
    originQueue: long,
  });
  for (const text of [type, source, messageId, reason, originQueue]) {
    expect(text).not.toContain('\0');
    expect(text?.length).toBeLessThanOrEqual(2000);
  }
  expect([type, source, messageId, originQueue].map((text) => text?.length)).toEqual([500, 500, 500, 500]);
});

test.each([
  ['a time of the past', '2026-05-01T00:00:00Z', '2026-05-01T00:00:00.000Z'],
  ['a time to come', '2999-01-01T00:00:00Z', now.toISOString()],
  ['a time before there was any of this', '1815-12-10T00:00:00Z', now.toISOString()],
  ['a year of six digits', '+200000-01-01T00:00:00Z', now.toISOString()],
])('clocks of strangers: %s', (_what, at, kept) => {
  expect(stored({ at: new Date(at) }).at.toISOString()).toBe(kept);
});

test('numbers that are none are not stored', () => {
  const { deliveries, size } = stored({ deliveries: 1e300, truncatedFrom: -1 });
  expect([deliveries, size]).toEqual([null, letter.content.length]);
  expect(stored({ deliveries: 7, truncatedFrom: 9_000_000 })).toMatchObject({ deliveries: 7, size: 9_000_000 });
});

test('headers are JSON, whatever they hold; what lets somebody in is not kept', () => {
  const headers = {
    n: 1,
    big: 1n,
    bytes: Buffer.from([1]),
    list: [Buffer.from([2])],
    nul: '\0',
    Authorization: 'Bearer x',
  };
  expect(JSON.parse(stored({ headers }).headers)).toEqual({
    n: 1,
    big: '1',
    bytes: { '!': 'bytes', value: 'AQ==' },
    list: [{ '!': 'bytes', value: 'Ag==' }],
    nul: '\0',
    Authorization: '[removed]',
  });
});

test('of more than the wire takes the beginning is kept, and how much it was', () => {
  const { content, size } = stored({ content: Buffer.alloc(wireLimits.messageBytes + 1) });
  expect([content.length, size]).toEqual([64 * 1024, wireLimits.messageBytes + 1]);
});

test('what is alike is one row', () => {
  const [first, again] = [stored(), stored({}, true)];
  const other = stored({ id: 'b' });
  expect(mergeCopies([first, again, other, first])).toEqual([{ ...first, copies: 2 }, other]);
});

test('chunks hold as many letters as fit, in their order; a large one goes alone', () => {
  const sizes = [3, 3, 3, 12, 1, 9];
  const letters = sizes.map((size) => stored({ content: Buffer.alloc(size) }));
  const chunks = chunksOf(letters, 10).map((chunk) => chunk.map(({ content }) => content.length));
  expect(chunks).toEqual([[3, 3, 3], [12], [1, 9]]);
});

test('what is left of a letter says that there was more', () => {
  const remnant = remnantOf(stored({ type: 't' }), 'why\0');
  expect(remnant).toMatchObject({ fingerprint: letter.id, type: null, size: 2, content: Buffer.alloc(0) });
  expect(remnant.reason).toBe('no (its content could not be stored: why\ufffd)');
});
