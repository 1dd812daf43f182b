import { z } from 'zod';

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,57}$/,
    'must be small letters, digits and hyphens, at most 58, not starting with a hyphen',
  );
const label = z.string().min(1).max(200);

const restart = z.strictObject({
  policy: z.enum(['always', 'never']).default('always'),
  maxBackoffSeconds: z.number().min(1).max(3600).default(60),
});

const agent = z.strictObject({
  name,
  family: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be small letters, digits and hyphens'),
  replicas: z.number().int().min(0).max(1000).default(1),
  tags: z.array(label).max(50).default([]),
  concurrency: z.number().int().min(1).max(10_000).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable'), z.string()).default({}),
  restart: restart.default({ policy: 'always', maxBackoffSeconds: 60 }),
  dependsOn: z.array(name).max(100).default([]),
});

/** A deployment file: what shall run. */
export const deploymentSchema = z.strictObject({ agents: z.array(agent).max(1000) });
export type Deployment = z.infer<typeof deploymentSchema>;
export type DeployedAgent = Deployment['agents'][number];
