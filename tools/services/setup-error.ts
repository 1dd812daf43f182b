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

/** The parts of Node's and the drivers' errors that tell a reason. */
interface Told {
  message?: string;
  code?: string;
  name?: string;
  /** Of a program that failed. */
  stderr?: string;
  /** Of a system call, such as `spawn apt-get`. */
  syscall?: string;
  /** Of a connection tried on several addresses. */
  errors?: unknown[];
}

/** What went wrong, in one line where the error allows it, whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, code, name, errors } = error as Told;
  if (errors?.length) return reasonOf(errors[0]);
  return programReason(error) ?? (message || code || name || 'no reason given');
}

function programReason({ stderr, code, syscall }: Told): string | undefined {
  if (typeof stderr === 'string' && stderr.trim() !== '') return lastLine(stderr);
  if (code === 'ENOENT' && syscall?.startsWith('spawn ')) return `there is no ${syscall.slice(6)} on this machine`;
  return undefined;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Shown wherever a private service cannot be had. */
export const composeAdvice =
  'Start both services with `docker compose up -d rabbitmq postgres`, or use ones you already run, and set\n' +
  '  MESSAGE_QUEUE_URL=amqp://guest:guest@localhost:5672/\n' +
  '  DATABASE_URL=postgres://baton:baton@localhost:5432/baton';
