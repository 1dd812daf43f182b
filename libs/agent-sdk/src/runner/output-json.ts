import { findJsonFlaw } from '@baton/bus';
import { TaskFailure } from '../capability/task-failure';

/** What an output may be at most. The depth leaves room for the envelope inside the wire's own limit. */
export const outputLimits = { bytes: 1024 * 1024, depth: 90 } as const;

/**
 * An output as the JSON text that is sent; undefined becomes null. Throws TaskFailure, not retryable: OUTPUT_TOO_LARGE,
 * or OUTPUT_INVALID for what JSON or the database cannot hold (cycles, BigInt, NUL characters, deep nesting).
 */
export function toOutputJson(output: unknown): string {
  const json = stringify(output);
  const units = json.length;
  if (units * 3 > outputLimits.bytes && Buffer.byteLength(json) > outputLimits.bytes) throw tooLarge();
  // Only a text with a backslash can hold an escaped NUL, only a long one can be deep.
  if (units > outputLimits.depth || json.includes('\\')) refuseFlaws(json);
  return json;
}

function stringify(output: unknown): string {
  try {
    return JSON.stringify(output) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError && /string length/i.test(error.message)) throw tooLarge();
    throw invalid(`cannot be written as JSON: ${(error as Error).message}`, error);
  }
}

function refuseFlaws(json: string): void {
  const flaw = findJsonFlaw(Buffer.from(json), outputLimits.depth);
  if (flaw === 'nul') throw invalid('contains a NUL character; remove it from the text');
  if (flaw === 'depth') throw invalid(`is nested deeper than ${outputLimits.depth}; make it flatter`);
}

function invalid(why: string, cause?: unknown): TaskFailure {
  return new TaskFailure('OUTPUT_INVALID', `The output ${why}`, { cause });
}

function tooLarge(): TaskFailure {
  const limit = `${outputLimits.bytes} bytes`;
  return new TaskFailure(
    'OUTPUT_TOO_LARGE',
    `The output is larger than ${limit}. Keep it elsewhere and return a reference.`,
  );
}
