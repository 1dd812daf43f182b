import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { logLevels, parseEnvironment } from '@baton/observability';
import { z } from 'zod';

const root = resolve(__dirname, '..', '..');

const port = (fallback: number): z.ZodType<number> =>
  z.coerce
    .number('is not a port number')
    .int()
    .min(0)
    .max(65_535, 'is not a port number (0 to 65535)')
    .default(fallback);

function urls(protocols: string[], example: string): z.ZodType<string | undefined> {
  const fits = (url: string): boolean => URL.canParse(url) && protocols.includes(new URL(url).protocol);
  return z
    .string()
    .refine((list) => list.split(',').every((url) => fits(url.trim())), `is not a URL like ${example}`)
    .optional();
}

const seconds = z.coerce.number('is not a number of seconds').positive('is not a number of seconds above 0');
const count = z.coerce.number('is not a number').int('is not a whole number');

/** Every variable the launcher knows. `.env.example` shows the same ones; a test keeps the two equal. */
export const meshEnvironment = z.object({
  AGENT_ORCHESTRATOR_PORT: port(8003),
  HEALTH_PORT: port(8000),
  METRICS_PORT: port(8001),
  BATON_LISTEN_ADDRESS: z.string().default('127.0.0.1'),
  MESSAGE_QUEUE_URL: urls(['amqp:', 'amqps:'], 'amqp://user:password@host:5672/'),
  MESSAGE_QUEUE_CA: z.string().optional(),
  MESSAGE_QUEUE_CERT: z.string().optional(),
  MESSAGE_QUEUE_KEY: z.string().optional(),
  MESSAGE_QUEUE_SERVER_NAME: z.string().optional(),
  MESSAGE_QUEUE_START: z.enum(['first', 'any'], 'is neither first nor any').optional(),
  DURABLE_QUEUE_TYPE: z.enum(['auto', 'classic', 'quorum'], 'is none of auto, classic and quorum').optional(),
  DATABASE_URL: urls(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/baton'),
  BATON_DATA_DIR: z.string().default('.baton'),
  BATON_DEPLOYMENT: z
    .string()
    .refine((file) => existsSync(resolve(file)), 'names a file that does not exist')
    .optional(),
  BATON_ORCHESTRATORS: count.min(1, 'needs at least 1').max(16, 'allows at most 16').default(1),
  BATON_SERVICE_USERS: z.string().optional(),
  BATON_ADMIN_PASSWORD: z.string().min(8, 'needs at least 8 characters').optional(),
  SCHEDULING_STRATEGY: z.string().optional(),
  CAPABILITY_STRATEGY: z.string().optional(),
  BATON_HEARTBEAT_SECONDS: seconds.default(5),
  BATON_LOST_AFTER_SECONDS: seconds.default(15),
  BATON_DRAIN_MS: count.min(0, 'is below 0').default(10_000),
  MAX_AGENTS: count.min(1, 'needs at least 1').max(10_000, 'allows at most 10000').default(100),
  AGENT_TIMEOUT_SECONDS: seconds.max(604_800, 'allows at most 604800 (a week)').default(300),
  MAX_IN_FLIGHT: z.string().optional(),
  CAPABILITY_CONCURRENCY: z.string().optional(),
  MAX_RETRIES: count.min(0, 'is below 0').max(100, 'allows at most 100').default(3),
  DEAD_LETTERS_KEEP_DAYS: z.coerce
    .number('is not a number of days')
    .positive('is not a number of days above 0')
    .default(30),
  DEAD_LETTERS_KEEP_MB: count.min(1, 'needs at least 1').default(1024),
  PROGRESS_INTERVAL_MS: count.min(0, 'is below 0').max(3_600_000, 'allows at most 3600000 (an hour)').default(1000),
  WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false'], 'is neither true nor false').default('true'),
  RESEARCH_ALLOWED_PATHS: z.string().optional(),
  RESEARCH_MAX_CORPUS_MB: count.min(1, 'needs at least 1').max(4096, 'allows at most 4096').default(256),
  LOG_LEVEL: z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).default('info'),
});

export type MeshEnvironment = z.infer<typeof meshEnvironment>;

/** Throws ConfigurationError naming every variable that does not fit. */
export function readEnvironment(env: NodeJS.ProcessEnv): MeshEnvironment {
  return parseEnvironment(meshEnvironment, env);
}

/** Adds the variables of a `.env` file in the clone's root, if there is one; what is set already wins. */
export function loadDotEnv(): void {
  const file = resolve(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
