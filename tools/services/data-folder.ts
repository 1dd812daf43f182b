import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../bootstrap/lock-file.cjs';
import { DataFolderInUseError, reasonOf, SetupError } from './setup-error';

/** Makes the data folder this process's own; returns the release. Throws SetupError. */
export function claim(dataDir: string): () => void {
  let claimed;
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    claimed = tryLock(join(dataDir, 'mesh.lock'));
  } catch (error) {
    const advice = 'Make it writable, or set BATON_DATA_DIR to another folder.';
    throw new SetupError(`The data folder ${dataDir} cannot be used: ${reasonOf(error)}. ${advice}`, 78, error);
  }
  if (!claimed.release) throw new DataFolderInUseError(dataDir, claimed.heldBy);
  return claimed.release;
}
