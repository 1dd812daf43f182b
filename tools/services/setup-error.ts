/**
 * The mesh cannot be set up on this machine as it stands. The message says what is wrong and what to do; the exit
 * code is 78 (configuration) when a setting is at fault, else 1.
 */
export class SetupError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 78 = 1,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'SetupError';
  }
}

/** Another live mesh has this data folder. */
export class DataFolderInUseError extends SetupError {
  constructor(dataDir: string, pid: number) {
    super(
      `The data folder ${dataDir} is in use by process ${pid}. Stop that one, or set BATON_DATA_DIR to another folder.`,
      78,
    );
    this.name = 'DataFolderInUseError';
  }
}

/** What went wrong, in one line, whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
