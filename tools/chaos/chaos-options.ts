import { parseArgs } from 'node:util';
import { SetupError } from '../services';
import { type FaultKind, faultKinds } from './schedule/fault-kinds';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Submissions per second. */
  readonly rate: number;
  readonly kinds: readonly FaultKind[];
  /** Where the report goes as JSON. */
  readonly json: string | undefined;
  /** Leaves data and logs behind for a look. */
  readonly keep: boolean;
}

const usage =
  'npm run chaos -- [--seed N] [--minutes M] [--rate per-second] [--faults kind,kind…] [--json file] [--keep]';
const DEFAULT_MINUTES = 4;
const DEFAULT_RATE = 40;

/** Throws SetupError (exit code 78) that says how it is used. `anySeed` is taken when none is given. */
export function readOptions(args: readonly string[], anySeed: number): ChaosOptions {
  const { values } = parsed(args);
  const number = (name: 'seed' | 'minutes' | 'rate', fallback: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!Number.isFinite(value) || value < 0) throw wrong(`--${name} ${values[name]} is not a number from 0 up`);
    return value;
  };
  const kinds = values.faults?.split(',').map(knownKind) ?? faultKinds;
  return {
    seed: Math.trunc(number('seed', anySeed)),
    minutes: number('minutes', DEFAULT_MINUTES),
    rate: number('rate', DEFAULT_RATE),
    kinds,
    json: values.json,
    keep: values.keep ?? false,
  };
}

/** The line that brings the same run again. */
export function reproduction({ seed, minutes, rate, kinds }: ChaosOptions): string {
  const some = kinds.length < faultKinds.length ? ` --faults ${kinds.join(',')}` : '';
  const speed = rate === DEFAULT_RATE ? '' : ` --rate ${rate}`;
  return `npm run chaos -- --seed ${seed} --minutes ${minutes}${speed}${some}`;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    seed: text,
    minutes: text,
    rate: text,
    faults: text,
    json: text,
    keep: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function knownKind(name: string): FaultKind {
  const kind = faultKinds.find((known) => known === name.trim());
  if (!kind) throw wrong(`--faults: there is no "${name}"; there are ${faultKinds.join(', ')}`);
  return kind;
}

const wrong = (what: string): SetupError => new SetupError(`${what}. Use: ${usage}`, 78);
