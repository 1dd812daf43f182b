import { progressOf } from './progress-view';

const now = new Date('2026-01-01T00:00:10Z');
const counted = { percent: 10, total: 2, completed: 0, failed: 0, running: 1, waiting: 1 };
const none = { etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null, current: [] };
const progress = JSON.stringify({ ...counted, ...none });
const at = '2026-01-01T00:00:00Z';
const estimate = JSON.stringify({ at, etaSeconds: 12, etaLowSeconds: 8, etaHighSeconds: 20, current: [{ id: 'a' }] });

test('what is kept, with the estimate as it looks now', () => {
  expect(progressOf({ state: 'running', progress, estimate }, now)).toEqual({
    ...counted,
    ...{ etaSeconds: 2, etaLowSeconds: 0, etaHighSeconds: 10, current: [{ id: 'a' }] },
  });
});

test('without an estimate, or when it does not run, there is none; without counts there is nothing', () => {
  expect(progressOf({ state: 'running', progress, estimate: null }, now)).toEqual({ ...counted, ...none });
  expect(progressOf({ state: 'completed', progress, estimate }, now)).toEqual({ ...counted, ...none });
  expect(progressOf({ state: 'created', progress: null, estimate: null }, now)).toBeNull();
});
