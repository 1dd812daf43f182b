import { NotFoundError, ValidationError } from '@baton/contracts';
import { problemOf } from './problem-of';
import { TooManyRequestsError } from './request-errors';

test('an error of the mesh keeps its code, its status and its faults', () => {
  const faults = [{ path: 'tasks[3].priority', message: 'must be <= 9' }];
  const { problem, unexpected } = problemOf(new ValidationError(faults), '/api/tasks');
  expect(problem).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', title: 'Bad Request', errors: faults });
  expect(unexpected).toBe(false);
  expect(problemOf(new NotFoundError('TASK_NOT_FOUND', 'Task 1'), '/').problem.status).toBe(404);
});

test.each([
  [413, 'BODY_TOO_LARGE', 'larger than this route takes'],
  [415, 'MEDIA_TYPE_UNSUPPORTED', 'Send JSON'],
  [400, 'BODY_UNREADABLE', 'as the framework says'],
])('an error of the framework with status %d is %s', (statusCode, code, detail) => {
  const { problem } = problemOf(Object.assign(new Error('as the framework says'), { statusCode }), '/');
  expect(problem).toMatchObject({ status: statusCode, code });
  expect(problem.detail).toContain(detail);
});

test('what nobody expected shows no inside and is to be logged', () => {
  for (const thrown of [new TypeError('cannot read secret of undefined'), 'text', undefined, null, { status: 'odd' }]) {
    const { problem, unexpected } = problemOf(thrown, '/');
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(unexpected).toBe(true);
  }
});

test('whoever is sent away is told when to come back', () => {
  expect(problemOf(new TooManyRequestsError('slow down', 42), '/').retryAfterSeconds).toBe(42);
  expect(problemOf(Object.assign(new Error('busy'), { statusCode: 429 }), '/').retryAfterSeconds).toBeGreaterThan(0);
});
