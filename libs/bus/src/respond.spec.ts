import { NotFoundError, ValidationError } from '@baton/contracts';
import { RequestFailedError } from './errors';
import { problemOf } from './respond';

test('our errors keep code, status and text', () => {
  expect(problemOf(new NotFoundError('TASK_NOT_FOUND', 'Task 1'))).toEqual({
    type: 'urn:baton:error:TASK_NOT_FOUND',
    title: 'Task not found',
    status: 404,
    detail: 'Task 1 does not exist. Check the id, or list what there is.',
    code: 'TASK_NOT_FOUND',
  });
});

test('a validation error names its fields', () => {
  const faults = [{ path: 'a', message: 'is required' }];
  expect(problemOf(new ValidationError(faults))).toMatchObject({ status: 400, errors: faults });
});

test('an error that is not ours keeps its text to itself', () => {
  const problem = problemOf(new Error('password=hunter2'));
  expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('a problem that came from elsewhere is handed on, and says whether to try again', () => {
  const problem = { type: 't', title: 't', status: 503, detail: 'later', code: 'NO_HOST' };
  const error = new RequestFailedError(problem);
  expect(problemOf(error)).toBe(problem);
  expect(error).toMatchObject({ code: 'NO_HOST', recovery: 'retry' });
  expect(new RequestFailedError({ ...problem, status: 409, code: 'OWN' })).toMatchObject({
    code: 'INTERNAL',
    recovery: 'conflict',
  });
  expect(new RequestFailedError({ ...problem, status: 404 }).recovery).toBe('reject');
});
