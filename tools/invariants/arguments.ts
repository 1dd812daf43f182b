import { SetupError } from '../services';

/** `--accepted <file>`: ids a sender was told are accepted, one per line. Throws SetupError for anything else. */
export function acceptedFile(given: readonly string[]): string | undefined {
  const [option, file, ...more] = given;
  if (option === undefined) return undefined;
  if (option === '--accepted' && file !== undefined && more.length === 0) return file;
  throw new SetupError('Use: npm run check:invariants [-- --accepted <file with one task id per line>]', 78);
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The ids in such a file; empty lines count for nothing. Throws SetupError for a line that is no id. */
export function acceptedIds(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const ids = lines.filter((line) => line !== '');
  const wrong = ids.find((id) => !ID.test(id));
  if (wrong === undefined) return ids;
  throw new SetupError(`Line ${lines.indexOf(wrong) + 1} is not the id of a task: ${wrong.slice(0, 60)}`, 78);
}
