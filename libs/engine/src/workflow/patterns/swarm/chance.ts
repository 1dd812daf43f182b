/** A seed out of any text: the same on every machine. */
export function seedOf(text: string): number {
  let seed = 0;
  for (let at = 0; at < text.length; at += 1) seed = stir(seed, text.charCodeAt(at));
  return seed;
}

/**
 * A number in [0, 1) that depends on its place alone, never on what was drawn before: whoever comes to the same place,
 * after a restart too, finds the same chance there.
 */
export function chance(seed: number, round: number, particle: number, draw: number): number {
  const high = stir(stir(stir(stir(0, seed), round), particle), draw);
  const low = stir(high, 1);
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 53;
}

/** The end of MurmurHash3, which spreads each bit of what is added over all 32. */
function stir(state: number, value: number): number {
  let hash = (state + Math.imul(value + 1, 0x9e3779b9)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
