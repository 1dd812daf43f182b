import { type AgentHeartbeat, agentPing, agentUnreachable } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { type Desk } from './desk';
import { type Held } from './held-attempts';

export interface LivenessEvents {
  /** The agent is gone as far as the brain can tell: what it has goes to others. */
  gone(agentId: string, reason: string): void;
  /** The agent beats, but does not know of these attempts: they never arrived. */
  unknownToAgent(agentId: string, attempts: readonly Held[]): void;
  /** A heartbeat of an agent that is not in the pool. */
  stranger(agentId: string): void;
}
export interface LivenessTimes {
  /** Between two looks at the inboxes of agents that have work. */
  readonly pingEveryMs: number;
  /** Silence after which an agent counts as gone although its inbox is there. */
  readonly silentAfterMs: number;
  /** After a reconnect inboxes may be missing for a moment: nobody is gone because of that. */
  readonly settleMs: number;
}
const livenessTimes: LivenessTimes = { pingEveryMs: 200, silentAfterMs: 15_000, settleMs: 5000 };

/** Beats that must miss an attempt before it counts as never arrived (I6). */
const MISSED_BEATS = 2;

/**
 * Watches the agents that hold attempts (I5). An agent's inbox dies with its connection, so a mandatory ping that
 * comes back tells of a death within milliseconds; two in a row decide, for one may meet a reconnect.
 */
export class Liveness {
  private readonly lastBeat = new Map<string, number>();
  private readonly missedPings = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly events: LivenessEvents,
    private readonly times: LivenessTimes = livenessTimes,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), this.times.pingEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  heard(beat: AgentHeartbeat): void {
    const { agentId } = beat;
    this.lastBeat.set(agentId, performance.now());
    if (!this.desk.scheduler.pool.get(agentId)) this.events.stranger(agentId);
    const listed = new Set(beat.inFlight.map(({ token }) => token as string));
    this.freeUnlisted(agentId, listed);
    this.findUnarrived(agentId, listed);
  }

  /** A dispatch to this agent came back. */
  missed(agentId: string): void {
    this.countMiss(agentId);
  }

  forget(agentId: string): void {
    this.lastBeat.delete(agentId);
    this.missedPings.delete(agentId);
  }

  private findUnarrived(agentId: string, listed: ReadonlySet<string>): void {
    const unarrived = this.desk.held.ofAgent(agentId).filter((held) => {
      held.missedBeats = listed.has(held.row.token) ? 0 : held.missedBeats + 1;
      return held.missedBeats > MISSED_BEATS;
    });
    if (unarrived.length > 0) this.events.unknownToAgent(agentId, unarrived);
  }

  /** Slots of attempts that are over, for which the agent's word got lost. */
  private freeUnlisted(agentId: string, listed: ReadonlySet<string>): void {
    const { held } = this.desk;
    const current = new Set(held.ofAgent(agentId).map(({ row }) => row.token as string));
    for (const token of held.slotsOf(agentId)) {
      if (!current.has(token) && !listed.has(token)) held.freeSlot(token);
    }
  }

  private look(): void {
    const { bus } = this.desk;
    if (!bus.connected || bus.connectedForMs < this.times.settleMs) return;
    const now = performance.now();
    for (const agentId of this.desk.held.busyAgents()) {
      const last = this.lastBeat.get(agentId);
      if (last === undefined) this.lastBeat.set(agentId, now);
      else if (now - last > this.times.silentAfterMs) this.events.gone(agentId, 'no heartbeat');
      void this.ping(agentId);
    }
  }

  private async ping(agentId: string): Promise<void> {
    try {
      const outcome = await this.desk.bus.publish(routes.inbox(agentId), outgoing(agentPing, {}), { mandatory: true });
      if (outcome === 'unroutable') this.countMiss(agentId);
      if (outcome === 'sent') this.missedPings.delete(agentId);
    } catch (error) {
      this.desk.logger.debug({ event: 'ping.failed', agentId, err: error }, 'ping not sent');
    }
  }

  private countMiss(agentId: string): void {
    if (this.desk.bus.connectedForMs < this.times.settleMs) return;
    const missed = (this.missedPings.get(agentId) ?? 0) + 1;
    this.missedPings.set(agentId, missed);
    if (missed < 2) return;
    this.missedPings.delete(agentId);
    this.events.gone(agentId, 'its inbox is gone');
    void this.desk.bus
      .publish(routes.registry, outgoing(agentUnreachable, { agentId: agentId as AgentHeartbeat['agentId'] }), {
        durable: true,
      })
      .catch((error: unknown) =>
        this.desk.logger.warn({ event: 'registry.unreachable', err: error }, 'registry not told'),
      );
  }
}
