import { type RunOutcome, type ScenarioRuns } from './report';
import { type Scale, type Scenario } from './scenarios';
import { Stage } from './stage/stage';

export interface RunOptions {
  readonly runs: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** For the processes of the mesh. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Hears of each stage while it is up. */
  readonly onStage: (stage: Stage) => Promise<void>;
}

/** Measures the scenarios: those with the same agents on one mesh, warmed up first, their runs taking turns. */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<ScenarioRuns[]> {
  const done = new Map<Scenario, RunOutcome[]>(scenarios.map((scenario) => [scenario, []]));
  for (const { scenarios: group, runs } of planStages(scenarios, options.runs)) {
    options.signal.throwIfAborted();
    const { progress, environment = {} } = options;
    const stage = await Stage.open({ agents: group[0]?.agents ?? [], environment, progress });
    try {
      await options.onStage(stage);
      await interruptible(runGroup(stage, { group, runs, done }, options), options.signal);
    } finally {
      await stage.close();
    }
  }
  return scenarios.map((scenario) => ({ ...scenario, outcomes: done.get(scenario) ?? [] }));
}

type Plannable = Pick<Scenario, 'agents' | 'fresh' | 'mostRuns'>;

/** Which scenarios share a mesh, and how often each of them runs on it. A fresh one has a mesh for each run. */
export function planStages<Item extends Plannable>(
  scenarios: readonly Item[],
  runs: number,
): { scenarios: Item[]; runs: number }[] {
  const shared = new Map<unknown, Item[]>();
  const own: { scenarios: Item[]; runs: number }[] = [];
  for (const scenario of scenarios) {
    if (!scenario.fresh) shared.set(scenario.agents, [...(shared.get(scenario.agents) ?? []), scenario]);
    for (let run = 0; scenario.fresh && run < Math.min(runs, scenario.mostRuns ?? runs); run++)
      own.push({ scenarios: [scenario], runs: 1 });
  }
  return [...[...shared.values()].map((group) => ({ scenarios: group, runs })), ...own];
}

interface Group {
  readonly group: readonly Scenario[];
  readonly runs: number;
  readonly done: ReadonlyMap<Scenario, RunOutcome[]>;
}

async function runGroup(stage: Stage, { group, runs, done }: Group, options: RunOptions): Promise<void> {
  const { quick, progress, signal } = options;
  const scale: Scale = { quick, of: (full, small) => (quick ? small : full) };
  for (const scenario of group) {
    if (scenario.warmUp) progress(`warming up ${scenario.name}`);
    await scenario.warmUp?.(stage, scale);
  }
  for (let run = 1; run <= runs; run++) {
    for (const scenario of group.filter(({ mostRuns = runs }) => run <= mostRuns)) {
      signal.throwIfAborted();
      progress(`${scenario.name}, run ${run} of ${runs}`);
      done.get(scenario)?.push(await scenario.run(stage, scale));
    }
  }
}

/** The work, unless the signal comes first. */
export function interruptible<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
