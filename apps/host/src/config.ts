import { resolve } from 'node:path';
import { hostname } from 'node:os';
import { brokerVariables } from '@baton/bus';
import { type LogLevel, logLevels, parseEnvironment } from '@baton/observability';
import { z } from 'zod';

const environment = z.object({
  ...brokerVariables,
  BATON_DEPLOYMENT: z.string().default(() => resolve(__dirname, '../../../deployments/default.yaml')),
  BATON_DATA_DIR: z.string().default('.baton'),
  /** Where `<family>-agent/main.js` lie. */
  BATON_APPS_DIR: z.string().default(() => resolve(__dirname, '..')),
  BATON_HOST_NAME: z.string().min(1).max(200).default(hostname()),
  BATON_DRAIN_MS: z.coerce.number().int().min(0).max(3_600_000).default(10_000),
  BATON_SERVICE_USERS: z.string().default(''),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

type Variables = Readonly<Record<string, string | undefined>>;
export type HostConfig = z.infer<typeof environment> & {
  /** What agents inherit: everything but what is the host's own or none of their business. */
  readonly inherited: Variables;
};

/** Agents have no database and open no known port. */
const notForAgents =
  /^(DATABASE_URL|BATON_ADMIN_PASSWORD|BATON_DEPLOYMENT|BATON_AGENT_.*|HEALTH_PORT|METRICS_PORT|AGENT_ORCHESTRATOR_PORT|NODE_CHANNEL_.*)$/;

/** Throws ConfigurationError naming every variable that does not fit. */
export function readConfig(env: Variables = process.env): HostConfig {
  const config = parseEnvironment(environment, env);
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !notForAgents.test(name)));
  return { ...config, inherited };
}

/** For the logger that has to report a wrong configuration: never fails. */
export function readLogLevel(env: Variables = process.env): LogLevel {
  return z.enum(logLevels).catch('info').parse(env.LOG_LEVEL);
}
