import { randomUUID } from 'node:crypto';
import { type TaskId } from '@baton/contracts';
import {
  type AttemptRecord,
  claimTasks,
  Database,
  insertTasks,
  migrate,
  type NewTask,
  recordAttempts,
  statement,
  takeBrainLease,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type RunOutcome } from '../report';
import { withFreshDatabase } from '../stage/fresh-database';
import { type Stage } from '../stage/stage';
import { noOp, oneAgent, type Scale, type Scenario } from './scenario';

const BATCH = 500;
const COMPLETED = statement(
  'bench-completed',
  `select count(*)::int as completed from tasks where state = 'completed'`,
);
const LEASE_MS = 3_600_000;

function newTask(): NewTask {
  return {
    id: uuidV7() as TaskId,
    capability: noOp.capability,
    priority: 5,
    rank: Date.now(),
    input: JSON.stringify(noOp.input),
    options: null,
    timeoutMs: 300_000,
    maxRetries: 3,
    runAt: null,
    deadline: null,
    targetAgentId: null,
    idempotencyKey: null,
    workflowId: null,
    stepId: null,
    traceparent: null,
    createdBy: 'user:bench',
  };
}

function completed(taskId: string, token: string, agentId: string): AttemptRecord {
  return {
    taskId,
    token,
    from: 'assigned',
    to: 'completed',
    output: JSON.stringify({ echo: noOp.input }),
    error: null,
    failures: 0,
    losses: 0,
    runAt: null,
    capability: noOp.capability,
    options: null,
    actor: `agent:${agentId}`,
    reason: null,
    cost: null,
    quality: null,
    turnAt: null,
    details: JSON.stringify({ phases: { assigned: new Date(), executing: new Date(), completed: new Date() } }),
  };
}

/** Takes batches through their whole life by the statements the mesh itself uses, one batch after the other. */
async function lives(database: Database, epoch: number, batches: number): Promise<void> {
  const agentId = randomUUID();
  for (let batch = 0; batch < batches; batch++) {
    const tasks = Array.from({ length: BATCH }, newTask);
    await insertTasks(database, tasks);
    const claims = tasks.map(({ id }) => ({ taskId: id, agentId, token: randomUUID(), why: null }));
    const claimed = await claimTasks(database, epoch, claims);
    const records = claimed.map(({ id, token }) => completed(id, token, agentId));
    await recordAttempts(database, epoch, records);
  }
}

/** Tasks a second when so many connections each take batches through their lives. */
async function rate(url: string, connections: number, tasks: number): Promise<number> {
  const database = new Database({ url, name: 'baton-bench-limit', connections });
  try {
    const epoch = await takeBrainLease(database, randomUUID(), LEASE_MS);
    if (epoch === undefined) throw new Error('The fresh database has a brain already');
    const each = Math.ceil(tasks / BATCH / connections);
    await Promise.all(Array.from({ length: connections }, () => lives(database, epoch, 1))); // prepares the statements
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: connections }, () => lives(database, epoch, each)));
    const elapsedMs = performance.now() - startedAt;
    const [row] = await database.run<{ completed: number }>(COMPLETED);
    const expected = (each + 1) * connections * BATCH;
    if (row?.completed !== expected) throw new Error(`Of ${expected} tasks ${row?.completed} completed`);
    return (1000 * each * connections * BATCH) / elapsedMs;
  } finally {
    await database.close();
  }
}

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const fresh = (connections: number): Promise<number> =>
    withFreshDatabase(stage.mesh.services.databaseUrl, async (url) => {
      await migrate(url);
      return rate(url, connections, scale.of(20_000, 2_000));
    });
  const { result, spent } = await stage.metered(async () => [await fresh(1), await fresh(4)]);
  const [one = 0, four = 0] = result;
  return {
    readings: [
      { metric: 'one connection', unit: 'tasks/s', value: one },
      { metric: 'four connections', unit: 'tasks/s', value: four },
    ],
    others: spent.others,
  };
}

export const limitDb: Scenario = {
  name: 'limit-db',
  about: "20,000 lives of a task in the database alone: the mesh's own statements in batches of 500",
  agents: oneAgent,
  run,
};
