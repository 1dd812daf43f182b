import { logLevels, parseEnvironment } from '@baton/observability';
import { strategyNames, type StrategyName } from '@baton/engine';
import { z } from 'zod';

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

const strategy = z.enum(strategyNames);

const environment = z.object({
  AGENT_ORCHESTRATOR_PORT: port(8003),
  HEALTH_PORT: port(8000),
  METRICS_PORT: port(8001),
  BATON_LISTEN_ADDRESS: z.string().default('127.0.0.1'),
  MESSAGE_QUEUE_URL: url(['amqp:', 'amqps:'], 'amqp://user:password@host:5672/', 'amqp://guest:guest@localhost:5672/'),
  DATABASE_URL: url(
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/baton',
    'postgres://baton:baton@localhost:5432/baton',
  ),
  MAX_AGENTS: z.coerce.number().int().min(1).max(10_000).default(100),
  AGENT_TIMEOUT_SECONDS: z.coerce.number().positive().max(604_800).default(300),
  MAX_RETRIES: z.coerce.number().int().min(0).max(100).default(3),
  BATON_ADMIN_PASSWORD: z.string().min(8, 'needs at least 8 characters').optional(),
  BATON_STRATEGY: strategy.default('least-load'),
  BATON_STRATEGIES: z.string().default('').transform(parseStrategies),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

export type OrchestratorConfig = z.infer<typeof environment>;

/** Throws ConfigurationError naming every variable that does not fit. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): OrchestratorConfig {
  return parseEnvironment(environment, env);
}

/** `research.search=round-robin,probe.echo=least-load` */
function parseStrategies(list: string, context: z.RefinementCtx): ReadonlyMap<string, StrategyName> {
  const chosen = new Map<string, StrategyName>();
  for (const entry of list.split(',').filter((part) => part.trim() !== '')) {
    const [capability = '', name] = entry.split('=').map((part) => part.trim());
    const parsed = strategy.safeParse(name);
    if (parsed.success) chosen.set(capability, parsed.data);
    else context.addIssue({ code: 'custom', message: `"${entry}" is not <capability>=<${strategyNames.join(' | ')}>` });
  }
  return chosen;
}
