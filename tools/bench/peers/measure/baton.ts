import { type Reading } from '../../report';
import { type Scale, type Scenario, scenarios } from '../../scenarios';
import { Stage } from '../../stage/stage';
import { sumOf } from './peer-session';

/** Which figure of which of Baton's own scenarios stands beside the peers' metric. */
const figures: readonly { readonly metric: string; readonly scenario: string; readonly figure: string }[] = [
  { metric: 'bulk', scenario: 'batches', figure: 'throughput' },
  { metric: 'bulk cpu', scenario: 'batches', figure: 'cpu' },
  { metric: 'singly', scenario: 'singles', figure: 'throughput' },
  { metric: 'singly cpu', scenario: 'singles', figure: 'cpu' },
  { metric: 'p50', scenario: 'latency', figure: 'p50' },
  { metric: 'p99', scenario: 'latency', figure: 'p99' },
  { metric: 'drain', scenario: 'backlog-200k', figure: 'drain' },
  { metric: 'after a kill', scenario: 'kill', figure: 'all reassigned after' },
];

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`There is no scenario ${name}`);
  return found;
}

/** The peers' metrics among what a scenario of Baton's found. */
export function sideBySide(scenario: string, readings: readonly Reading[]): Reading[] {
  return figures
    .filter((entry) => entry.scenario === scenario)
    .flatMap(({ metric, figure }) => {
      const reading = readings.find((one) => one.metric === figure);
      return reading ? [{ ...reading, metric }] : [];
    });
}

const throughput = ['batches', 'singles', 'latency'].map(scenarioOf);

export async function warmUpBaton(stage: Stage, scale: Scale): Promise<void> {
  for (const scenario of throughput) await scenario.warmUp?.(stage, scale);
}

/** One run of what the peers do, by Baton's own scenarios; `others` is the share of the machine something else took. */
export async function measureBaton(stage: Stage, scale: Scale): Promise<{ readings: Reading[]; others: number }> {
  const readings: Reading[] = [];
  let most = 0;
  for (const scenario of throughput) {
    const { readings: found, others = 0, cpu = {} } = await scenario.run(stage, scale);
    readings.push(...sideBySide(scenario.name, [...found, { metric: 'cpu', unit: 'µs', value: sumOf(cpu) }]));
    most = Math.max(most, others);
  }
  return { readings, others: most };
}

export const openBatonStage = (progress: (line: string) => void): Promise<Stage> =>
  Stage.open({ agents: scenarioOf('batches').agents, progress });

/** One run of a scenario that needs agents of its own, on a mesh of its own. */
export async function measureAlone(
  name: 'backlog-200k' | 'kill',
  scale: Scale,
  progress: (line: string) => void,
): Promise<Reading[]> {
  const scenario = scenarioOf(name);
  const stage = await Stage.open({ agents: scenario.agents, progress });
  try {
    await scenario.warmUp?.(stage, scale);
    const { readings } = await scenario.run(stage, scale);
    return sideBySide(name, readings);
  } finally {
    await stage.close();
  }
}
