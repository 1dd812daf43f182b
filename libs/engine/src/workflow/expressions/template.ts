import { type JsonValue } from '@baton/contracts';
import { compileExpression, type Expression } from './expression';
import { type References } from './references';
import { type Evaluated, type ExpressionScope } from './scope';

/** A JSON value with `${{ … }}` in it, compiled. */
export interface Template {
  readonly expressions: readonly PlacedReferences[];
  /** A value that is one expression keeps its type (nothing becomes null); inside text it is turned into text. */
  fill(scope: ExpressionScope, startedAt: Date): Promise<Evaluated>;
}

/** What the expression at `path` (below the template) refers to. */
interface PlacedReferences {
  readonly path: string;
  readonly references: References;
}

export interface TemplateFault {
  /** Below the template: `.input.q`, `[3]`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

type Fill = Template['fill'];
interface Draft {
  readonly expressions: PlacedReferences[];
  readonly faults: TemplateFault[];
}

/** Compiles each expression inside `value`; every fault comes with its place. */
export function compileTemplate(value: JsonValue): { template: Template; faults: readonly TemplateFault[] } {
  const draft: Draft = { expressions: [], faults: [] };
  const fill = compileValue(value, '', draft) ?? constant(value);
  return { template: { expressions: draft.expressions, fill }, faults: draft.faults };
}

/** Of a field that is always an expression, such as `when` and `forEach`: it may leave the `${{ }}` out. */
export function compileCondition(text: string): { template: Template; faults: readonly TemplateFault[] } {
  return compileTemplate(braced(text));
}

export function braced(text: string): string {
  return text.includes('${{') ? text : `\${{${text}}}`;
}

const constant =
  (value: JsonValue): Fill =>
  () =>
    Promise.resolve({ ok: true, value });

/** undefined when there is no expression inside: constant parts are not walked again. */
function compileValue(value: JsonValue, path: string, draft: Draft): Fill | undefined {
  if (typeof value === 'string') return value.includes('${{') ? compileText(value, path, draft) : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    const parts = value.map((part, index) => compileValue(part, `${path}[${index}]`, draft));
    return parts.some(Boolean) ? fillList(value, parts) : undefined;
  }
  const entries = Object.entries(value).map(([key, part]) => ({
    key,
    part: compileValue(part, `${path}.${key}`, draft),
    value: part,
  }));
  return entries.some(({ part }) => part) ? fillObject(entries) : undefined;
}

function fillList(value: readonly JsonValue[], parts: readonly (Fill | undefined)[]): Fill {
  return async (scope, startedAt) => {
    const filled: JsonValue[] = [];
    for (const [index, part] of parts.entries()) {
      const result = part ? await part(scope, startedAt) : { ok: true as const, value: value[index] };
      if (!result.ok) return result;
      filled.push(result.value ?? null);
    }
    return { ok: true, value: filled };
  };
}

interface Entry {
  readonly key: string;
  readonly part: Fill | undefined;
  readonly value: JsonValue;
}

function fillObject(entries: readonly Entry[]): Fill {
  return async (scope, startedAt) => {
    const filled: (readonly [string, JsonValue])[] = [];
    for (const { key, part, value } of entries) {
      const result = part ? await part(scope, startedAt) : { ok: true as const, value };
      if (!result.ok) return result;
      filled.push([key, result.value ?? null]);
    }
    return { ok: true, value: Object.fromEntries(filled) };
  };
}

function compileText(text: string, path: string, draft: Draft): Fill {
  const parts = splitText(text, (message) => draft.faults.push({ path, message }));
  for (const part of parts) if (typeof part !== 'string') draft.expressions.push({ path, references: part.references });
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') return (scope, startedAt) => first.evaluate(scope, startedAt);
  return async (scope, startedAt) => {
    let filled = '';
    for (const part of parts) {
      const result: Evaluated =
        typeof part === 'string' ? { ok: true, value: part } : await part.evaluate(scope, startedAt);
      if (!result.ok) return result;
      filled += asText(result.value);
    }
    return { ok: true, value: filled };
  };
}

function asText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text and expressions in turn; empty text is left out. */
function splitText(text: string, fault: (message: string) => void): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let from = 0;
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', from)) {
    if (open > from) parts.push(text.slice(from, open));
    const taken = takeExpression(text, open + 3);
    if (taken.fault !== undefined) fault(taken.fault);
    if (taken.expression) parts.push(taken.expression);
    from = taken.end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

const MOST_ENDS = 20;

/** The expression may hold `}}` itself (`{"a":{"b":1}}`): the first end at which it is valid counts. */
function takeExpression(text: string, from: number): { end: number; expression?: Expression; fault?: string } {
  let first: { end: number; fault: string } | undefined;
  let close = text.indexOf('}}', from);
  for (let tries = 0; close >= 0 && tries < MOST_ENDS; tries += 1) {
    const source = text.slice(from, close);
    const compiled = compileExpression(source);
    if (compiled.ok) return { end: close + 2, expression: compiled.expression };
    first ??= { end: close + 2, fault: compiled.fault };
    close = text.indexOf('}}', close + 1);
  }
  return first ?? { end: text.length, fault: 'has ${{ without an end: close it with }}' };
}
