import { coerce, parse, Range, type SemVer } from 'semver';

/** The range as written, or undefined when it is none. `*` and the empty range take every version. */
export function parseRange(text: string): Range | undefined {
  try {
    return new Range(text, { loose: true });
  } catch {
    return undefined;
  }
}

/** A version as agents write it: `1.2` counts as 1.2.0. Undefined: no version at all. */
function parseVersion(text: string): SemVer | undefined {
  return parse(text, { loose: true }) ?? coerce(text) ?? undefined;
}

/** The newest of the versions that lies in the range; undefined: none does. What is no version lies in no range. */
export function newestInRange(versions: readonly string[], range: string): string | undefined {
  let best: { readonly text: string; readonly version: SemVer } | undefined;
  for (const text of versions) {
    const version = parseVersion(text);
    if (!version || !isInRange(text, range)) continue;
    if (!best || version.compare(best.version) > 0) best = { text, version };
  }
  return best?.text;
}

/** Ranges and versions that were compared are remembered, up to so many: the same few come all the time. */
const REMEMBERED = 10_000;
let remembered = new Map<string, boolean>();

/** Whether the version lies in the range. */
export function isInRange(version: string, range: string): boolean {
  const both = `${range}\n${version}`;
  let known = remembered.get(both);
  if (known === undefined) {
    if (remembered.size >= REMEMBERED) remembered = new Map();
    const parsed = parseVersion(version);
    known = parsed !== undefined && (parseRange(range)?.test(parsed) ?? false);
    remembered.set(both, known);
  }
  return known;
}
