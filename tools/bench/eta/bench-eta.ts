import { chanceFrom, type DurationStats, forecast, type Forecast, plainKey, planOfRun } from '@baton/engine';
import { formatNumber, renderTable } from '../report/table';
import { randomWorkflow, type RandomWorkflow } from './random-document';
import { VirtualMesh } from './virtual-mesh';

/** Shares of the run at which it is asked when it will end. */
const MOMENTS = [0.02, 0.1, 0.5, 0.9];

interface Asked {
  readonly moment: number;
  readonly leftMs: number;
  readonly forecast: Forecast;
  readonly tookMs: number;
}

/**
 * How honest the estimates of workflows are: random graphs with log-normal durations and limited slots are run in
 * virtual time, and what was forecast on the way is compared with what came. No mesh, no clock.
 */
export async function benchEta(args: readonly string[], progress: (line: string) => void): Promise<void> {
  const runs = Number(args[0] ?? 300);
  const asked: Asked[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    asked.push(...(await askAlong(seed)));
    if (seed % 50 === 0) progress(`${seed} of ${runs} runs`);
  }
  console.log(`${runs} random workflows; "within": the end came inside the 80 % interval\n`);
  const head = ['at', 'asked', 'within', 'before it', 'after it', 'interval / left', '|error| / left', 'took ms'];
  console.log(
    renderTable(
      head,
      MOMENTS.map((moment) => rowOf(moment, asked)),
    ),
  );
}

async function askAlong(seed: number): Promise<Asked[]> {
  const workflow = randomWorkflow(chanceFrom(seed));
  const whole = await new VirtualMesh(workflow, normalFrom(seed)).play();
  const mesh = new VirtualMesh(workflow, normalFrom(seed));
  const before = earlier(workflow, seed);
  const open = [...MOMENTS];
  const asked: Asked[] = [];
  await mesh.play(() => {
    while (open.length > 0 && mesh.now >= (open[0] as number) * whole) {
      const moment = open.shift() as number;
      const startedAt = performance.now();
      const made = forecastNow(mesh, workflow, before, chanceFrom(seed * 1000 + open.length));
      const tookMs = performance.now() - startedAt;
      if (made) asked.push({ moment, leftMs: whole - mesh.now, forecast: made, tookMs });
    }
  });
  return asked;
}

function forecastNow(
  mesh: VirtualMesh,
  workflow: RandomWorkflow,
  before: ReadonlyMap<string, readonly number[]>,
  uniform: () => number,
): Forecast | undefined {
  const plan = planOfRun(mesh.run, mesh.time, {
    durationsOf: (name) => statsOf([...(before.get(name) ?? []), ...finished(mesh, name)]),
    slotsOf: (name) => workflow.kinds.get(name)?.slots,
    childrenOf: (key) => workflow.usual.get(plainKey(key)),
    assignedAt: (_key, taskId) => mesh.assignedAt.get(taskId),
  });
  return plan && forecast(plan, uniform);
}

/** What has been measured of the run itself: tasks under way do not count yet. */
function finished(mesh: VirtualMesh, name: string): number[] {
  const under = mesh.underWay(name);
  return (mesh.done.get(name) ?? []).filter((log) => !under.has(log));
}

/** What earlier runs have measured. */
function earlier({ kinds }: RandomWorkflow, seed: number): Map<string, number[]> {
  const normal = normalFrom(seed + 1_000_000);
  const logs = ({ mu, sigma, known }: { mu: number; sigma: number; known: number }): number[] =>
    Array.from({ length: known }, () => mu + sigma * normal());
  return new Map([...kinds].map(([name, kind]) => [name, logs(kind)]));
}

function statsOf(logs: readonly number[]): DurationStats | undefined {
  if (logs.length === 0) return undefined;
  const meanLog = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const spread = logs.reduce((sum, log) => sum + (log - meanLog) ** 2, 0);
  return { count: logs.length, meanLog, varianceLog: logs.length > 1 ? spread / (logs.length - 1) : 0 };
}

function normalFrom(seed: number): () => number {
  const uniform = chanceFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function rowOf(moment: number, all: readonly Asked[]): string[] {
  const asked = all.filter((one) => one.moment === moment);
  const share = (fits: (one: Asked) => boolean): string =>
    `${formatNumber((100 * asked.filter(fits).length) / asked.length)} %`;
  const middle = (valueOf: (one: Asked) => number): string => {
    const values = asked.map(valueOf).sort((one, other) => one - other);
    return formatNumber(values[Math.floor(values.length / 2)] ?? 0);
  };
  return [
    `${100 * moment} %`,
    String(asked.length),
    share(({ leftMs, forecast: { lowMs, highMs } }) => leftMs >= lowMs && leftMs <= highMs),
    share(({ leftMs, forecast: { lowMs } }) => leftMs < lowMs),
    share(({ leftMs, forecast: { highMs } }) => leftMs > highMs),
    middle(({ leftMs, forecast: { lowMs, highMs } }) => (highMs - lowMs) / leftMs),
    middle(({ leftMs, forecast: { ms } }) => Math.abs(ms - leftMs) / leftMs),
    middle(({ tookMs }) => tookMs),
  ];
}
