import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkInvariants, Database, type Violation } from '@baton/persistence';
import { acceptedFile, acceptedIds } from './arguments';

/** The database in use: DATABASE_URL, or that of the mesh that runs here. */
async function databaseUrl(): Promise<string> {
  const given = process.env.DATABASE_URL;
  if (given) return given;
  const file = join(process.env.BATON_DATA_DIR ?? '.baton', 'mesh.json');
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { databaseUrl: string }).databaseUrl;
  } catch (error) {
    throw new Error(`No database to check: set DATABASE_URL, or start the mesh first (${file} cannot be read).`, {
      cause: error,
    });
  }
}

function show({ invariant, rule, count, examples }: Violation): void {
  console.log(`${invariant} broken by ${count} row(s): ${rule}`);
  for (const row of examples) console.log(`    ${JSON.stringify(row)}`);
}

async function main(): Promise<void> {
  const file = acceptedFile(process.argv.slice(2));
  const accepted = file === undefined ? {} : { accepted: acceptedIds(await readFile(file, 'utf8')) };
  const database = new Database({ url: await databaseUrl(), name: 'baton-invariants', connections: 1 });
  try {
    const { checked, violations } = await checkInvariants(database, accepted);
    violations.forEach(show);
    console.log(`${checked} rules checked, ${violations.length} broken`);
    process.exitCode = violations.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
