import { brokerVariables } from '@baton/bus';
import { logLevels, parseEnvironment } from '@baton/observability';
import { type InFlightLimits, strategyNames } from '@baton/engine';
import { type DeadLetterLimits } from '@baton/persistence';
import { z } from 'zod';
import { parseCapabilityConcurrency } from './dispatch/capability-concurrency';
import { parseCapabilityStrategy } from './performance/capability-strategy';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const url = (protocols: string[], example: string, fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine(
      (list) => list.split(',').every((one) => protocols.some((protocol) => one.trim().startsWith(`${protocol}//`))),
      {
        message: `is not a URL like ${example}`,
      },
    );

const environment = z.object({
  AGENT_ORCHESTRATOR_PORT: port(8003),
  HEALTH_PORT: port(8000),
  METRICS_PORT: port(8001),
  BATON_LISTEN_ADDRESS: z.string().default('127.0.0.1'),
  ...brokerVariables,
  DATABASE_URL: url(
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/baton',
    'postgres://baton:baton@localhost:5432/baton',
  ),
  MAX_AGENTS: z.coerce.number().int().min(1).max(10_000).default(100),
  AGENT_TIMEOUT_SECONDS: z.coerce.number().positive().max(604_800).default(300),
  MAX_RETRIES: z.coerce.number().int().min(0).max(100).default(3),
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).max(1_000_000).optional(),
  CAPABILITY_CONCURRENCY: z.string().default('').transform(parseCapabilityConcurrency),
  BATON_SERVICE_USERS: z.string().default(''),
  BATON_ADMIN_PASSWORD: z.string().min(8, 'needs at least 8 characters').optional(),
  SCHEDULING_STRATEGY: z.enum(strategyNames).default('least-load'),
  CAPABILITY_STRATEGY: z.string().default('').transform(parseCapabilityStrategy),
  DEAD_LETTERS_KEEP_DAYS: z.coerce.number().positive().max(36_500).default(30),
  DEAD_LETTERS_KEEP_MB: z.coerce.number().int().min(1).max(1_000_000).default(1024),
  PROGRESS_INTERVAL_MS: z.coerce.number().int().min(0).max(3_600_000).default(1000),
  WEBHOOK_ALLOW_PRIVATE: z
    .enum(['true', 'false'])
    .default('true')
    .transform((value) => value === 'true'),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

export type OrchestratorConfig = z.infer<typeof environment>;

/** How many attempts may be out at once, over all and per capability. */
export function limitsOf(config: OrchestratorConfig): InFlightLimits {
  return { total: config.MAX_IN_FLIGHT, perCapability: config.CAPABILITY_CONCURRENCY };
}

/** How long dead letters stay, and how many megabytes of them. */
export function deadLetterLimitsOf(config: OrchestratorConfig): DeadLetterLimits {
  return { days: config.DEAD_LETTERS_KEEP_DAYS, megabytes: config.DEAD_LETTERS_KEEP_MB };
}

/** Throws ConfigurationError naming every variable that does not fit. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): OrchestratorConfig {
  return parseEnvironment(environment, env);
}
