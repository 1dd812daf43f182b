import { type FieldFault } from '@baton/contracts';
import { attributePattern, filterLimits } from './message-filter';

/** Of which sort a part of a filter is: texts to compare, filters inside, one filter, an expression. */
const sorts = {
  exact: 'attributes',
  prefix: 'attributes',
  suffix: 'attributes',
  headers: 'headers',
  all: 'several',
  any: 'several',
  not: 'one',
  jsonata: 'expression',
} as const;
type Dialect = keyof typeof sorts;

interface Tally {
  readonly faults: FieldFault[];
  parts: number;
  expressions: number;
}
const ATTRIBUTE = new RegExp(attributePattern);
const maxFaults = 20;

/** Every fault in the shape and size of a filter, by path; an empty list when it may be compiled. Takes any value. */
export function checkFilter(filter: unknown): readonly FieldFault[] {
  const tally: Tally = { faults: [], parts: 0, expressions: 0 };
  checkPart(filter, 'filter', 1, tally);
  if (tally.parts > filterLimits.parts) {
    tally.faults.push({ path: 'filter', message: `has more than ${filterLimits.parts} parts; make it smaller` });
  }
  if (tally.expressions > filterLimits.expressions) {
    const message = `has more than ${filterLimits.expressions} jsonata expressions; join them with "and" and "or"`;
    tally.faults.push({ path: 'filter', message });
  }
  return tally.faults.slice(0, maxFaults);
}

function checkPart(filter: unknown, path: string, depth: number, tally: Tally): void {
  if (depth > filterLimits.depth) return fault(tally, path, `is nested deeper than ${filterLimits.depth} levels`);
  if (++tally.parts > filterLimits.parts) return;
  if (!isRecord(filter)) return fault(tally, path, 'must be an object');
  const [dialect, ...more] = Object.keys(filter);
  if (dialect === undefined || more.length > 0 || !isDialect(dialect)) {
    return fault(tally, path, `must have exactly one of ${Object.keys(sorts).join(', ')}`);
  }
  checkValue(dialect, filter[dialect], { path: `${path}.${dialect}`, depth }, tally);
}

function checkValue(dialect: Dialect, value: unknown, at: { path: string; depth: number }, tally: Tally): void {
  switch (sorts[dialect]) {
    case 'attributes':
      return checkTexts(value, at.path, tally, attributeFault);
    case 'headers':
      return checkTexts(value, at.path, tally, headerFault);
    case 'several':
      return checkSeveral(value, at, tally);
    case 'one':
      return checkPart(value, at.path, at.depth + 1, tally);
    case 'expression':
      tally.expressions++;
      return checkText(value, at.path, filterLimits.expressionLength, tally);
  }
}

function checkSeveral(value: unknown, at: { path: string; depth: number }, tally: Tally): void {
  if (!Array.isArray(value) || value.length === 0) return fault(tally, at.path, 'must be a list of filters, not empty');
  value.forEach((part, index) => checkPart(part, `${at.path}[${index}]`, at.depth + 1, tally));
}

type NameFault = (name: string) => string | undefined;

function checkTexts(value: unknown, path: string, tally: Tally, nameFault: NameFault): void {
  if (!isRecord(value) || Object.keys(value).length === 0) {
    return fault(tally, path, 'must be an object with at least one text to compare with');
  }
  for (const [name, text] of Object.entries(value)) {
    if (++tally.parts > filterLimits.parts) return;
    const wrong = nameFault(name);
    if (wrong !== undefined) fault(tally, `${path}.${name.slice(0, filterLimits.headerLength)}`, wrong);
    else checkText(text, `${path}.${name}`, filterLimits.textLength, tally);
  }
}

function attributeFault(name: string): string | undefined {
  if (ATTRIBUTE.test(name)) return undefined;
  return 'is no CloudEvents attribute (lower-case letters and digits); to look into data use jsonata';
}

function headerFault(name: string): string | undefined {
  if (name.length > 0 && name.length <= filterLimits.headerLength) return undefined;
  return `must be the name of a header, 1 to ${filterLimits.headerLength} characters`;
}

function checkText(text: unknown, path: string, maxLength: number, tally: Tally): void {
  if (typeof text !== 'string' || text === '') return fault(tally, path, 'must be a text, not empty');
  if (text.length > maxLength) fault(tally, path, `is longer than ${maxLength} characters`);
}

function fault(tally: Tally, path: string, message: string): void {
  tally.faults.push({ path, message });
}

function isDialect(name: string): name is Dialect {
  return Object.hasOwn(sorts, name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
