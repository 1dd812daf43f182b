import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020';
import * as ajvFormats from 'ajv-formats';
import { type FieldFault, type JsonSchema, type MessageKind, ValidationError } from '@baton/contracts';

/** Every fault of the data, by path; an empty list when it fits. */
export type Validator = (data: unknown) => readonly FieldFault[];

const maxFaults = 20;
const none: readonly FieldFault[] = [];
const formats = ['uuid', 'duration', 'email', 'uri', 'ipv4', 'ipv6', 'hostname'] as const;
/** Checked in full: the fast patterns take the 39th of month 19, which is no time and would be stored as one. */
const timeFormats = ['date-time', 'date', 'time'] as const;

/** Bounds on a schema that strangers (agents) send. */
export const schemaLimits = { bytes: 256 * 1024, patternLength: 200 } as const;

/**
 * Compiles a JSON Schema (draft-07, or 2020-12 when `$schema` says so). Safe for schemas of strangers: bounded size,
 * no remote references, no patterns that can backtrack for ever. Throws ValidationError that says what is wrong with it.
 */
export function createValidator(schema: JsonSchema): Validator {
  const text = JSON.stringify(schema);
  if (text.length > schemaLimits.bytes) {
    throw badSchema(`is larger than ${schemaLimits.bytes} characters; make it smaller`);
  }
  if (text.includes('"$async"')) throw badSchema('uses $async; validation is synchronous, leave it out');
  const ajv = isModern(schema) ? modern : draft7;
  try {
    return toValidator(ajv.compile(schema));
  } catch (error) {
    throw badSchema((error as Error).message);
  } finally {
    if (typeof schema === 'object') ajv.removeSchema(schema); // or the cache keeps every schema ever seen
  }
}

const compiled = new WeakMap<MessageKind<unknown>, Validator>();

/** The validator of a kind of message, compiled once. */
export function validatorOf(kind: MessageKind<unknown>): Validator {
  const known = compiled.get(kind);
  if (known) return known;
  const validator = createValidator(kind.schema);
  compiled.set(kind, validator);
  return validator;
}

/**
 * A regular expression from a schema. Repetition of a group that itself repeats (`(a+)+`) takes exponential time on
 * hostile input, and so may back references: both are refused.
 */
function safeRegExp(pattern: string, flags: string): RegExp {
  if (pattern.length > schemaLimits.patternLength) {
    throw new Error(`pattern is longer than ${schemaLimits.patternLength} characters; use a shorter one`);
  }
  if (/\\[1-9]|\\k</.test(pattern) || repeatsARepetition(pattern)) {
    throw new Error(
      `pattern ${pattern} may take for ever; avoid repeated groups that repeat or branch inside, and back references`,
    );
  }
  return new RegExp(pattern, flags);
}

/** Whether an unbounded quantifier applies to a group that holds a quantifier or an alternative. */
export function repeatsARepetition(pattern: string): boolean {
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const risky: boolean[] = [false]; // one per open group, the pattern itself first
  for (let at = 0; at < bare.length; at++) {
    const inner = risky.length - 1;
    if (bare[at] === '(') risky.push(false);
    else if (bare[at] === ')') {
      const repeated = isRepetition(bare, at + 1);
      if (repeated && risky[inner]) return true;
      const branches = risky.pop();
      risky[inner - 1] ||= repeated || branches === true;
    } else risky[inner] ||= bare[at] === '|' || isRepetition(bare, at);
  }
  return false;
}

function isRepetition(pattern: string, at: number): boolean {
  return /^(?:[*+]|\{\d+,\d*\}|\{[1-9]\d+\})/.test(pattern.slice(at, at + 12));
}

function toValidator(validate: ValidateFunction): Validator {
  return (data) => (validate(data) ? none : (validate.errors ?? []).slice(0, maxFaults).map(toFault));
}

function toFault(error: ErrorObject): FieldFault {
  const path = toPath(error.instancePath);
  const params = error.params as { additionalProperty?: string; missingProperty?: string; allowedValues?: unknown[] };
  const field = params.additionalProperty ?? params.missingProperty;
  if (error.keyword === 'additionalProperties') return { path: join(path, field), message: 'is not a known field' };
  if (error.keyword === 'required') return { path: join(path, field), message: 'is required' };
  if (error.keyword === 'enum') return { path, message: `must be one of ${JSON.stringify(params.allowedValues)}` };
  return { path, message: error.message ?? `does not keep ${error.keyword}` };
}

/** `/friends/1/age` as `friends[1].age`. */
function toPath(pointer: string): string {
  return pointer
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replace(/^\//, '')
    .replaceAll('/', '.');
}

function join(path: string, field: string | undefined): string {
  return path === '' ? (field ?? '') : `${path}.${field ?? ''}`;
}

function badSchema(why: string): ValidationError {
  return new ValidationError([{ path: 'schema', message: why }], 'VALIDATION_FAILED', `The JSON Schema ${why}`);
}

function isModern(schema: JsonSchema): boolean {
  return typeof schema === 'object' && typeof schema.$schema === 'string' && schema.$schema.includes('2020-12');
}

function prepare(ajv: Ajv): Ajv {
  ajvFormats.default(ajv, { mode: 'fast', formats: [...formats] });
  ajvFormats.default(ajv, { mode: 'full', formats: [...timeFormats] });
  return ajv.addKeyword('example');
}

// Narrowed types in unions and open tuples are honest schemas; unknown keywords and formats are mistakes.
const options = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  allErrors: true,
  addUsedSchema: false,
  code: { regExp: Object.assign(safeRegExp, { code: 'safeRegExp' }) },
} as const;
const draft7 = prepare(new Ajv(options));
const modern = prepare(new Ajv2020(options));
