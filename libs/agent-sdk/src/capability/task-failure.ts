import { type TaskError } from '@baton/contracts';

/** A failure a capability means: its code and message reach the submitter. Not tried again unless `retryable`. */
export class TaskFailure extends Error {
  readonly retryable: boolean;
  constructor(
    readonly code: string,
    message: string,
    options: { readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TaskFailure';
    this.retryable = options.retryable ?? false;
  }
}

/** What the contract allows in an error; longer text is cut. */
const limits = { code: 100, message: 20_000, stack: 50_000 } as const;

/** Anything thrown, as the error of an attempt: short enough and free of NUL characters. */
export function toTaskError(thrown: unknown): TaskError {
  if (thrown instanceof TaskFailure) {
    const code = fit(thrown.code, limits.code) || 'CAPABILITY_FAILED';
    return { code, message: fit(thrown.message, limits.message), retryable: thrown.retryable };
  }
  const error =
    thrown instanceof Error ? thrown : new Error(`A value was thrown that is no Error: ${describe(thrown)}`);
  const message = fit(textOf(error.message) || error.name, limits.message);
  const stack = fit(textOf(error.stack), limits.stack);
  return { code: 'CAPABILITY_FAILED', message, retryable: true, ...(stack && { stack }) };
}

function fit(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll('\0', '');
}

// The fields of an Error may have been overwritten with anything.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? typeof thrown);
  } catch {
    return typeof thrown; // cannot be shown: circular, or a hostile toJSON
  }
}
