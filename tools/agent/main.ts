import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@baton/observability';
import { loadDotEnv, readEnvironment, readMeshFile } from '../mesh';
import { reasonOf, SetupError } from '../services';

/** `npm run agent -- file.ts` runs one agent file in this process, against the given broker or the mesh that runs here. */
function main(given: string | undefined): void {
  loadDotEnv();
  const environment = readEnvironment(process.env);
  if (!given) throw new SetupError('Which agent? Use: npm run agent -- <file.ts>', 78);
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), given);
  if (!existsSync(file)) throw new SetupError(`There is no file ${file}`, 78);
  const dataDir = resolve(environment.BATON_DATA_DIR);
  const url = environment.MESSAGE_QUEUE_URL ?? readMeshFile(dataDir)?.messageQueueUrl;
  if (!url) throw new SetupError(`No mesh runs on ${dataDir}. Start one with npm start, or set MESSAGE_QUEUE_URL.`, 78);
  process.env.MESSAGE_QUEUE_URL = url;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known at run time only
  require(file);
}

try {
  main(process.argv[2]);
} catch (error) {
  console.error(`baton: ${reasonOf(error)}`);
  process.exit(error instanceof SetupError ? error.exitCode : error instanceof ConfigurationError ? 78 : 1);
}
