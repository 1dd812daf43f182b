import { type CloudEvent, ValidationError } from '@baton/contracts';
import { compileFilter } from './compile-filter';
import { filterLimits, type MessageFilter } from './message-filter';

const event: CloudEvent<unknown> = {
  specversion: '1.0',
  id: 'e-1',
  source: '/services/shop',
  type: 'shop.order.placed.v2',
  subject: 'orders/17',
  data: { total: 120, items: [{ sku: 'a' }, { sku: 'b' }] },
  ...{ priority: 5, urgent: true },
};
const headers = { tenant: 'acme', retries: 2, urgent: false, deep: { a: 1 } };

const truths: readonly [string, MessageFilter, boolean][] = [
  ['an equal attribute', { exact: { type: 'shop.order.placed.v2' } }, true],
  ['another one', { exact: { type: 'shop.order.placed' } }, false],
  ['all attributes must be equal', { exact: { type: 'shop.order.placed.v2', subject: 'orders/18' } }, false],
  ['an attribute that is not there', { exact: { time: 'x' } }, false],
  ['an inherited name is no attribute', { prefix: { constructor: 'f' } }, false],
  ['a number compares as written', { exact: { priority: '5' } }, true],
  ['a boolean too', { exact: { urgent: 'true' } }, true],
  ['a prefix', { prefix: { source: '/services/' } }, true],
  ['no prefix', { prefix: { source: 'services/' } }, false],
  ['a suffix', { suffix: { type: '.v2' } }, true],
  ['no suffix', { suffix: { type: '.v1' } }, false],
  ['headers', { headers: { tenant: 'acme', retries: '2', urgent: 'false' } }, true],
  ['one header differs', { headers: { tenant: 'acme', retries: '3' } }, false],
  ['a header that is a table is never equal', { headers: { deep: '[object Object]' } }, false],
  ['all', { all: [{ prefix: { type: 'shop.' } }, { suffix: { type: '.v2' } }] }, true],
  ['not all', { all: [{ prefix: { type: 'shop.' } }, { suffix: { type: '.v1' } }] }, false],
  ['any', { any: [{ prefix: { type: 'bank.' } }, { suffix: { type: '.v2' } }] }, true],
  ['not any', { any: [{ prefix: { type: 'bank.' } }, { suffix: { type: '.v1' } }] }, false],
  ['not', { not: { exact: { id: 'e-2' } } }, true],
];

test.each(truths)('%s: told at once', (_what, filter, passes) => {
  expect(compileFilter(filter)(event, headers)).toBe(passes);
});

test.each<[string, string, boolean]>([
  ['data', 'data.total > 100', true],
  ['data of lists', '$exists(data.items[sku = "b"])', true],
  ['what is not there is no', 'data.missing > 3', false],
  ['attributes', 'type = "shop.order.placed.v2" and priority = 5', true],
  ['headers', 'headers.tenant = "other"', false],
  ['a pattern', '$contains(source, /^\\/services\\/[a-z]+$/)', true],
])('an expression over %s', async (_what, jsonata, passes) => {
  expect(await compileFilter({ jsonata })(event, headers)).toBe(passes);
});

test('an expression leaves the message as it is, and each evaluation starts afresh', async () => {
  const before = structuredClone(event);
  const passes = compileFilter({ jsonata: '($n := $exists($n) ? 2 : 1; $n = 1 and $count(data.items) = 2)' });
  expect(await Promise.all([passes(event, headers), passes(event, headers)])).toEqual([true, true]);
  expect(event).toEqual(before);
});

const fails = { jsonata: 'data.total + "x" = 1' };
test.each<[string, MessageFilter, boolean]>([
  ['all', { all: [fails, { exact: { id: 'other' } }] }, false],
  ['any', { any: [fails, { exact: { id: 'e-1' } }] }, true],
])('%s asks an expression only when the rest does not decide', (_what, filter, passes) => {
  expect(compileFilter(filter)(event, headers)).toBe(passes);
});

