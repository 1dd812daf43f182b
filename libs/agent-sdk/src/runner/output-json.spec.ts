import { TaskFailure } from '../capability/task-failure';
import { outputLimits, toOutputJson } from './output-json';

function failureOf(output: unknown): TaskFailure {
  try {
    toOutputJson(output);
  } catch (error) {
    if (error instanceof TaskFailure) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

test.each([
  [undefined, 'null'],
  [() => 1, 'null'],
  [Number.NaN, 'null'],
  [{ a: undefined, b: new Date(0) }, '{"b":"1970-01-01T00:00:00.000Z"}'],
  ['a backslash before zeros: \\u0000', '"a backslash before zeros: \\\\u0000"'],
])('%p is sent as %s', (output, json) => {
  expect(toOutputJson(output)).toBe(json);
});

test('what JSON or the database cannot hold is refused, for good and with the reason', () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const [output, reason] of [
    [circular, /circular/],
    [{ big: 1n }, /BigInt/],
    [{ text: 'a\0b' }, /NUL/],
    [nested(outputLimits.depth + 1), /nested deeper/],
  ] as const) {
    const failure = failureOf(output);
    expect([failure.code, failure.retryable]).toEqual(['OUTPUT_INVALID', false]);
    expect(failure.message).toMatch(reason);
  }
  expect(() => toOutputJson(nested(outputLimits.depth))).not.toThrow();
});

test('the limit of size counts bytes, not characters', () => {
  const quotes = 2;
  expect(toOutputJson('x'.repeat(outputLimits.bytes - quotes))).toHaveLength(outputLimits.bytes);
  expect(failureOf('x'.repeat(outputLimits.bytes - quotes + 1)).code).toBe('OUTPUT_TOO_LARGE');
  expect(failureOf('€'.repeat(outputLimits.bytes / 2)).code).toBe('OUTPUT_TOO_LARGE');
});
