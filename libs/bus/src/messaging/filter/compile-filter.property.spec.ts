import * as fc from 'fast-check';
import { type CloudEvent } from '@baton/contracts';
import { createValidator } from '../../validation';
import { checkFilter } from './check-filter';
import { compileFilter } from './compile-filter';
import { filterLimits, messageFilterSchema, type MessageFilter } from './message-filter';

const names = ['id', 'source', 'type', 'subject', 'tenant'] as const;
const texts = fc.constantFrom('a', 'ab', 'b', 'ba');
const some = fc.dictionary(fc.constantFrom(...names), texts, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
const leaf = fc.oneof(
  fc.record({ exact: some }),
  fc.record({ prefix: some }),
  fc.record({ suffix: some }),
  fc.record({ headers: some }),
);
const { filter: filters } = fc.letrec<{ filter: MessageFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.record({ all: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
const events = fc.record({ id: texts, source: texts, type: texts, subject: texts, tenant: texts });
const messages = events.map((given): CloudEvent<unknown> => ({ specversion: '1.0', data: {}, ...given }));

/** What a filter means, as plainly as it can be said. */
function means(filter: MessageFilter, event: CloudEvent<unknown>, headers: Record<string, unknown>): boolean {
  if ('all' in filter) return filter.all.every((part) => means(part, event, headers));
  if ('any' in filter) return filter.any.some((part) => means(part, event, headers));
  if ('not' in filter) return !means(filter.not, event, headers);
  if ('jsonata' in filter) throw new Error('not made here');
  const [[dialect, wanted]] = Object.entries(filter) as [[string, Record<string, string>]];
  const given = (dialect === 'headers' ? headers : event) as Record<string, string>;
  return Object.entries(wanted).every(([name, text]) => {
    if (dialect === 'prefix') return given[name]?.startsWith(text) === true;
    return dialect === 'suffix' ? given[name]?.endsWith(text) === true : given[name] === text;
  });
}

function small(filter: MessageFilter): boolean {
  return checkFilter(filter).length === 0;
}

test('a compiled filter says what the filter means', () => {
  fc.assert(
    fc.property(filters.filter(small), messages, events, (filter, event, headers) => {
      expect(compileFilter(filter)(event, headers)).toBe(means(filter, event, headers));
    }),
  );
});

test('not turns every answer around', () => {
  const shallow = filters.filter((filter) => small({ not: filter }));
  fc.assert(
    fc.property(shallow, messages, events, (filter, event, headers) => {
      expect(compileFilter({ not: filter })(event, headers)).toBe(!compileFilter(filter)(event, headers));
    }),
  );
});

test('an expression that says the same as comparisons gives the same', async () => {
  await fc.assert(
    fc.asyncProperty(texts, messages, async (text, event) => {
      const expression = compileFilter({ any: [{ jsonata: `id = "${text}"` }, { exact: { source: text } }] });
      const plain = compileFilter({ any: [{ exact: { id: text } }, { exact: { source: text } }] });
      expect(await expression(event, {})).toBe(plain(event, {}));
    }),
    { numRuns: 50 },
  );
});

test('whatever is given is compiled or refused with faults, and the schema takes what is compiled', () => {
  const fits = createValidator(messageFilterSchema);
  const keys = fc.constantFrom(...names, 'all', 'any', 'not', 'exact', 'headers', 'jsonata', '__proto__', 'data');
  const anything = fc.oneof(filters, fc.object({ key: keys, maxDepth: 4 }), fc.anything());
  fc.assert(
    fc.property(anything, (value) => {
      const faults = checkFilter(value);
      expect(faults.length).toBeLessThanOrEqual(20);
      if (faults.length === 0) expect(fits(value)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the schema refuses what is refused for its shape', () => {
  const fits = createValidator(messageFilterSchema);
  const wrong = [
    {},
    5,
    { sql: 'x' },
    { all: [] },
    { exact: { Id: 'x' } },
    { exact: { data: 'x' } },
    { not: { any: 1 } },
  ];
  for (const filter of wrong) expect([filter, fits(filter).length > 0]).toEqual([filter, true]);
  expect(fits({ not: { all: [{ jsonata: 'true' }] } })).toEqual([]);
  expect(fits({ jsonata: 'x'.repeat(filterLimits.expressionLength + 1) })).toHaveLength(1);
});
