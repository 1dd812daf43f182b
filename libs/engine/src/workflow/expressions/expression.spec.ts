import { type JsonValue } from '@baton/contracts';
import { compileExpression } from './expression';
import { type Evaluated, type ExpressionScope } from './scope';

const startedAt = new Date('2026-03-01T12:00:00Z');
const scope: ExpressionScope = {
  input: { topic: 'leases', limit: 2, nothing: null },
  steps: {
    search: {
      state: 'completed',
      output: { hits: [{ id: 'a', score: 3 }], none: [], deep: { list: [1] }, text: 'x'.repeat(40) },
    },
  },
  run: { id: 'run-1' },
  item: { text: 'hello' },
  index: 4,
};

function evaluate(source: string): Promise<Evaluated> {
  const compiled = compileExpression(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.expression.evaluate(scope, startedAt);
}

test.each<[string, string, JsonValue | undefined]>([
  ['a name is its value', 'input.topic', 'leases'],
  ['a list of one stays a list', 'steps.search.output.hits', [{ id: 'a', score: 3 }]],
  ['an empty list stays an empty list', 'steps.search.output.none', []],
  ['a path through a list is mapped by JSONata', 'steps.search.output.hits.id', 'a'],
  ['what is not there is nothing', 'input.missing.deeper', undefined],
  ['null stays null', 'input.nothing', null],
  ['the element and its index', '[item.text, index]', ['hello', 4]],
  ['the run', 'run.id', 'run-1'],
  ['true is a word, not a field', 'true', true],
  ['lists from JSONata are plain lists', '[1..3]', [1, 2, 3]],
  ['inherited names are nothing', 'input.constructor', undefined],
  ['nor by JSONata', '$lookup(input, "__proto__")', undefined],
  ['$now is the start of the run', '$now()', '2026-03-01T12:00:00.000Z'],
  ['$millis too', '$millis()', startedAt.getTime()],
  ['$distinct keeps the first of equals', '$distinct([{"a":1,"b":[2]},{"b":[2],"a":1},3,3])', [{ a: 1, b: [2] }, 3]],
  ['$distinct of one', '$distinct(5)', 5],
  ['$pad to the right', '$pad("ab", 4)', 'ab  '],
  ['$pad to the left with a filler', '$pad("ab", -5, "xy")', 'xyxab'],
  ['$pad with an empty filler', '$pad("a", 2, "")', 'a '],
  ['$pad of nothing', '$pad(input.missing, 4)', undefined],
  ['patterns search short texts', '$match("abc", /b/).match', 'b'],
  ['and long ones', '$contains(steps.search.output.text, /x+$/)', true],
  ['a lambda may be used inside', '($twice := function($n){$n * 2}; $twice(input.limit))', 4],
])('%s', async (_rule, source, value) => {
  expect(await evaluate(source)).toEqual({ ok: true, value });
});

test.each([
  ['E1 an endless tail recursion ends', '($f := function($n){$f($n + 1)}; $f(0))', /timeout/i],
  ['E1 a deep recursion ends', '($f := function($n){1 + $f($n + 1)}; $f(0))', /stack overflow/i],
  ['E1 a huge range ends', '[1..9000000]', /sequence length/i],
  ['E1 a list that is not a sequence is bounded', '$split($pad("", 100001), "")', /list of over/],
  [
    'E1 a pattern that backtracks for ever ends',
    '$match(steps.search.output.text & "!", /(x+)+$/)',
    /takes over 200 ms/,
  ],
  ['E1 padding is bounded', '$pad("", 100000000)', /over the limit/],
  ['E1 a text that doubles is bounded', '$reduce([1..60], function($a, $b){$a & $a}, "x")', /value of over/],
  [
    'E1 a shared list that doubles is bounded',
    '$reduce([1..60], function($a, $b){{"l": $a, "r": $a}}, 1)',
    /value of over/,
  ],
  ['a function is no value', 'function($x){$x}', /gives a function/],
  ['nor is the clock', '[$now]', /gives a function/],
  ['nor is a built-in', '[$sum]', /gives a function/],
  ['$now with a picture names the other way', '$now("[Y]")', /\$fromMillis/],
  ['an error of JSONata says where', 'input.topic + 1', /\(at character \d+\)/],
])('%s', async (_rule, source, fault) => {
  const result = await evaluate(source);
  expect(result).toEqual({ ok: false, fault: expect.stringMatching(fault) });
});

test.each([
  ['syntax', 'a +', /is not valid JSONata: .*character/],
  ['length', `"${'x'.repeat(20_000)}"`, /is longer than/],
])('%s is refused when compiled', (_rule, source, fault) => {
  expect(compileExpression(source)).toEqual({ ok: false, fault: expect.stringMatching(fault) });
});
