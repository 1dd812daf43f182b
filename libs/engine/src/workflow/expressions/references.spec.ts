import { compileExpression } from './expression';

function references(source: string) {
  const compiled = compileExpression(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.expression.references;
}

test.each<[string, string[]]>([
  ['steps.a.output.hits', ['a']],
  ['$$.steps.`my-step`.output', ['my-step']],
  ['$.steps.a.state', ['a']],
  ['$count(steps.a.output) > 0 and steps.b.state = "completed"', ['a', 'b']],
  ['$map(steps.a.output, function($v){ $v + $$.steps.b.output })', ['a', 'b']],
  ['{"x": steps.a.output, "y": [steps.b.output]}', ['a', 'b']],
  ['(steps.a.output).x', ['a']],
  ['($s := steps.a; $s.output)', ['a']],
  ['input.list[id = $$.steps.a.output]', ['a']],
  ['steps.a.output^(>score){kind: $sum(n)}', ['a']],
  ['steps.a.output ~> |$|{"steps": 1}|', ['a']],
])('%s refers to %j', (source, steps) => {
  expect([...references(source).steps]).toEqual(steps);
  expect(references(source).faults).toEqual([]);
});

test('inside a path or filter `steps` is a field of the data', () => {
  expect([...references('input.plan[steps.count > 2].steps.first').steps]).toEqual([]);
});

test.each<[string, string[]]>([
  ['item.text', ['item']],
  ['[index]', ['index']],
  ['input.item', ['input']],
  ['count(input.list)', ['count', 'input']],
  ['$$.previous & $.run.id', ['previous', 'run']],
  ['steps.a.output', []],
])('%s asks for the names %j', (source, names) => {
  expect([...references(source).names].sort()).toEqual(names);
});

test.each([
  ['steps', /must be followed by the name/],
  ['steps.*.output', /must be followed by the name/],
  ['steps[0].output', /must be followed by the name/],
  ['$lookup(steps, "a")', /must be followed by the name/],
  ['steps.a.outptu', /has output and state, not outptu/],
  ['$random()', /\$random gives another result/],
  ['($r := $shuffle; $r(input.list))', /\$shuffle gives another result/],
  ['$eval("1")', /\$eval runs code/],
  ['$eval.x', /\$eval runs code/],
])('%s is refused', (source, fault) => {
  expect(references(source).faults).toEqual([expect.stringMatching(fault)]);
});
