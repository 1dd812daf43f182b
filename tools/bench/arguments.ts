import { parseArgs } from 'node:util';
import { SetupError } from '../services';

export interface BenchArguments {
  /** The scenarios to run, in their own order. */
  readonly names: readonly string[];
  readonly runs: number;
  /** Where the report is written as JSON. */
  readonly json?: string;
  /** Where CPU profiles of the mesh's processes are written; profiling slows everything down. */
  readonly profile?: string;
  /** Small numbers, to see that everything works. */
  readonly quick: boolean;
}

const usage = 'npm run bench -- [name…] [--runs N] [--json file] [--quick] [--profile folder]';

/** Without names: all of `known`. Throws SetupError naming what cannot be understood. */
export function readArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const { values, positionals } = parse(args);
  const strange = positionals.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    throw new SetupError(
      `There is no scenario ${strange.join(', ')}. There are: ${known.join(', ')}. Use: ${usage}`,
      78,
    );
  }
  const quick = values.quick ?? false;
  const runs = Number(values.runs ?? (quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1)
    throw new SetupError(`--runs takes a whole number above 0. Use: ${usage}`, 78);
  const names = positionals.length === 0 ? known : known.filter((name) => positionals.includes(name));
  const { json, profile } = values;
  return { names, runs, quick, ...(json !== undefined && { json }), ...(profile !== undefined && { profile }) };
}

function parse(args: readonly string[]): ReturnType<typeof parseAll> {
  try {
    return parseAll(args);
  } catch (error) {
    throw new SetupError(`${(error as Error).message}. Use: ${usage}`, 78);
  }
}

const parseAll = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean' },
      profile: { type: 'string' },
    },
  });
