import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../bootstrap/lock-file.cjs';

/** One process of a live mesh: the registry, an orchestrator, the host or one of its agents. */
export interface NamedProcess {
  name: string;
  pid: number;
}

/** The addresses of a live mesh, kept true in `mesh.json` of its data folder. */
export interface MeshFile {
  api: string;
  health: string;
  metrics: string;
  messageQueueUrl: string;
  databaseUrl: string;
  /** The launcher, which owns all the others. */
  pid: number;
  processes: NamedProcess[];
}

const fileIn = (dataDir: string): string => join(dataDir, 'mesh.json');

/** Readers see the old or the new content, never a part. It holds the services' passwords: mode 0600. */
export function writeMeshFile(dataDir: string, content: MeshFile): void {
  const draft = `${fileIn(dataDir)}.draft`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(dataDir));
}

export function removeMeshFile(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** The mesh that runs on this data folder; undefined when none does, whatever a killed one left behind. */
export function readMeshFile(dataDir: string): MeshFile | undefined {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  const content = JSON.parse(readFileSync(file, 'utf8')) as MeshFile;
  return isAlive(content.pid) ? content : undefined;
}
