import { type AuditRow } from '@baton/persistence';
import { csvHeader, toCsvLine, toNdjsonLine } from './audit-entry';

const row: AuditRow = {
  subject: 'task',
  subjectId: '0198b0a0-0000-7000-8000-000000000001',
  seq: 2,
  from: 'queued',
  to: 'canceled',
  attempt: 0,
  agentId: null,
  actor: 'user:ada',
  reason: 'said "stop",\nplease',
  details: '{"a":1}',
  at: new Date('2026-01-02T03:04:05Z'),
  txid: '700',
};

test('a CSV line quotes what needs it and has as many cells as the header', () => {
  expect(toCsvLine(row)).toBe(
    '2026-01-02T03:04:05.000Z,task,0198b0a0-0000-7000-8000-000000000001,2,queued,canceled,0,,user:ada,"said ""stop"",\nplease","{""a"":1}"\r\n',
  );
  expect(csvHeader.split(',')).toHaveLength(11);
});

test('text that a spreadsheet would run is made text', () => {
  expect(toCsvLine({ ...row, reason: '=HYPERLINK("x")' })).toContain(`"'=HYPERLINK(""x"")"`);
});

test('an NDJSON line is the entry as the list shows it', () => {
  expect(JSON.parse(toNdjsonLine(row))).toMatchObject({
    to: 'canceled',
    details: { a: 1 },
    at: '2026-01-02T03:04:05.000Z',
  });
  expect(toNdjsonLine(row)).not.toContain('txid');
});
