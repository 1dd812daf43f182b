import { type FullDeadLetterRow } from '@baton/persistence';
import { toView } from './dead-letter-view';

function row(content: Buffer, more: Partial<FullDeadLetterRow> = {}): FullDeadLetterRow {
  const at = new Date('2026-01-01T00:00:00Z');
  return {
    at,
    storedAt: at,
    replayedAt: null,
    headers: '{}',
    size: content.length,
    content,
    ...more,
  } as FullDeadLetterRow;
}
const shown = (content: Buffer): unknown[] => {
  const { content: json, contentBase64 } = toView(row(content), []);
  return [json, contentBase64];
};

test('content is shown as JSON when it is JSON, else as bytes', () => {
  expect(shown(Buffer.from('{"a":[1]}'))).toEqual([{ a: [1] }, null]);
  expect(shown(Buffer.from('null'))).toEqual([null, null]);
  const deep = Buffer.from('['.repeat(5000) + ']'.repeat(5000));
  for (const bytes of [
    Buffer.from('{'),
    Buffer.from([0, 255]),
    Buffer.from('"\xff"', 'latin1'),
    deep,
    Buffer.alloc(0),
  ]) {
    expect(shown(bytes)).toEqual([null, bytes.toString('base64')]);
  }
});

test('what is not whole says so; a letter without a queue has no origin', () => {
  expect(toView(row(Buffer.from('x'), { size: 9 }), [])).toMatchObject({ truncated: true });
  expect(toView(row(Buffer.from('x'), { originQueue: '' }), [])).toMatchObject({ truncated: false, origin: null });
});
