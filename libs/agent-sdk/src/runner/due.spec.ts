import { type Due, whatIsDue } from './due';

type Times = Parameters<typeof whatIsDue>[0];
const rules = { lastingMs: 200, everyMs: 500 };
const running: Times = {
  stage: 'running',
  deadlineMs: 10_000,
  graceEndsAtMs: Number.POSITIVE_INFINITY,
  startedAtMs: 1000,
  news: 'none',
  toldAtMs: 0,
  aborted: undefined,
};

test.each<[string, Partial<Times>, number, Due]>([
  ['D1 in time it goes on', {}, 9_999, 'nothing'],
  ['D1 past its deadline it expires', {}, 10_000, 'expire'],
  ['D1 also while it waits for a slot', { stage: 'queued' }, 10_000, 'expire'],
  ['D1 not while its time does not run', { stage: 'queued', deadlineMs: Number.POSITIVE_INFINITY }, 9e9, 'nothing'],
  ['D2 aborted it has its grace time', { aborted: true, graceEndsAtMs: 15_000 }, 14_999, 'nothing'],
  ['D2 after that it is given up', { aborted: true, graceEndsAtMs: 15_000 }, 15_000, 'abandon'],
  ['D3 a short one says nothing', { news: 'phase' }, 1_199, 'nothing'],
  ['D3 a lasting one tells its phase', { news: 'phase' }, 1_200, 'tell'],
  ['D3 a new phase is told at once', { news: 'phase', toldAtMs: 1_990 }, 2_000, 'tell'],
  ['D3 progress waits its turn', { news: 'progress', toldAtMs: 1_600 }, 2_000, 'nothing'],
  ['D3 progress is told in its turn', { news: 'progress', toldAtMs: 1_500 }, 2_000, 'tell'],
  ['D3 without news there is nothing to tell', { toldAtMs: 0 }, 5_000, 'nothing'],
  ['D4 a reporting one needs nothing', { stage: 'reporting' }, 99_999, 'nothing'],
])('%s', (_rule, change, now, due) => {
  expect(whatIsDue({ ...running, ...change }, now, rules)).toBe(due);
});
