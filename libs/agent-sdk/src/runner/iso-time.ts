let lastMs = Number.NaN;
let lastText = '';

/** ISO 8601 UTC. Attempts of one batch mostly share their millisecond, so the last text is kept. */
export function isoTime(epochMs: number): string {
  if (epochMs !== lastMs) {
    lastMs = epochMs;
    lastText = new Date(epochMs).toISOString();
  }
  return lastText;
}
