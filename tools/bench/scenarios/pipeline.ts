import { type Workflow } from '@baton/contracts';
import { type RunOutcome } from '../report';
import { perTask } from '../stage/cpu-clock';
import { type Stage, type StageAgent } from '../stage/stage';
import { WorkflowRows } from '../stage/workflow-rows';
import { type Scale, type Scenario } from './scenario';

const STAGES = 4;
const MS = 20;
const TIMEOUT_MS = 60_000;

const agents: readonly StageAgent[] = [{ name: 'probe', family: 'probe', concurrency: 16 }];

async function stream(stage: Stage, count: number): Promise<RunOutcome> {
  const definition = {
    name: 'bench-pipeline',
    pattern: 'pipeline',
    items: `[1..${count}]`,
    stages: Array.from({ length: STAGES }, () => ({ capability: 'probe.sleep', input: { ms: MS } })),
  };
  const { result, spent } = await stage.metered(async () => {
    const { id } = await stage.call<Workflow>('POST', '/api/workflows', { definition, start: true });
    return new WorkflowRows(stage.database).completed(id, TIMEOUT_MS);
  });
  const makespan = result.finishedAt - result.startedAt;
  return {
    readings: [
      { metric: 'makespan', unit: 'ms', value: makespan },
      { metric: 'of ideal', unit: 'times', value: makespan / ((count + STAGES - 1) * MS) },
    ],
    cpu: perTask(spent, count * STAGES),
    others: spent.others,
  };
}

export const pipeline: Scenario = {
  name: 'pipeline',
  about: '100 items of 20 ms through 4 stages that take one at a time, beside the ideal of 103 × 20 ms',
  agents,
  warmUp: (stage: Stage) => stream(stage, 20),
  run: (stage: Stage, scale: Scale) => stream(stage, scale.of(100, 10)),
};
