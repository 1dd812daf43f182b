import { type JsonObject, type RetryPolicy } from '@baton/contracts';

/** What most tasks leave out, kept as one JSON text; null when all of it is left out. */
export interface TaskOptions {
  readonly tags?: readonly string[];
  readonly retry?: RetryPolicy;
  readonly fallback?: readonly string[];
  readonly concurrencyKey?: string;
  readonly concurrencyLimit?: number;
  readonly metadata?: JsonObject;
}

export function writeTaskOptions(options: TaskOptions): string | null {
  return Object.keys(options).length === 0 ? null : JSON.stringify(options);
}

/** Trusts what `writeTaskOptions` wrote. */
export function readTaskOptions(text: string | null): TaskOptions {
  return text === null ? {} : (JSON.parse(text) as TaskOptions);
}
