import { LeaseLostError, MeshError, type Recovery } from '@baton/contracts';

/** The database cannot be reached or went away; nothing was kept of what was under way unless it had committed. */
export class DatabaseUnavailableError extends MeshError {
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly recovery: Recovery = 'retry';
  constructor(what: string, cause?: unknown) {
    super(
      `The database is not available: ${what}. Try again in a moment; if it lasts, check DATABASE_URL and the server.`,
      {},
      cause,
    );
  }
}

/** SQLSTATE classes and socket errors after which the same statement may succeed later. */
const TRANSIENT = /^(08|40|53|55P03|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/;

/** Whether running the same again later may help. */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return TRANSIENT.test(code);
  return (
    typeof message === 'string' &&
    /Connection terminated|is not queryable|Query read timeout|timeout exceeded when trying to connect|query runner was already released/.test(
      message,
    )
  );
}

/** Whether the database refused the data itself (SQLSTATE classes 22 and 23): nothing of the statement was kept. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code);
}

/** The one place where errors of the driver become errors of the mesh. */
export function translateDatabaseError(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (code === 'BT001') return new LeaseLostError(Number(/epoch (\d+)/.exec(message ?? '')?.[1] ?? 0), error);
  if (isTransient(error)) return new DatabaseUnavailableError(message || String(code), error);
  return error;
}
