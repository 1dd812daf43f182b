import { type LoggerService } from '@nestjs/common';
import { type Logger } from './logger';

/** Nest's own start-up talk; ours say more with less. */
const frameworkContexts = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'InjectorLog']);

/** Nest's logger interface on pino: the last text is Nest's context, an Error keeps its stack. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'info' | 'warn' | 'error' | 'fatal' | 'debug' | 'trace') =>
    (message: unknown, ...more: readonly unknown[]): void => {
      const context = more.findLast((item): item is string => typeof item === 'string');
      const quiet = level === 'info' && context !== undefined && frameworkContexts.has(context);
      const facts = { ...(context !== undefined && { context }), ...(message instanceof Error && { err: message }) };
      logger[quiet ? 'debug' : level](facts, message instanceof Error ? message.message : String(message));
    };
  return {
    log: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
    debug: write('debug'),
    verbose: write('trace'),
  };
}
