import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Agent } from '@baton/contracts';
import { type RunOutcome } from '../report';
import { forkTool } from '../stage/fork-tool';
import { type Stage } from '../stage/stage';
import { type Scale, type Scenario } from './scenario';

const CAPABILITIES = 50;
const AGENTS = 20;
const PROCESSES = 2;
const READY_WITHIN_MS = 60_000;
const TIMEOUT_MS = 120_000;
const PER_REQUEST = 500;

/** Every capability in turn. */
const batch = JSON.stringify({
  tasks: Array.from({ length: PER_REQUEST }, (_, index) => ({
    capability: `bench.c${index % CAPABILITIES}`,
    input: { index },
  })),
});

async function untilAllAreIn(stage: Stage): Promise<void> {
  for (const limit = Date.now() + READY_WITHIN_MS; Date.now() < limit; await pause(100)) {
    const { items } = await stage.call<{ items: Agent[] }>('GET', '/api/agents?family=bench&limit=100');
    if (items.filter(({ state }) => state === 'idle' || state === 'running').length === AGENTS) return;
  }
  throw new Error(`The ${AGENTS} agents are not there after ${READY_WITHIN_MS / 1000} s`);
}

async function withAgents(stage: Stage, work: (pids: number[]) => Promise<RunOutcome>): Promise<RunOutcome> {
  const children = Array.from({ length: PROCESSES }, () =>
    forkTool(join(__dirname, '..', 'stage', 'many-agents.ts'), {
      MESSAGE_QUEUE_URL: stage.mesh.services.messageQueueUrl,
      BENCH_AGENTS: String(AGENTS / PROCESSES),
      BENCH_CAPABILITIES: String(CAPABILITIES),
      LOG_LEVEL: 'warn',
    }),
  );
  try {
    await untilAllAreIn(stage);
    return await work(children.map(({ pid = 0 }) => pid));
  } finally {
    await Promise.all(children.map(end));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const tasks = scale.of(20_000, 1_000);
  const job = { kind: 'closed-loop', path: '/api/tasks/batch', body: batch, inFlight: 4 } as const;
  const send = async (count: number): Promise<number> => {
    const { startedAt } = await stage.send({ ...job, requests: count / PER_REQUEST });
    await stage.tasks.untilNoneIsOpen(TIMEOUT_MS);
    return startedAt;
  };
  return withAgents(stage, async (pids) => {
    await send(scale.of(10_000, 500));
    const { result, spent } = await stage.metered(() => send(tasks), { agent: { pids } });
    const { lastAt } = await stage.tasks.allCompleted(tasks, result);
    const cpu = Object.entries(spent.micros).map(([role, micros]) => [role, micros / tasks] as const);
    return {
      readings: [{ metric: 'throughput', unit: 'tasks/s', value: (1000 * tasks) / (lastAt - result) }],
      cpu: Object.fromEntries(cpu),
      others: spent.others,
    };
  });
}

export const many: Scenario = {
  name: 'many',
  about: '20,000 no-op tasks of 50 capabilities in batches of 500; 20 agents (in two processes) that offer all 50',
  agents: [],
  fresh: true,
  run,
};
