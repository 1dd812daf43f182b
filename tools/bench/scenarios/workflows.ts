import { setTimeout as pause } from 'node:timers/promises';
import { type Workflow } from '@baton/contracts';
import { statement } from '@baton/persistence';
import { exactNow } from '../load/load-job';
import { type RunOutcome } from '../report';
import { type Stage } from '../stage/stage';
import { noOp, calmAgent, type Scale, type Scenario } from './scenario';

interface Step {
  readonly id: string;
  readonly capability: string;
  readonly input: object;
  readonly needs?: readonly string[];
  readonly forEach?: string;
}

const TIMEOUT_MS = 60_000;
const FINISHED = statement(
  'bench-workflow-finished',
  `select state, extract(epoch from created_at)::float8 * 1000 as "createdAt",
          extract(epoch from finished_at)::float8 * 1000 as "finishedAt"
     from workflows where id = $1 and finished_at is not null`,
);

/** From the request that starts it to the recorded end, and the part of it between the workflow's own times. */
async function runWorkflow(stage: Stage, name: string, steps: readonly Step[]): Promise<RunOutcome> {
  const sentAt = exactNow();
  const definition = { name, steps };
  const { id } = await stage.call<Workflow>('POST', '/api/workflows', { name, definition, start: true });
  const { createdAt, finishedAt } = await finished(stage, id);
  return {
    readings: [
      { metric: 'total', unit: 'ms', value: finishedAt - sentAt },
      { metric: 'inside', unit: 'ms', value: finishedAt - createdAt },
    ],
  };
}

async function finished(stage: Stage, id: string): Promise<{ createdAt: number; finishedAt: number }> {
  for (const limit = Date.now() + TIMEOUT_MS; Date.now() < limit; await pause(10)) {
    const [row] = await stage.database.run<{ state: string; createdAt: number; finishedAt: number }>(FINISHED, [id]);
    if (row && row.state !== 'completed') throw new Error(`The workflow ${id} is ${row.state}`);
    if (row) return row;
  }
  throw new Error(`The workflow ${id} has not ended after ${TIMEOUT_MS / 1000} s`);
}

function fanSteps(width: number): Step[] {
  const items = Array.from({ length: width }, (_, index) => index);
  return [
    { id: 'first', capability: noOp.capability, input: { items } },
    {
      id: 'each',
      forEach: '${{ steps.first.output.echo.items }}',
      capability: noOp.capability,
      input: { item: '${{ item }}' },
    },
    { id: 'last', capability: noOp.capability, input: { count: '${{ $count(steps.each.output) }}' } },
  ];
}

function chainSteps(length: number): Step[] {
  return Array.from({ length }, (_, index) => ({
    id: `s${index}`,
    ...noOp,
    ...(index > 0 && { needs: [`s${index - 1}`] }),
  }));
}

/** Several in each run, one after the other: a single one of these lasts a tenth of a second. */
async function several(stage: Stage, count: number, name: string, steps: readonly Step[]): Promise<RunOutcome> {
  const { result, spent } = await stage.metered(async () => {
    const outcomes: RunOutcome[] = [];
    for (let run = 0; run < count; run++) outcomes.push(await runWorkflow(stage, name, steps));
    return outcomes;
  });
  return { readings: result.flatMap(({ readings }) => readings), others: spent.others };
}

const fan = (stage: Stage, scale: Scale): Promise<RunOutcome> =>
  several(stage, scale.of(5, 1), 'bench-fan', fanSteps(scale.of(200, 20)));
const chain = (stage: Stage, scale: Scale): Promise<RunOutcome> =>
  several(stage, scale.of(5, 1), 'bench-chain', chainSteps(scale.of(50, 10)));

export const fanOut: Scenario = {
  name: 'fan',
  about: 'a workflow of 1 + 200 + 1 no-op steps, from the request that starts it until its end is recorded',
  agents: calmAgent,
  warmUp: fan,
  run: fan,
};

export const chainOf50: Scenario = {
  name: 'chain',
  about: 'a workflow of 50 no-op steps one after the other, from the request that starts it until its end is recorded',
  agents: calmAgent,
  warmUp: chain,
  run: chain,
};
