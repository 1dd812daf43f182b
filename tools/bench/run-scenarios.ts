import { type RunOutcome, type ScenarioRuns } from './report';
import { type Scale, type Scenario } from './scenarios';
import { Stage } from './stage/stage';

interface RunOptions {
  readonly runs: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** Hears of each stage while it is up. */
  readonly onStage: (stage: Stage) => Promise<void>;
}

/** Measures the scenarios: those with the same agents on one mesh, warmed up first, their runs taking turns. */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<ScenarioRuns[]> {
  const done = new Map<Scenario, RunOutcome[]>();
  for (const group of groupByAgents(scenarios)) {
    options.signal.throwIfAborted();
    const stage = await Stage.open({ agents: group[0]?.agents ?? [], progress: options.progress });
    try {
      await options.onStage(stage);
      await interruptible(runGroup(stage, group, options, done), options.signal);
    } finally {
      await stage.close();
    }
  }
  return scenarios.map((scenario) => ({ ...scenario, outcomes: done.get(scenario) ?? [] }));
}

/** Groups keep the order of their first scenario. */
export function groupByAgents<Item extends { agents: unknown }>(items: readonly Item[]): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) groups.set(item.agents, [...(groups.get(item.agents) ?? []), item]);
  return [...groups.values()];
}

async function runGroup(
  stage: Stage,
  group: readonly Scenario[],
  { runs, quick, progress, signal }: RunOptions,
  done: Map<Scenario, RunOutcome[]>,
): Promise<void> {
  const scale: Scale = { quick, of: (full, small) => (quick ? small : full) };
  for (const scenario of group) {
    progress(`warming up ${scenario.name}`);
    await scenario.warmUp?.(stage, scale);
  }
  for (let run = 1; run <= runs; run++) {
    for (const scenario of group.filter(({ mostRuns = runs }) => run <= mostRuns)) {
      signal.throwIfAborted();
      progress(`${scenario.name}, run ${run} of ${runs}`);
      const outcome = await scenario.run(stage, scale);
      done.set(scenario, [...(done.get(scenario) ?? []), outcome]);
    }
  }
}

function interruptible(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
