import { type AgentHeartbeat } from '@baton/contracts';
import { forgetBreakers, forgetMetrics, loadMetricsSeeds, saveMetrics } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Recorded } from '../results/recorder';
import { outcomeOf } from './attempt-outcome';
import { type BreakerEvents, BreakerWatch } from './breaker-watch';
import { HealthWatch } from './health-watch';
import { Tallies } from './tallies';

const FLUSH_EVERY_MS = 10_000;
/** Old metrics are dropped once in so many flushes. */
const FORGET_EVERY = 60;

/**
 * How the agents do, as one term knows it: every end of an attempt goes into the history that strategies choose by,
 * into the breaker of its agent and capability, and into the metrics that are kept.
 */
export class AgentPerformance {
  private readonly breakers: BreakerWatch;
  private readonly health: HealthWatch;
  private readonly tallies = new Tallies();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private flushes = 0;

  constructor(
    private readonly desk: Desk,
    events: BreakerEvents,
  ) {
    this.breakers = new BreakerWatch(desk, events);
    this.health = new HealthWatch(desk);
  }

  /** Begins where the last brain ended. The agents must be in the pool. */
  async start(): Promise<void> {
    const { pool } = this.desk.scheduler;
    for (const { agentId, capability, at, ...seed } of await loadMetricsSeeds(this.desk.database)) {
      const known = { ...seed, atMs: at.getTime() };
      pool.offer(agentId, capability)?.history.seed(known);
      pool.peersOf(capability).seed(known);
    }
    await this.breakers.restore();
    this.health.start();
    this.timer = setInterval(() => this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  /** Saves what was counted, as far as the database lets it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.health.stop();
    await this.breakers.stop();
    this.flush();
    await this.flushing;
  }

  heard(beat: AgentHeartbeat): void {
    this.health.heard(beat);
  }

  /** Committed ends of attempts, in order. */
  ended(recorded: readonly Recorded[]): void {
    const [nowMs, monotonicMs] = [this.desk.database.now().getTime(), performance.now()];
    const { pool } = this.desk.scheduler;
    for (const one of recorded) {
      const { row, sentAt } = one.held;
      const offer = pool.offer(row.agentId, row.capability);
      if (!offer) continue;
      const outcome = outcomeOf(one, monotonicMs);
      this.tallies.add(offer, outcome);
      if (outcome.verdict === 'nothing') continue;
      const failed = outcome.verdict === 'failure';
      offer.history.record(!failed, outcome.ms, nowMs);
      pool.peersOf(row.capability).record(!failed, outcome.ms, nowMs);
      // Whoever is gone needs no breaker: its attempts were lost, it did not fail at them.
      if (one.report.end.kind !== 'lost') this.breakers.ended(offer, failed, sentAt, monotonicMs);
    }
  }

  private flush(): void {
    this.flushing = this.flushing.then(() => this.save());
  }

  /** Figures are no facts: what cannot be saved is lost, and said so. */
  private async save(): Promise<void> {
    const { database, epoch, logger } = this.desk;
    try {
      await saveMetrics(database, epoch, this.tallies.drain());
      if (this.flushes++ % FORGET_EVERY > 0) return;
      await forgetMetrics(database);
      await forgetBreakers(database);
    } catch (error) {
      logger.warn({ event: 'metrics.unsaved', err: error }, 'some seconds of agent metrics were lost');
    }
  }
}
