import { type Stage, type TaskError } from '@baton/contracts';
import { type PatternChild, type PatternMove } from '../pattern';

/** An item that is lost in a stage: the error says where. */
export function failureOf({ index, error }: PatternChild, stages: readonly Stage[]): TaskError {
  const where = `${nameOf(index, stages)} of item ${Math.floor(index / stages.length)}`;
  if (error === null) return { code: 'STEP_CANCELED', message: `${where} was canceled.`, retryable: true };
  return { ...error, message: `${where}: ${error.message}` };
}

/** Its later stages are not wanted any more. */
export function stopAfter({ index }: PatternChild, stages: readonly Stage[]): NonNullable<PatternMove['stop']> {
  const item = Math.floor(index / stages.length);
  const left = (item + 1) * stages.length - 1 - index;
  const indexes = Array.from({ length: left }, (_unused, after) => index + 1 + after);
  return { indexes, reason: `Item ${item} failed in ${nameOf(index, stages)}.` };
}

function nameOf(index: number, stages: readonly Stage[]): string {
  const stage = index % stages.length;
  return stages[stage]?.id ?? `stage ${stage}`;
}
