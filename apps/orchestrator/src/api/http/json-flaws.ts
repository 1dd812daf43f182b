/** Deeper nesting than this is refused: recursive code overflows on it. */
export const MAX_DEPTH = 64;

/** The path of the first string or name that holds a NUL character; PostgreSQL cannot store it. */
export function findNul(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const at = pathOf(path, key, Array.isArray(value));
    const found = key.includes('\0') ? at.replaceAll('\0', '\\u0000') : findNul(child, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathOf(parent: string, key: string, inList: boolean): string {
  if (inList) return `${parent}[${key}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Whether a parsed value nests deeper than `limit`. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((child) => isDeeperThan(child, limit - 1));
}
