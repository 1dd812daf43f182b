const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

export type JsonFlaw = 'nul' | 'depth';

/**
 * What is wrong with JSON text before it is parsed: an escaped NUL character (PostgreSQL cannot store it) or deeper
 * nesting than `maxDepth` (recursive code overflows on it). One pass over the bytes, no allocation.
 */
export function findJsonFlaw(bytes: Uint8Array, maxDepth: number): JsonFlaw | undefined {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfString(bytes, at + 1);
      if (at < 0) return 'nul';
    } else if (byte >= 0x5b) {
      if (OPEN.has(byte)) depth++;
      else if (CLOSE.has(byte)) depth--;
      if (depth > maxDepth) return 'depth';
    }
  }
  return undefined;
}

/** Index of the closing quote, or the end of the text; -1 when the string holds an escaped NUL. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH) continue;
    at++;
    if (bytes[at] === 0x75 && isZeros(bytes, at + 1)) return -1;
  }
  return bytes.length;
}

function isZeros(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x30 && bytes[at + 1] === 0x30 && bytes[at + 2] === 0x30 && bytes[at + 3] === 0x30;
}
