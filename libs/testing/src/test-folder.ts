import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A fresh folder under the system's temporary one. Others may look inside: PostgreSQL, which does not run as root, then
 * keeps its data there, and nothing is left anywhere else when the folder is removed.
 */
export function testFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `baton-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}
