/** The parts of a package-lock.json (version 3) that tell who needs whom. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}
type Needs = Readonly<Record<string, string>>;
interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Needs;
  readonly devDependencies?: Needs;
  readonly optionalDependencies?: Needs;
}

/** How far each installed package is from the project itself, by its folder: 1 for what the project names. */
export function dependencyDepths(lock: LockFile): Map<string, number> {
  const depths = new Map<string, number>([['', 0]]);
  const waiting = [''];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const depth = (depths.get(folder) ?? 0) + 1;
    for (const name of needsOf(lock.packages[folder])) {
      const found = resolveFrom(lock, folder, name);
      if (found === undefined || depths.has(found)) continue;
      depths.set(found, depth);
      waiting.push(found);
    }
  }
  depths.delete('');
  return depths;
}

function needsOf(entry: LockEntry | undefined): string[] {
  const { dependencies, devDependencies, optionalDependencies } = entry ?? {};
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

/** As Node looks for a package: in the folder's own node_modules, then in those above it. */
function resolveFrom(lock: LockFile, folder: string, name: string): string | undefined {
  for (let from = folder; ; from = parentOf(from)) {
    const candidate = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
    if (Object.hasOwn(lock.packages, candidate)) return candidate;
    if (from === '') return undefined;
  }
}

/** The package around a nested one: `node_modules/a` of `node_modules/a/node_modules/b`. */
function parentOf(folder: string): string {
  const end = folder.lastIndexOf('/node_modules/');
  return end < 0 ? '' : folder.slice(0, end);
}
