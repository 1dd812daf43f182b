import { statement } from '@baton/persistence';
import { type Reading, type RunOutcome } from '../report';
import { type LoadResult } from '../load/load-job';
import { type Stage } from '../stage/stage';
import { smallestIdAt } from '../stage/task-rows';
import { calmAgent, noOp, oneAgent, type Scale, type Scenario } from './scenario';

/**
 * Mean times since the epoch in milliseconds, from the rows, the audit and the agent's own phases. A task may be
 * assigned by the statement that inserts it.
 */
const MEANS = statement(
  'bench-stages',
  `select (avg(extract(epoch from t.created_at)) * 1000)::float8 as created,
          (avg(extract(epoch from least(queued.at, t.assigned_at))) * 1000)::float8 as stored,
          (avg(extract(epoch from t.assigned_at)) * 1000)::float8 as claimed,
          (avg(extract(epoch from (ended.details::jsonb #>> '{phases,assigned}')::timestamptz)) * 1000)::float8 as received,
          (avg(extract(epoch from (ended.details::jsonb #>> '{phases,completed}')::timestamptz)) * 1000)::float8 as worked,
          (avg(extract(epoch from t.finished_at)) * 1000)::float8 as recorded
     from tasks t
     join audit queued on queued.subject_id = t.id and queued.seq = 1
     join audit ended on ended.subject_id = t.id and ended.to_state = 'completed'
    where t.id >= $1`,
);

type Means = Readonly<Record<'created' | 'stored' | 'claimed' | 'received' | 'worked' | 'recorded', number>>;

/** Agents tell their times in whole milliseconds, rounded down: half of one is given back. */
const ROUNDED_MS = 0.5;

/** How long each stage of a task's life lasted on average. The clocks are those of one machine. */
export function stageReadings(means: Means, sentAt: number, answeredAt: number): Reading[] {
  const received = means.received + ROUNDED_MS;
  const worked = means.worked + ROUNDED_MS;
  const stages: [string, number][] = [
    ['1 http, until the insert begins', means.created - sentAt],
    ['2 insert', means.stored - means.created],
    ['3 commit, wait, claim', means.claimed - means.stored],
    ['4 commit, publish to the agent', received - means.claimed],
    ['5 agent', worked - received],
    ['6 result, until it is recorded', means.recorded - worked],
    ['7 commit, answer', answeredAt - means.recorded],
    ['all', answeredAt - sentAt],
  ];
  return stages.map(([metric, value]) => ({ metric, unit: 'ms', value }));
}

async function budget(stage: Stage, requests: number, inFlight: number): Promise<RunOutcome> {
  const { result, spent } = await stage.metered(() =>
    stage.send({
      kind: 'closed-loop',
      path: '/api/tasks',
      headers: { prefer: 'wait=30' },
      body: JSON.stringify(noOp),
      expect: '"state":"completed"',
      requests,
      inFlight,
    }),
  );
  const [means] = await stage.database.run<Means & Record<string, number>>(MEANS, [smallestIdAt(result.startedAt)]);
  if (!means) throw new Error('The database has no times');
  return { readings: stageReadings(means, result.meanSentAt, meanAnswer(result)), others: spent.others };
}

function meanAnswer({ meanSentAt, latenciesMs }: LoadResult): number {
  return meanSentAt + latenciesMs.reduce((sum, value) => sum + value, 0) / latenciesMs.length;
}

function scenario(name: string, about: string, inFlight: number): Scenario {
  return {
    name,
    about,
    agents: inFlight === 1 ? calmAgent : oneAgent,
    run: (stage: Stage, scale: Scale) => budget(stage, scale.of(inFlight === 1 ? 500 : 10_000, 100), inFlight),
  };
}

const what = 'how long each stage of a task takes on average, from the request to the answer with the result,';
export const stagesIdle = scenario('stages-idle', `${what} one task at a time`, 1);
export const stagesLoad = scenario('stages-load', `${what} 64 at a time`, 64);
