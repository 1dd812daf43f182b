import { parseArgs } from 'node:util';
import { SetupError } from '../../services';

export interface PeerArguments {
  readonly runs: number;
  /** Small numbers, to see that everything works. */
  readonly quick: boolean;
  /** Where the report is written as JSON. */
  readonly json?: string;
  /** Drivers to measure; all when empty. */
  readonly only: readonly string[];
}

const usage = 'npm run bench -- peers [--runs N] [--json file] [--quick] [--only driver,…]';

/** What follows `peers` on the command line. Throws SetupError naming what cannot be understood. */
export function readPeerArguments(args: readonly string[], drivers: readonly string[]): PeerArguments {
  const values = parse(args);
  const quick = values.quick ?? false;
  const runs = Number(values.runs ?? (quick ? 1 : 2));
  if (!Number.isInteger(runs) || runs < 1)
    throw new SetupError(`--runs takes a whole number above 0. Use: ${usage}`, 78);
  const only = values.only?.split(',').map((name) => name.trim()) ?? [];
  const strange = only.filter((name) => !drivers.includes(name));
  if (strange.length > 0)
    throw new SetupError(`There is no peer ${strange.join(', ')}. There are: ${drivers.join(', ')}. Use: ${usage}`, 78);
  return { runs, quick, only, ...(values.json !== undefined && { json: values.json }) };
}

function parse(args: readonly string[]): ReturnType<typeof parseAll>['values'] {
  try {
    return parseAll(args).values;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}. Use: ${usage}`, 78);
  }
}

const parseAll = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean' },
      only: { type: 'string' },
    },
  });
