import { NotFoundError } from '@baton/contracts';
import { toHandlerError } from './handler-error';

test('errors stay what they are', () => {
  const error = new NotFoundError('NOT_FOUND', 'X');
  expect(toHandlerError(error)).toBe(error);
});

test.each([
  ['a text', 'no luck', { message: 'no luck' }],
  ['an object of Nest', { status: 'error', message: 'Internal server error' }, { message: 'Internal server error' }],
  ['an object with a code of ours', { code: 'NO_HOST', message: 'none' }, { code: 'NO_HOST', recovery: 'retry' }],
  ['an object with another code', { code: 'ELSEWHERE', message: 'x' }, { message: 'x' }],
  ['anything else', undefined, { message: 'handler failed' }],
])('%s becomes an error', (_what, thrown, expected) => {
  const error = toHandlerError(thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject(expected);
});
