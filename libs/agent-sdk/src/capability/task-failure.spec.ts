import { TaskFailure, toTaskError } from './task-failure';

test('a failure that is meant keeps its code and is final unless it says otherwise', () => {
  expect(toTaskError(new TaskFailure('NO_SUCH_CITY', 'Nowhere'))).toEqual({
    code: 'NO_SUCH_CITY',
    message: 'Nowhere',
    retryable: false,
  });
  expect(toTaskError(new TaskFailure('BUSY', 'Later', { retryable: true })).retryable).toBe(true);
});

test('anything else may be tried again and keeps its stack', () => {
  const error = toTaskError(new RangeError('out of range'));
  expect(error).toMatchObject({ code: 'CAPABILITY_FAILED', message: 'out of range', retryable: true });
  expect(error.stack).toContain('task-failure.spec');
});

test.each([['a text'], [undefined], [null], [{ a: 1 }], [10n]])(
  '%p thrown is an error with a message too',
  (thrown) => {
    expect(toTaskError(thrown)).toMatchObject({
      code: 'CAPABILITY_FAILED',
      message: expect.stringContaining('no Error'),
    });
  },
);

test('texts are cut to what the wire takes, without NUL characters', () => {
  const error = toTaskError(new TaskFailure('x'.repeat(500), `\0${'m'.repeat(30_000)}`));
  expect([error.code.length, error.message.length]).toEqual([100, 19_999]);
});
