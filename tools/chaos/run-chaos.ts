import { join } from 'node:path';
import { type ChaosOptions, reproduction } from './chaos-options';
import { runCourse } from './course';
import { faults } from './faults';
import { type Mark, type Scene } from './faults/fault';
import { Sender } from './load/sender';
import { SenderLog } from './load/sender-log';
import { type ChaosReport } from './report/chaos-report';
import { firstObservation, type Observation, recoveryRows } from './report/recovery';
import { planFaults } from './schedule/plan-faults';
import { seeded } from './schedule/seeded';
import { Listeners } from './stage/listeners';
import { type Stage } from './stage/stage';
import { judge } from './verdict/judge';

export interface ChaosRun {
  readonly options: ChaosOptions;
  readonly stage: Stage;
  /** For the sender's log. */
  readonly folder: string;
  readonly tell: (line: string) => void;
  /** Aborted: the run ends at once, with its reason. */
  readonly signal: AbortSignal;
}

/** One run on a mesh that is up: load, faults, healing, verdict. */
export async function runChaos({ options, stage, folder, tell, signal }: ChaosRun): Promise<ChaosReport> {
  const { seed, minutes, rate } = options;
  const skipped = hindrances(options, stage);
  const kinds = options.kinds.filter((kind) => !(kind in skipped));
  const schedule = planFaults({ seed, durationMs: minutes * 60_000, kinds });
  const log = new SenderLog(join(folder, 'accepted.ndjson'));
  const overBus = await stage.busEntrance();
  const listeners = await Listeners.open(stage.doors[0]);
  const sender = new Sender({
    doors: stage.doors,
    besides: [overBus],
    log,
    chance: seeded(seed + 1),
    run: `chaos-${seed}`,
    perSecond: rate,
  });
  const problems: string[] = [];
  const scene: Scene = {
    stage,
    load: sender,
    listeners,
    tell: stopwatch(tell),
    problem: (text) => problems.push(text),
  };

  stage.exits.start();
  sender.start();
  try {
    const { marks } = await runCourse(scene, schedule, signal);
    await stage.heal();
    await sender.stop();
    const verdict = await judge(stage, sender, { log, listeners });
    const all = [...problems, ...verdict.faults];
    const recovery = recoveryRows(await Promise.all(marks.map((mark) => observe(scene, mark))));
    return {
      ...{ seed, minutes, reproduce: reproduction(options), passed: all.length === 0, faults: all, schedule, skipped },
      ...{ load: sender.figures, ends: verdict.ends, settledMs: verdict.settledMs, told: verdict.told, recovery },
    };
  } finally {
    await sender.stop();
    await overBus.close();
    await listeners.close();
    log.close();
  }
}

function hindrances({ kinds }: ChaosOptions, stage: Stage): Record<string, string> {
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const why = faults[kind].hindrance?.(stage);
      return why === undefined ? [] : [[kind, why]];
    }),
  );
}

async function observe({ stage, listeners }: Scene, mark: Mark): Promise<Observation> {
  if (mark.what === 'dispatch') return firstObservation(mark, await stage.truth.firstDispatch(mark.notBefore));
  if (mark.what === 'taken') return firstObservation(mark, listeners.firstTaken(mark.at));
  if (mark.what === 'lags') return { measure: mark.measure, ms: listeners.lags(mark.from, mark.to), without: 0 };
  const moved = await stage.truth.moved(mark.agentId, mark.at);
  const ms = moved.flatMap(({ next, again }) =>
    next === 'queued' && again ? [again.getTime() - mark.at.getTime()] : [],
  );
  return { measure: mark.measure, ms, without: moved.length - ms.length };
}

function stopwatch(tell: (line: string) => void): (line: string) => void {
  const began = performance.now();
  return (line) => tell(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}
