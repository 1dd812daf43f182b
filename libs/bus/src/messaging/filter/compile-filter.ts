import { type CloudEvent, ValidationError, type FieldFault } from '@baton/contracts';
import { checkFilter } from './check-filter';
import { compileContentExpression } from './content-expression';
import { type MessageFilter } from './message-filter';

/** Whether a message passes; a promise only when an expression has to tell. */
export type CompiledFilter = (
  event: CloudEvent<unknown>,
  headers: Readonly<Record<string, unknown>>,
) => boolean | Promise<boolean>;

/**
 * A filter, checked and ready. Throws ValidationError that names every fault by its path. What it returns throws (or
 * rejects with) MessageInvalidError when an expression cannot be evaluated on a message: refuse the message with that
 * reason. Cheap parts are asked first, so an expression is evaluated only when it decides.
 */
export function compileFilter(filter: MessageFilter): CompiledFilter {
  const faults: FieldFault[] = [...checkFilter(filter)];
  const compiled = faults.length === 0 ? compilePart(filter, 'filter', faults) : undefined;
  if (!compiled || faults.length > 0) throw new ValidationError(faults);
  return compiled.test;
}

interface Part {
  readonly test: CompiledFilter;
  /** Whether it asks an expression. */
  readonly costly: boolean;
}

function compilePart(filter: MessageFilter, path: string, faults: FieldFault[]): Part {
  if ('all' in filter) return combine(filter.all, `${path}.all`, faults, false);
  if ('any' in filter) return combine(filter.any, `${path}.any`, faults, true);
  if ('not' in filter) return negate(compilePart(filter.not, `${path}.not`, faults));
  if ('jsonata' in filter) return expression(filter.jsonata, `${path}.jsonata`, faults);
  return { costly: false, test: compare(filter) };
}

type Comparison = Exclude<
  MessageFilter,
  { readonly all: unknown } | { readonly any: unknown } | { readonly not: unknown } | { readonly jsonata: unknown }
>;

function compare(filter: Comparison): CompiledFilter {
  if ('headers' in filter) {
    const wanted = Object.entries(filter.headers);
    return (_event, headers) => wanted.every(([name, text]) => textOf(headers, name) === text);
  }
  const [wanted, matches] = attributeTest(filter);
  return (event) =>
    wanted.every(([name, text]) => {
      const given = textOf(event, name);
      return given !== undefined && matches(given, text);
    });
}

type TextTest = (given: string, wanted: string) => boolean;

function attributeTest(filter: Exclude<Comparison, { readonly headers: unknown }>): [[string, string][], TextTest] {
  if ('exact' in filter) return [Object.entries(filter.exact), (given, wanted) => given === wanted];
  if ('prefix' in filter) return [Object.entries(filter.prefix), (given, wanted) => given.startsWith(wanted)];
  return [Object.entries(filter.suffix), (given, wanted) => given.endsWith(wanted)];
}

/** Attributes and headers may be numbers and booleans, too: they compare as they are written. */
function textOf(from: object, name: string): string | undefined {
  if (!Object.hasOwn(from, name)) return undefined;
  const value = (from as Record<string, unknown>)[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function negate(part: Part): Part {
  const test: CompiledFilter = (event, headers) => {
    const passes = part.test(event, headers);
    return typeof passes === 'boolean' ? !passes : passes.then((yes) => !yes);
  };
  return { test, costly: part.costly };
}

function expression(source: string, path: string, faults: FieldFault[]): Part {
  const compiled = compileContentExpression(source);
  if ('test' in compiled) return { test: compiled.test, costly: true };
  faults.push({ path, message: compiled.fault });
  return { test: () => false, costly: true };
}

/** `decisive`: the answer of one part that settles it for all. */
function combine(filters: readonly MessageFilter[], path: string, faults: FieldFault[], decisive: boolean): Part {
  const parts = filters.map((filter, index) => compilePart(filter, `${path}[${index}]`, faults));
  const cheap = parts.filter((part) => !part.costly).map((part) => part.test);
  const costly = parts.filter((part) => part.costly).map((part) => part.test);
  const settled: CompiledFilter = (event, headers) => cheap.some((test) => test(event, headers) === decisive);
  if (costly.length === 0) {
    return { costly: false, test: (event, headers) => settled(event, headers) === decisive };
  }
  const test: CompiledFilter = (event, headers) =>
    settled(event, headers) ? decisive : anyOf(costly, decisive, event, headers);
  return { test, costly: true };
}

async function anyOf(
  tests: readonly CompiledFilter[],
  decisive: boolean,
  ...message: Parameters<CompiledFilter>
): Promise<boolean> {
  for (const test of tests) if ((await test(...message)) === decisive) return decisive;
  return !decisive;
}
