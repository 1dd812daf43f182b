/** Delay before try number `attempt` (0 first): doubles from 100 ms up to 5 s, moved by up to a fifth of itself. */
export function backoffMs(attempt: number, random: number): number {
  const delay = Math.min(100 * 2 ** Math.min(attempt, 10), 5_000);
  return Math.round(delay * (0.8 + 0.4 * random));
}
