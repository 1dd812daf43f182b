import { type z } from 'zod';

/** Exit code of a process whose configuration is wrong: a supervisor must not restart it. */
export const CONFIGURATION_EXIT_CODE = 78;

/** The environment is wrong; the message lists every fault by the name of its variable, never its value. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Parses and freezes the environment; empty strings count as unset. Throws ConfigurationError with all faults. */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data as object) as z.infer<Schema>;
  throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}
