import { CONFIGURATION_EXIT_CODE, ConfigurationError } from './environment';
import { type Logger } from './logger';

export interface RunningProcess {
  /** Sent to the parent over IPC as `{ type: 'ready', … }`. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves, with the reason, when the process has to stop of its own accord. */
  readonly ended?: Promise<string>;
  /** Ends gracefully; the process exits when it resolves. */
  stop(reason: string): Promise<void>;
}

/**
 * Runs a process from start to exit: tells the parent when it is ready, and stops once, gracefully, on SIGTERM,
 * SIGINT or when the parent is gone. A start that fails exits 78 for a wrong configuration, else 1.
 */
export async function runProcess(
  logger: Logger,
  start: () => Promise<RunningProcess>,
  graceMs = 15_000,
): Promise<void> {
  let stopping = false;
  let running: RunningProcess | undefined;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ event: 'process.stopping', reason }, 'stopping');
    setTimeout(() => process.exit(1), graceMs).unref();
    void (running?.stop(reason) ?? Promise.resolve()).then(
      () => process.exit(0),
      (error: unknown) => fail(logger, error),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('parent gone'));
  try {
    running = await start();
    process.send?.({ type: 'ready', ...running.ready });
    logger.info({ event: 'process.ready', ...running.ready }, 'ready');
    void running.ended?.then(stop);
  } catch (error) {
    fail(logger, error);
  }
}

/** A wrong configuration is told to whoever set it, plainly; where in the code it was noticed would only hide it. */
function fail(logger: Logger, error: unknown): void {
  if (error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    logger.fatal({ event: 'process.failed', faults: error.faults }, 'the configuration is wrong');
    process.exitCode = CONFIGURATION_EXIT_CODE;
  } else {
    logger.fatal({ event: 'process.failed', err: error }, error instanceof Error ? error.message : 'failed');
    process.exitCode = 1;
  }
  logger.flush();
  setImmediate(() => process.exit());
}
