import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { statement } from '../sql';
import { checkInvariants } from './check-invariants';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'invariants', connections: 1 });
});
afterAll(async () => {
  await database.close();
  await place.close();
});

const id = '01890000-0000-7000-8000-000000000001';
const agent = '01890000-0000-7000-8000-00000000000a';
let names = 0;
const run = (text: string) => database.run(statement(`spec-${names++}`, text));
const broken = async () =>
  (await checkInvariants(database)).violations.map(({ invariant, rule }) => `${invariant} ${rule}`);

const task = (state: string, seq: number, more = '') =>
  run(`insert into tasks (id, capability, priority, rank, state, seq, input, timeout_ms, max_retries, created_by, finished_at, agent_id, token, attempt_deadline)
       values ('${id}', 'x.y', 5, 0, '${state}', ${seq}, '1', 1000, 3, 'user:x', ${more || 'null, null, null, null'})`);
const audit = (seq: number, from: string | null, to: string, attempt = 0) =>
  run(`insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor)
       values ('task', '${id}', ${seq}, ${from ? `'${from}'` : 'null'}, '${to}', ${attempt}, 'orchestrator')`);

/** The audit cannot be emptied (that is its point), so every case has a database state of its own inside a transaction. */
const cases: [string, () => Promise<unknown>, string][] = [
  [
    'a final task without an end',
    () => Promise.all([task('completed', 1), audit(1, null, 'queued')]),
    'I1 a task has an end',
  ],
  [
    'a missing entry',
    () => Promise.all([task('queued', 2), audit(1, null, 'queued')]),
    'I2 the audit of a task has no gap',
  ],
  [
    'an illegal transition',
    () => Promise.all([task('queued', 2), audit(1, null, 'queued'), audit(2, 'queued', 'running')]),
    'I2 only legal transitions',
  ],
  [
    'an attempt that ended twice',
    () =>
      Promise.all([
        audit(1, null, 'queued'),
        audit(2, 'queued', 'assigned', 1),
        audit(3, 'assigned', 'queued', 1),
        audit(4, 'assigned', 'completed', 1),
      ]),
    'I3 no attempt ends more than once',
  ],
  ['a holder that cannot be found', () => task('running', 1), 'I4 whoever holds a task'],
  [
    'an overdue attempt',
    () => task('assigned', 1, `null, '${agent}', '${agent}', now() - interval '1 hour'`),
    'I4 no attempt is overdue',
  ],
];

test('a database in which nothing happened breaks nothing', async () => {
  expect(await checkInvariants(database)).toMatchObject({ violations: [] });
});

test.each(cases)('finds %s', async (_, arrange, expected) => {
  const before = await broken();
  expect(before).toEqual([]);
  await run('begin');
  try {
    await arrange();
    expect((await broken()).some((rule) => rule.startsWith(expected))).toBe(true);
  } finally {
    await run('rollback');
  }
});
