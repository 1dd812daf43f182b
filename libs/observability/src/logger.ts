import { hostname } from 'node:os';
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Keys whose values never reach a log line. */
const secrets = ['password', 'token', 'accessToken', 'refreshToken', 'authorization', 'apiKey', 'secret'];

/** JSON lines on stdout: constant message, facts in fields, secrets removed. */
export function createLogger(name: string, level: LogLevel = 'info'): Logger {
  return pino({
    name,
    level,
    base: { pid: process.pid, host: hostname() },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
  });
}

/** A URL without its password, for logs and messages. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@');
}