test('expressions combine', async () => {
  const yes = { jsonata: 'data.total = 120' };
  const no = { jsonata: 'data.total = 121' };
  const asked = (filter: MessageFilter): boolean | Promise<boolean> => compileFilter(filter)(event, headers);
  expect(await asked({ all: [yes, { not: no }] })).toBe(true);
  expect(await asked({ all: [yes, no] })).toBe(false);
  expect(await asked({ any: [no, { not: yes }] })).toBe(false);
  expect(await asked({ any: [no, yes] })).toBe(true);
});

const bad: readonly [string, unknown, string, RegExp][] = [
  ['no object', 'type = x', 'filter', /must be an object/],
  ['nothing', {}, 'filter', /exactly one of exact, prefix/],
  ['two dialects at once', { exact: { id: 'x' }, prefix: { id: 'y' } }, 'filter', /exactly one of/],
  ['an unknown dialect', { sql: 'x' }, 'filter', /exactly one of/],
  ['an inherited name', { constructor: {} }, 'filter', /exactly one of/],
  ['an unknown one inside', { all: [{ not: { like: {} } }] }, 'filter.all[0].not', /exactly one of/],
  ['no attribute', { exact: {} }, 'filter.exact', /at least one text/],
  ['a list of attributes', { exact: ['id'] }, 'filter.exact', /at least one text/],
  ['data as attribute', { exact: { data: 'x' } }, 'filter.exact.data', /use jsonata/],
  ['an attribute in capitals', { prefix: { Type: 'x' } }, 'filter.prefix.Type', /no CloudEvents attribute/],
  ['a number to compare with', { exact: { id: 7 } }, 'filter.exact.id', /must be a text/],
  ['an empty text', { suffix: { id: '' } }, 'filter.suffix.id', /not empty/],
  ['a long text', { suffix: { id: 'x'.repeat(1001) } }, 'filter.suffix.id', /longer than 1000/],
  ['a header without a name', { headers: { '': 'x' } }, 'filter.headers.', /name of a header/],
  ['all of nothing', { all: [] }, 'filter.all', /not empty/],
  ['any of no list', { any: { exact: { id: 'x' } } }, 'filter.any', /a list of filters/],
  ['an empty expression', { jsonata: '' }, 'filter.jsonata', /not empty/],
  ['a long expression', { jsonata: 'a'.repeat(4001) }, 'filter.jsonata', /longer than 4000/],
  ['a broken expression', { any: [{ jsonata: 'a +' }] }, 'filter.any[0].jsonata', /not valid JSONata: .*character 3/],
  ['chance', { jsonata: '$random() > 0.5' }, 'filter.jsonata', /\$random.*chance/],
  ['code made at run time', { jsonata: '($f := $eval; true)' }, 'filter.jsonata', /\$eval/],
  ['what takes long', { jsonata: '$count($distinct(data.items)) = 2' }, 'filter.jsonata', /\$distinct.*can take long/],
  ['too deep', nest(filterLimits.depth), `filter${'.not'.repeat(filterLimits.depth)}`, /deeper than 8/],
  ['too many parts', { any: Array(101).fill({ exact: { id: 'x' } }) }, 'filter', /more than 100 parts/],
  ['too many comparisons', { exact: manyAttributes(101) }, 'filter', /more than 100 parts/],
  ['too many expressions', { any: Array(5).fill({ jsonata: 'true' }) }, 'filter', /more than 4 jsonata/],
];
test.each(bad)('%s is refused where it is declared', (_what, filter, path, message) => {
  const compile = (): unknown => compileFilter(filter as MessageFilter);
  expect(compile).toThrow(ValidationError);
  expect(compile).toThrow(expect.objectContaining({ faults: [{ path, message: expect.stringMatching(message) }] }));
});

test('all faults are told at once', () => {
  const filter = { all: [{ exact: { Id: 'x' } }, { jsonata: '' }, { not: 5 }] } as unknown as MessageFilter;
  expect(() => compileFilter(filter)).toThrow(/3 field\(s\).*exact\.Id.*all\[1\]\.jsonata.*all\[2\]\.not/);
});

function nest(levels: number): MessageFilter {
  return levels === 0 ? { exact: { id: 'x' } } : { not: nest(levels - 1) };
}

function manyAttributes(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, 'x']));
}
