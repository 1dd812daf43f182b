/** Longest time a request is held open, in seconds. */
const MAX_WAIT_SECONDS = 300;

/**
 * Seconds to wait by the `Prefer` header (RFC 7240): `wait=30`, among others in any order. Undefined: not asked for,
 * or not understood, which the RFC wants ignored.
 */
export function waitSeconds(prefer: string | string[] | undefined): number | undefined {
  const preferences = [prefer ?? []].flat().join(',').split(',');
  for (const preference of preferences) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return undefined;
}
