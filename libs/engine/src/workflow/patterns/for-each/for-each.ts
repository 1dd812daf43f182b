import { type JsonValue, type NamelessStep, type TaskError } from '@baton/contracts';
import { type GrowingPattern, type OpenedPattern, type PatternChild, type PatternGiven } from '../pattern';
import { ForEachRun } from './for-each-run';

/** Elements of a list. */
const forEachLimit = 10_000;

/** One child per element of a list, `concurrency` at once. The output holds theirs in order; null where one failed. */
export const forEach: GrowingPattern = {
  name: 'forEach',
  params: ['forEach'],
  parts: (step) => [{ path: '', step: elementOf(step), variables: ['item', 'index'] }],
  expressions: () => [],
  open,
  outputOf,
};

/** What each element does: all but what is said of the whole. */
function elementOf(step: NamelessStep): NamelessStep {
  const { forEach: _list, concurrency: _atOnce, needs: _needs, when: _when, optional: _may, ...element } = step;
  return element;
}

function open(given: PatternGiven): OpenedPattern {
  const value = given.params['forEach'] ?? null;
  if (value === null) {
    return refused('The forEach gives nothing. Put it in [ ] where an empty list is meant, or correct the name.');
  }
  const items = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (items.length > forEachLimit) {
    return refused(`The forEach gives ${items.length} elements, over ${forEachLimit}. Give each element more to do.`);
  }
  return { ok: true, run: new ForEachRun(items, given) };
}

function refused(message: string): { ok: false; error: TaskError } {
  return { ok: false, error: { code: 'EXPRESSION_FAILED', message, retryable: false } };
}

function outputOf(children: readonly PatternChild[]): JsonValue {
  return children.map(({ state, output }) => (state === 'completed' ? output : null));
}
