import { brokerVariables } from '@baton/bus';
import { type LogLevel, logLevels, parseEnvironment } from '@baton/observability';
import { z } from 'zod';

const isUrl = (protocols: readonly string[]) => (list: string) =>
  list.split(',').every((one) => protocols.some((protocol) => one.trim().startsWith(`${protocol}//`)));

const environment = z
  .object({
    ...brokerVariables,
    DATABASE_URL: z
      .string()
      .default('postgres://baton:baton@localhost:5432/baton')
      .refine(isUrl(['postgres:', 'postgresql:']), 'is not a URL like postgres://user:password@host:5432/baton'),
    HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    BATON_SERVICE_USERS: z.string().default(''),
    LOG_LEVEL: z.enum(logLevels).default('info'),
    BATON_HEARTBEAT_SECONDS: z.coerce.number().positive().max(300).default(5),
    BATON_LOST_AFTER_SECONDS: z.coerce.number().positive().max(3600).default(15),
    MAX_AGENTS: z.coerce.number().int().min(1).max(10_000).default(100),
  })
  .refine((config) => config.BATON_LOST_AFTER_SECONDS > config.BATON_HEARTBEAT_SECONDS, {
    path: ['BATON_LOST_AFTER_SECONDS'],
    message: 'must be longer than BATON_HEARTBEAT_SECONDS, best three times as long',
  });

export type RegistryConfig = z.infer<typeof environment>;

/** Throws ConfigurationError naming every variable that does not fit. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): RegistryConfig {
  return parseEnvironment(environment, env);
}

/** For the logger that has to report a wrong configuration: never fails. */
export function readLogLevel(env: Readonly<Record<string, string | undefined>> = process.env): LogLevel {
  return z.enum(logLevels).catch('info').parse(env.LOG_LEVEL);
}
