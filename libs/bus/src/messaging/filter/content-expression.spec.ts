import { type CloudEvent } from '@baton/contracts';
import { MessageInvalidError } from '../../errors';
import { compileContentExpression } from './content-expression';

function ask(source: string, data: unknown): Promise<boolean> {
  const compiled = compileContentExpression(source);
  if ('fault' in compiled) throw new Error(compiled.fault);
  const event: CloudEvent<unknown> = { specversion: '1.0', id: 'e-1', source: '/s', type: 't', data };
  return compiled.test(event, {});
}

test.each<[string, string, unknown, RegExp]>([
  ['a type error', 'data.n > "x"', { n: 1 }, /must be of the same data type|message e-1/],
  ['a number', 'data.n', { n: 1 }, /gives a value of type number.*\$exists or \$boolean/],
  ['null', 'data.n', { n: null }, /gives null/],
  ['a list', 'data.n', { n: [1, 2] }, /gives a list/],
  ['a function', '$sum', {}, /must give true or false/],
  ['an endless recursion', '($f := function($n){$f($n + 1)}; $f(0))', {}, /timeout/i],
  ['a deep recursion', '($f := function($n){1 + $f($n + 1)}; $f(0) > 1)', {}, /stack overflow/i],
  ['a huge range', '$count([1..9000000]) > 1', {}, /sequence length/i],
  ['a text that doubles', '$reduce([1..60], function($a, $b){$a & $a}, "x") = ""', {}, /makes a text of over/],
  ['a list that is no sequence', '$count($split(data.t, "")) > 1', { t: 'x'.repeat(100_001) }, /makes a list of over/],
  [
    'a pattern that backtracks for ever',
    '$contains(data.t, /(x+)+$/)',
    { t: `${'x'.repeat(40)}!` },
    /takes over 100 ms/,
  ],
  ['quadratic work', '$count(data.l[$ in $$.data.l]) = 0', { l: numbers(100_000) }, /timeout/i],
])('%s refuses the message, with the reason', async (_what, source, data, reason) => {
  const refusal = ask(source, data);
  await expect(refusal).rejects.toBeInstanceOf(MessageInvalidError);
  await expect(refusal).rejects.toThrow(reason);
});

test('a failure ends its own evaluation only', async () => {
  const outcomes = await Promise.allSettled([ask('data.n > "x"', { n: 1 }), ask('data.n = 1', { n: 1 })]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'fulfilled']);
});

test('many at once do not use up the time of each other', async () => {
  const busy = '$sum($map([1..500], function($n){$n * 2})) > 0';
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(busy, {})));
  expect(answers).toEqual(Array(200).fill(true));
});

test('a long expression is quoted in part', async () => {
  await expect(ask(`data.n + "${'x'.repeat(300)}"`, { n: 1 })).rejects.toThrow(/The filter data\.n \+ "x{90}…/);
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
