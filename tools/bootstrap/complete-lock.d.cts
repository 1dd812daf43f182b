export interface PackageLock {
  packages: Record<
    string,
    { version?: string; dev?: boolean; optional?: boolean; optionalDependencies?: Record<string, string> }
  >;
}
/** Every optional dependency of the lock that has no entry of its own. */
export function missingOptional(lock: PackageLock): { name: string; version: string; dev: boolean }[];
/** Adds an entry for each missing optional dependency, in place; returns what it added. */
export function complete(lock: PackageLock): { name: string; version: string; dev: boolean }[];
/** What a platform package's name says about the machines it is for. */
export function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] };
