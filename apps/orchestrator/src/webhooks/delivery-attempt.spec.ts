import { type Answer, judge } from './delivery-attempt';

const now = new Date('2026-01-02T00:00:00Z');
const schedule = { delaysMs: [1000, 4000], giveUpAfterMs: 3_600_000 };
const delivery = { id: 'd', attempts: 0, createdAt: now };
const of = (answer: Answer, more: Partial<typeof delivery> = {}) =>
  judge({ ...delivery, ...more }, answer, { schedule, now, chance: 0.5 });

test.each([200, 201, 204, 299])('%i delivers', (status) => {
  const outcome = { id: 'd', state: 'delivered', inMs: 0, status, error: null };
  expect(of({ status })).toEqual({ outcome, result: 'delivered' });
});

test.each([199, 301, 400, 404, 429, 500, 503])('%i is tried again', (status) => {
  expect(of({ status })).toMatchObject({ outcome: { state: 'pending', inMs: 1000, status }, result: 'retried' });
});

test('so is what never got an answer, later each time', () => {
  const answer = { error: 'connect ECONNREFUSED' };
  expect(of(answer, { attempts: 1 })).toEqual({
    outcome: { id: 'd', state: 'pending', inMs: 4000, status: null, error: 'connect ECONNREFUSED' },
    result: 'retried',
  });
});

test('a redirect says what to do', () => {
  expect(of({ status: 302 }).outcome.error).toContain('register its new URL');
});

test('it is given up in the end, and at once by 410', () => {
  const createdAt = new Date(now.getTime() - schedule.giveUpAfterMs);
  expect(of({ status: 500 }, { createdAt })).toMatchObject({ outcome: { state: 'failed' }, result: 'failed' });
  expect(of({ status: 410 })).toMatchObject({ outcome: { state: 'failed', status: 410 }, result: 'gone' });
});
