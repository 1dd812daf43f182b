import jsonata from 'jsonata';
import { type CloudEvent } from '@baton/contracts';
import { MessageInvalidError } from '../../errors';
import { BoundedRegExp } from './bounded-regexp';
import { filterLimits } from './message-filter';

type Test = (event: CloudEvent<unknown>, headers: Readonly<Record<string, unknown>>) => Promise<boolean>;

const costs = 'can take long on a large message and is not needed to say yes or no';
const chance = 'gives another result each time: who hears a message must not be left to chance';
/** Refused when a filter is declared: they run beyond the limits, or are no test of the message. */
const refused: Readonly<Record<string, string>> = {
  eval: 'runs code that is made at run time; write the expression itself',
  random: chance,
  shuffle: chance,
  distinct: costs,
  pad: costs,
  replace: costs,
};

/** An expression over one message: true, false, or nothing (false). Never throws; the fault says what to mend. */
export function compileContentExpression(source: string): { readonly test: Test } | { readonly fault: string } {
  try {
    const parsed = parse(source);
    const fault = findRefused(parsed.ast());
    return fault === undefined ? { test: tester(source) } : { fault };
  } catch (error) {
    return { fault: `is not valid JSONata: ${explain(error)}` };
  }
}

/** One evaluation after the other: the time limit is of one, not of all that happen to be under way. */
let turn: Promise<unknown> = Promise.resolve();

function tester(source: string): Test {
  const parsed = parse(source);
  parsed.assign(Symbol.for('jsonata.__evaluate_exit') as unknown as string, checkSize);
  const evaluate = async (event: CloudEvent<unknown>, headers: object): Promise<boolean> => {
    try {
      return verdict(await parsed.evaluate({ ...event, headers }));
    } catch (error) {
      throw new MessageInvalidError(
        `The filter ${excerpt(source)} of this recipient cannot be evaluated on message ${event.id}: ${explain(error)}`,
        { type: event.type, id: event.id },
        error,
      );
    }
  };
  return (event, headers) => {
    const mine = turn.then(() => evaluate(event, headers));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

function parse(source: string): jsonata.Expression {
  const { timeMs, stack, items } = filterLimits;
  return jsonata(source, {
    timeout: timeMs,
    stack,
    sequence: items,
    RegexEngine: BoundedRegExp as unknown as RegExpConstructor,
  });
}

function verdict(result: unknown): boolean {
  if (typeof result === 'boolean') return result;
  if (result === undefined) return false;
  throw new Error(`it gives ${describe(result)} and must give true or false; use a comparison, $exists or $boolean`);
}

/** JSONata's hook after each node of the tree: what it makes on the way stays bounded. */
function checkSize(_tree: unknown, _input: unknown, _frame: unknown, result: unknown): void {
  const { items, characters } = filterLimits;
  if (typeof result === 'string' && result.length > characters) throw new Error(`makes a text of over ${characters}`);
  if (Array.isArray(result) && result.length > items) throw new Error(`makes a list of over ${items} elements`);
}

/** The first refused function that the syntax tree names. */
function findRefused(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, value } = node as { type?: unknown; value?: unknown };
  if (type === 'variable' && typeof value === 'string' && Object.hasOwn(refused, value)) {
    return `uses $${value}, which ${refused[value]}`;
  }
  for (const part of Object.values(node)) {
    const found = findRefused(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describe(result: unknown): string {
  if (result === null) return 'null';
  return Array.isArray(result) ? 'a list' : `a value of type ${typeof result}`;
}

function excerpt(source: string): string {
  return source.length <= 100 ? source : `${source.slice(0, 100)}…`;
}

function explain(error: unknown): string {
  const { message, position } = error as { message: string; position?: number };
  return `${message}${position === undefined ? '' : ` (at character ${position})`}`;
}
