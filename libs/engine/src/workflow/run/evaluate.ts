import { type JsonValue, submitLimits, type TaskError } from '@baton/contracts';
import { type ExpressionScope } from '../expressions/scope';
import { type Template } from '../expressions/template';
import { inputFlaw } from './input-flaw';

export type Filled =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly error: TaskError };

/** Evaluates; nothing found is null. `what` names the place for the message: `input of step report`. */
export async function fill(template: Template, scope: ExpressionScope, startedAt: Date, what: string): Promise<Filled> {
  const result = await template.fill(scope, startedAt);
  if (result.ok) return { ok: true, value: result.value ?? null };
  return refused(`The ${what} cannot be evaluated: ${result.fault}. Correct the definition.`);
}

export function refused(message: string, code = 'EXPRESSION_FAILED'): { ok: false; error: TaskError } {
  return { ok: false, error: { code, message, retryable: false } };
}

/** As in JSONata, but for lists: one with anything in it is true. */
export function isTrue(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return Boolean(value);
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** The value as a task takes it, or why it cannot. */
export function asInput(value: JsonValue, key: string): Filled {
  const json = JSON.stringify(value);
  const flaw = inputFlaw(value, json);
  if (flaw !== undefined) return refused(`The input of step ${key} ${flaw}.`);
  const bytes = Buffer.byteLength(json);
  if (bytes <= submitLimits.payloadBytes) return { ok: true, value };
  const most = submitLimits.payloadBytes;
  const message = `The input of step ${key} has ${bytes} bytes, over ${most}. Pass less of the outputs it is made of.`;
  return refused(message, 'INPUT_TOO_LARGE');
}
