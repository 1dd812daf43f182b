import { type JsonValue } from '@baton/contracts';
import jsonata from 'jsonata';
import { BoundedRegExp } from './bounded-regexp';
import { follow, plainPath } from './plain-path';
import { findReferences, type References, type SyntaxNode } from './references';
import { distinct, pad, refusedFunctions } from './safe-functions';
import { type Evaluated, expressionLimits, type ExpressionScope } from './scope';
import { isProcedure, SizeGauge } from './size-gauge';

/** A JSONata expression, checked and ready; evaluation is bounded (E1) and depends on the scope only (E2). */
export interface Expression {
  readonly source: string;
  readonly references: References;
  /** `startedAt` is what `$now()` tells: the start of the run, so that a replay gives the same. */
  evaluate(scope: ExpressionScope, startedAt: Date): Promise<Evaluated>;
}

export type CompiledExpression =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly fault: string };

export function compileExpression(source: string): CompiledExpression {
  if (source.length > expressionLimits.sourceLength) {
    return { ok: false, fault: `is longer than ${expressionLimits.sourceLength} characters; let an agent do the work` };
  }
  try {
    const tree = parse(source).ast() as SyntaxNode;
    const references = findReferences(tree, refusedFunctions);
    return { ok: true, expression: { source, references, evaluate: evaluator(source) } };
  } catch (error) {
    return { ok: false, fault: `is not valid JSONata: ${explain(error)}` };
  }
}

function evaluator(source: string): Expression['evaluate'] {
  const names = plainPath(source);
  return async (scope, startedAt) => {
    const direct = names && follow(scope, names);
    if (direct && !direct.mapped) return { ok: true, value: direct.value };
    try {
      const result: unknown = await prepare(source).evaluate(scope, clock(startedAt));
      return { ok: true, value: plain(result) };
    } catch (error) {
      return { ok: false, fault: explain(error) };
    }
  };
}

function parse(source: string): jsonata.Expression {
  const { timeMs, depth, items } = expressionLimits;
  return jsonata(source, {
    timeout: timeMs,
    stack: depth,
    sequence: items,
    RegexEngine: BoundedRegExp as unknown as RegExpConstructor,
  });
}

/** Fresh for each evaluation: JSONata keeps the gauge in the expression, and the gauge must not outlive its values. */
function prepare(source: string): jsonata.Expression {
  const parsed = parse(source);
  parsed.registerFunction('pad', pad, '<s-ns?:s>');
  parsed.registerFunction('distinct', distinct, '<x:x>');
  parsed.assign(Symbol.for('jsonata.__evaluate_exit') as unknown as string, gauge());
  return parsed;
}

function clock(startedAt: Date): Record<string, unknown> {
  const now = (picture?: string): string => {
    if (picture === undefined) return startedAt.toISOString();
    throw new Error('$now takes no picture here; write $fromMillis($millis(), picture)');
  };
  return { millis: () => startedAt.getTime(), now };
}

/** JSONata's hook after each node of the tree: the only place where what it makes on the way can be measured. */
function gauge(): (...parts: unknown[]) => void {
  const sizes = new SizeGauge();
  const { items, resultSize } = expressionLimits;
  return (_tree, _input, _frame, result) => {
    if (Array.isArray(result) && result.length > items) throw new Error(`makes a list of over ${items} elements`);
    if (sizes.measure(result) > resultSize) throw new Error(`makes a value of over ${resultSize} characters`);
  };
}

/** JSON and nothing else: lists lose JSONata's marks, functions are refused. */
function plain(result: unknown): JsonValue | undefined {
  if (result === undefined) return undefined;
  return JSON.parse(JSON.stringify(result, refuseProcedures)) as JsonValue;
}

function refuseProcedures(_key: string, value: unknown): unknown {
  if (isProcedure(value)) throw new Error('gives a function; call it');
  return value;
}

function explain(error: unknown): string {
  const { message, position } = error as { message: string; position?: number };
  return `${message}${position === undefined ? '' : ` (at character ${position})`}`;
}
