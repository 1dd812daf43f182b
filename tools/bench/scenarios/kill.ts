import { setTimeout as pause } from 'node:timers/promises';
import { statement } from '@baton/persistence';
import { exactNow } from '../load/load-job';
import { type RunOutcome } from '../report';
import { type Stage, type StageAgent } from '../stage/stage';
import { smallestIdAt } from '../stage/task-rows';
import { type Scale, type Scenario } from './scenario';

const TIMEOUT_MS = 300_000;
const work = { capability: 'probe.sleep', input: { ms: 20 } };
const DONE = statement('bench-done', `select count(*)::int as done from tasks where id >= $1 and state = 'completed'`);
/** The attempts the killed agent had: from its death until another one has them. */
const AGAIN = statement(
  'bench-again',
  `select percentile_disc(0.5) within group (order by at) as middle, max(at) as last, count(*)::int as tasks
     from (select extract(epoch from assigned_at)::float8 * 1000 as at from tasks where id >= $1 and attempt > 1) again`,
);

async function untilDone(stage: Stage, count: number, since: number): Promise<void> {
  for (const limit = Date.now() + TIMEOUT_MS; Date.now() < limit; await pause(20)) {
    const [row] = await stage.database.run<{ done: number }>(DONE, [smallestIdAt(since)]);
    if ((row?.done ?? 0) >= count) return;
  }
  throw new Error(`Not half of the tasks were done after ${TIMEOUT_MS / 1000} s`);
}

async function killInTheMiddle(stage: Stage, count: number): Promise<RunOutcome> {
  const perRequest = count / 4;
  const body = JSON.stringify({ tasks: Array.from({ length: perRequest }, () => work) });
  const { startedAt } = await stage.send({
    kind: 'closed-loop',
    path: '/api/tasks/batch',
    body,
    requests: 4,
    inFlight: 4,
  });
  await untilDone(stage, count / 2, startedAt);
  const victim = stage.mesh.processes.find(({ name }) => name.startsWith('probe'));
  if (!victim) throw new Error('There is no agent to kill');
  const killedAt = exactNow();
  await stage.mesh.kill(victim.name);
  await stage.tasks.untilNoneIsOpen(TIMEOUT_MS);
  const { completed, lastAt } = await stage.tasks.since(startedAt);
  const again = await reassigned(stage, startedAt);
  return {
    readings: [
      { metric: 'total', unit: 's', value: (lastAt - startedAt) / 1000 },
      { metric: 'lost', unit: 'tasks', value: count - completed },
      { metric: 'reassigned', unit: 'tasks', value: again.tasks },
      { metric: 'half reassigned after', unit: 'ms', value: again.middle - killedAt },
      { metric: 'all reassigned after', unit: 'ms', value: again.last - killedAt },
    ],
  };
}

async function reassigned(stage: Stage, since: number): Promise<{ middle: number; last: number; tasks: number }> {
  const [row] = await stage.database.run<{ middle: number | null; last: number | null; tasks: number }>(AGAIN, [
    smallestIdAt(since),
  ]);
  if (row?.middle == null || row.last == null) throw new Error('The killed agent had nothing: no task was tried again');
  return { middle: row.middle, last: row.last, tasks: row.tasks };
}

function scenario(name: string, about: string, agents: readonly StageAgent[]): Scenario {
  return {
    name,
    about,
    agents,
    fresh: true,
    run: (stage: Stage, scale: Scale) => killInTheMiddle(stage, scale.of(2_000, 200)),
  };
}

const story = '2,000 tasks of 20 ms, 10 at a time (4 s of work); in the middle';

export const kill = scenario('kill', `${story} one of two agents with 5 slots each is killed with kill -9`, [
  { name: 'probe', family: 'probe', replicas: 2, concurrency: 5 },
]);

export const killOnly = scenario('kill-only', `${story} the only agent, with 10 slots, is killed with kill -9`, [
  { name: 'probe', family: 'probe', concurrency: 10 },
]);
