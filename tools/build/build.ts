import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { lock } from '../bootstrap/lock-file.cjs';
import { SetupError } from '../services';
import { sourceHash } from './source-hash';

const run = promisify(execFile);
const root = resolve(__dirname, '..', '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.stamp');

interface NestCli {
  projects: Record<string, { type: string; sourceRoot: string; entryFile: string }>;
}

/** Every application of nest-cli.json that has sources, as `[name, source file]`. */
export function applications(): [string, string][] {
  const { projects } = JSON.parse(readFileSync(join(root, 'nest-cli.json'), 'utf8')) as NestCli;
  return Object.entries(projects)
    .filter(([, project]) => project.type === 'application')
    .map(([name, project]): [string, string] => [name, join(root, project.sourceRoot, `${project.entryFile}.ts`)])
    .filter(([, source]) => existsSync(source));
}

/** The file to run for an application. */
export function builtFile(app: string): string {
  return join(dist, 'apps', app, 'main.js');
}

const isBuilt = (hash: string): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;

/** Builds all apps unless the sources are those of the last build. Of several builds at once one works, the others wait. */
export async function ensureBuilt(progress: (line: string) => void): Promise<void> {
  if (isBuilt(sourceHash(root))) return;
  const release = await lock(join(root, '.baton', 'build.lock'), (pid) =>
    progress(`process ${pid} is building, waiting for it`),
  );
  try {
    const hash = sourceHash(root);
    if (isBuilt(hash)) return;
    progress('building the apps');
    await build();
    writeFileSync(stamp, hash);
  } finally {
    release();
  }
}

/** Files appear complete or not at all: a mesh that runs may start an app again at any moment. */
async function build(): Promise<void> {
  const draft = join(dist, '.draft');
  rmSync(draft, { recursive: true, force: true });
  const entries = applications().map(([name, source]) => `apps/${name}/main=${source}`);
  try {
    await run(process.execPath, [join(__dirname, 'compile.cjs'), draft, ...entries], { cwd: root });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new SetupError(`The apps could not be built:\n${stderr?.trim() || message}`, 1, error);
  }
  for (const name of readdirSync(draft, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(js|map)$/.test(file),
  )) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(draft, name), join(dist, name));
  }
  rmSync(draft, { recursive: true, force: true });
}
