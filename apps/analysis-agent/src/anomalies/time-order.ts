import { type FoundAnomaly } from './find-anomalies';

/** ISO 8601, or milliseconds since 1970. */
export type Timestamp = string | number;
export type TimedAnomaly = FoundAnomaly & { readonly timestamp: Timestamp | null };

export type TimeOrder =
  | { readonly ok: false; readonly fault: string }
  | {
      readonly ok: true;
      /** The values, oldest first. */
      readonly values: readonly number[];
      /** Anomalies of those values, told by their place in the input, in its order. */
      readonly restore: (anomalies: readonly FoundAnomaly[]) => TimedAnomaly[];
    };

/** Brings values into the order of their timestamps; without timestamps they are in order already. */
export function timeOrder(values: readonly number[], timestamps?: readonly Timestamp[]): TimeOrder {
  if (!timestamps) {
    return { ok: true, values, restore: (found) => found.map((anomaly) => ({ ...anomaly, timestamp: null })) };
  }
  if (timestamps.length !== values.length) {
    return {
      ok: false,
      fault: `There are ${timestamps.length} timestamps for ${values.length} values. Give one each.`,
    };
  }
  const times = timestamps.map((at) => (typeof at === 'number' ? at : Date.parse(at)));
  const wrong = times.findIndex((at) => Number.isNaN(at));
  if (wrong >= 0) return { ok: false, fault: `timestamps[${wrong}] is no ISO 8601 time.` };
  const places = values.map((_value, place) => place).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  return {
    ok: true,
    values: places.map((place) => values[place] ?? 0),
    restore: (found) => found.map((anomaly) => restored(anomaly, places, timestamps)).sort((a, b) => a.index - b.index),
  };
}

function restored(anomaly: FoundAnomaly, places: readonly number[], timestamps: readonly Timestamp[]): TimedAnomaly {
  const index = places[anomaly.index] ?? anomaly.index;
  return { ...anomaly, index, timestamp: timestamps[index] ?? null };
}
