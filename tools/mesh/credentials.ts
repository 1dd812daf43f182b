import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Credentials {
  username: string;
  password: string;
}

const fileIn = (dataDir: string): string => join(dataDir, 'credentials.json');

/** The administrator's name and password as the data folder keeps them; undefined before the first start. */
export function readCredentials(dataDir: string): Credentials | undefined {
  const file = fileIn(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Credentials) : undefined;
}

/** The administrator of this mesh: the given password, or the kept one, or a new one, which is told once. */
export function ensureCredentials(
  dataDir: string,
  given: string | undefined,
  tell: (line: string) => void,
): Credentials {
  const kept = readCredentials(dataDir);
  if (kept && (given === undefined || given === kept.password)) return kept;
  const credentials = { username: 'admin', password: given ?? randomBytes(15).toString('base64url') };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(fileIn(dataDir), `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
  chmodSync(fileIn(dataDir), 0o600);
  if (given === undefined)
    tell(`the administrator is "admin" with the password ${credentials.password} (kept in ${fileIn(dataDir)})`);
  return credentials;
}
