import { type JsonValue } from '@baton/contracts';
import { type ExpressionScope } from './scope';
import { compileCondition, compileTemplate } from './template';

const scope: ExpressionScope = {
  input: { topic: 'leases', n: 2, list: ['a'], object: { a: { b: 1 } } },
  steps: {},
  run: { id: 'r' },
};
const startedAt = new Date(0);

test.each<[string, JsonValue, JsonValue | undefined]>([
  ['constants pass', { a: [1, null, 'x'] }, { a: [1, null, 'x'] }],
  ['one expression keeps its type', '${{ input.list }}', ['a']],
  ['a number stays a number', { q: ['${{ input.n }}', 7] }, { q: [2, 7] }],
  [
    'inside text it is text',
    'about ${{ input.topic }}, ${{ input.n }} of ${{ input.object }}',
    'about leases, 2 of {"a":{"b":1}}',
  ],
  ['nothing is empty inside text', '[${{ input.missing }}]', '[]'],
  ['nothing as a value is nothing', '${{ input.missing }}', undefined],
  [
    'nothing as a field or element is null',
    { q: '${{ input.missing }}', l: ['${{ input.missing }}'] },
    { q: null, l: [null] },
  ],
  ['the expression may hold }}', '${{ {"a":{"b":input.n}} }}!', '{"a":{"b":2}}!'],
  ['text after it may hold }}', '${{ input.n }} }}', '2 }}'],
  ['a constant beside an expression', { q: '${{ input.n }}', fixed: { x: 1 } }, { q: 2, fixed: { x: 1 } }],
])('%s', async (_rule, template, value) => {
  const compiled = compileTemplate(template);
  expect(compiled.faults).toEqual([]);
  expect(await compiled.template.fill(scope, startedAt)).toEqual({ ok: true, value });
});

test('conditions may leave the braces out', async () => {
  for (const text of ['input.n > 1', '${{ input.n > 1 }}']) {
    expect(await compileCondition(text).template.fill(scope, startedAt)).toEqual({ ok: true, value: true });
  }
});

test('every fault comes with its path', () => {
  const { faults } = compileTemplate({
    q: { deep: ['ok', '${{ a + }}'] },
    open: '${{ x',
    two: '${{ + }} and ${{ ) }}',
  });
  expect(faults.map(({ path }) => path)).toEqual(['.q.deep[1]', '.open', '.two', '.two']);
  expect(faults[1]?.message).toMatch(/close it with }}/);
});

test.each<[string, JsonValue]>([
  ['alone', '${{ $error("no") }}'],
  ['in text', 'x ${{ $error("no") }}'],
  ['in a field', { a: '${{ $error("no") }}' }],
  ['in a list', ['${{ $error("no") }}']],
])('a failing expression %s fails the whole', async (_where, template) => {
  const result = await compileTemplate(template).template.fill(scope, startedAt);
  expect(result).toEqual({ ok: false, fault: expect.stringContaining('no') });
});

test('references are listed with their path', () => {
  const { template } = compileTemplate({ a: ['${{ steps.x.output }}'] });
  expect(template.expressions.map(({ path, references }) => [path, ...references.steps])).toEqual([['.a[0]', 'x']]);
});
