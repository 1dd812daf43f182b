import { type WorkflowId } from '@baton/contracts';
import {
  forecastOf,
  type ForecastKnowledge,
  type ForecastPlan,
  planOfRun,
  playsOf,
  type RunEstimate,
  simulate,
  type WorkflowRun,
} from '@baton/engine';
import { LRUCache } from 'lru-cache';
import { type Desk } from '../dispatch/desk';
import { type RunHistory } from './run-history';

/** Played at a stretch; then others have their turn. */
const SLICE_MS = 5;
/** An estimate that took long is not made again before so many times as long: estimating stays cheap. */
const REST = 50;
const MAX_RUNS = 1000;

type Times = Pick<RunEstimate, 'at' | 'etaSeconds' | 'etaLowSeconds' | 'etaHighSeconds'>;
interface Made {
  readonly times: Times;
  readonly goodUntil: number;
}

/** Estimates when runs end, from history and the slots there are. */
export class Estimator {
  private readonly made = new LRUCache<WorkflowId, Made>({ max: MAX_RUNS });

  constructor(
    private readonly desk: Pick<Desk, 'scheduler' | 'held' | 'database'>,
    private readonly history: RunHistory,
  ) {}

  /** To be awaited before `estimate`. */
  learn(run: WorkflowRun): Promise<void> {
    return this.history.learn(run.graph.document.name);
  }

  /** Looks at the run at once, and works on in pieces. */
  estimate(run: WorkflowRun, now: Date): () => Promise<Times> {
    const known = this.made.get(run.id);
    if (known && performance.now() < known.goodUntil) return () => Promise.resolve(known.times);
    const startedAt = performance.now();
    const plan = planOfRun(run, now, this.knowledgeOf(run));
    let spentMs = performance.now() - startedAt;
    return async () => {
      const { times, ms } = plan ? await play(plan, now) : { times: timesOf(now), ms: 0 };
      spentMs += ms;
      this.made.set(run.id, { times, goodUntil: performance.now() + REST * spentMs });
      return times;
    };
  }

  private knowledgeOf({ graph }: WorkflowRun): ForecastKnowledge {
    const { scheduler, held, database } = this.desk;
    const clockMs = database.now().getTime() - performance.now();
    return {
      durationsOf: (capability) => this.history.durationsOf(capability),
      slotsOf: (capability) =>
        scheduler.pool
          .offering(capability)
          .reduce((sum, { owner, limit }) => sum + Math.min(owner.agent.concurrency, limit ?? Infinity), 0),
      childrenOf: (key) => this.history.childrenOf(graph.document.name, key),
      assignedAt: (_key, taskId) => {
        const attempt = held.ofTask(taskId);
        const isWaiting = attempt?.after !== undefined && attempt.hasTurn !== true;
        return attempt && !isWaiting ? new Date(clockMs + attempt.sentAt) : null;
      },
    };
  }
}

async function play(plan: ForecastPlan, now: Date): Promise<{ times: Times; ms: number }> {
  const plays: number[] = [];
  let ms = 0;
  for (const most = playsOf(plan); plays.length < most; await new Promise(setImmediate)) {
    const startedAt = performance.now();
    do plays.push(simulate(plan, Math.random));
    while (plays.length < most && performance.now() - startedAt < SLICE_MS);
    ms += performance.now() - startedAt;
  }
  const { ms: left, lowMs, highMs } = forecastOf(plays, plan.guessed);
  return { times: timesOf(now, left / 1000, lowMs / 1000, highMs / 1000), ms };
}

function timesOf(at: Date, eta?: number, low?: number, high?: number): Times {
  const rounded = (seconds: number | undefined): number | null =>
    seconds === undefined ? null : Math.round(seconds * 1000) / 1000;
  return {
    at: at.toISOString(),
    etaSeconds: rounded(eta),
    etaLowSeconds: rounded(low),
    etaHighSeconds: rounded(high),
  };
}
