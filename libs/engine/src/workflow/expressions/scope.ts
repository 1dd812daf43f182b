import { type JsonObject, type JsonValue } from '@baton/contracts';

/** What an expression may know of another step. */
export interface StepView {
  readonly output: JsonValue;
  readonly state: string;
}

/**
 * The whole world of an expression; there is nothing else in reach. `steps` holds the needs of the step and what the
 * nodes around it see. Expressions of a pattern itself have its variables only.
 */
export interface ExpressionScope {
  readonly input?: JsonObject;
  readonly steps?: Readonly<Record<string, StepView>>;
  readonly run?: { readonly id: string };
  /** Variables of the patterns around it: `item`, `index`, `previous`. */
  readonly [variable: string]: unknown;
}

/** `value` is undefined when the expression finds nothing; `fault` says why it could not be evaluated. */
export type Evaluated =
  { readonly ok: true; readonly value: JsonValue | undefined } | { readonly ok: false; readonly fault: string };

/**
 * E1 An expression ends: by time, by depth, by the size of what it makes. Evaluation never yields to other work, so
 * `timeMs` is also how long a bad one can hold up the process.
 * E2 It is a function of its scope: no clock, no random, no other state; recovery evaluates it again and gets the same.
 */
export const expressionLimits = {
  timeMs: 1000,
  depth: 1000,
  /** Elements of any list it makes on the way. */
  items: 100_000,
  /** Of any value it makes on the way, written out, in characters. */
  resultSize: 8 * 1024 * 1024,
  sourceLength: 10_000,
} as const;
