import { type AgentHeartbeat, agentPing, agentUnreachable } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { AgentVitals, vitalsTimes, type VitalsTimes } from './agent-vitals';
import { type Desk } from './desk';
import { type Held } from './held-attempts';
import { Unlisted } from './unlisted';

export interface LivenessEvents {
  /** The agent is gone as far as the brain can tell: what it has goes to others. */
  gone(agentId: string, reason: string): void;
  /** The agent beats, but does not know of these attempts: they never arrived. */
  unknownToAgent(agentId: string, attempts: readonly Held[]): void;
  /** A heartbeat of an agent that is not in the pool. */
  stranger(agentId: string): void;
}

const LOOK_EVERY_MS = 50;
/** Between two looks at an inbox that seems to be gone. */
const LOOK_AGAIN_MS = 30;

/**
 * Watches the agents that hold attempts (I5). An agent's inbox dies with its connection, so a mandatory ping that
 * comes back tells of a death within milliseconds; it is asked again until a reconnect would have shown.
 */
export class Liveness {
  private readonly vitals: AgentVitals;
  private readonly unlisted: Unlisted;
  private readonly again = new Map<string, NodeJS.Timeout>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly events: LivenessEvents,
    times: VitalsTimes = vitalsTimes,
  ) {
    this.vitals = new AgentVitals(times);
    this.unlisted = new Unlisted(desk.held);
  }

  /** The attempts an earlier brain left are in the book; nothing new has been sent yet. */
  takenUp(): void {
    this.unlisted.takenUp(performance.now());
  }

  /** What was out before is asked for: results may be stuck with an earlier brain while their slots are long free. */
  start(): void {
    for (const agentId of this.desk.held.busyAgents()) void this.ping(agentId, true);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const timer of this.again.values()) clearTimeout(timer);
    this.again.clear();
  }

  heard(beat: AgentHeartbeat): void {
    const { agentId } = beat;
    const now = performance.now();
    const known = this.desk.scheduler.pool.get(agentId) !== undefined;
    if (!known) this.events.stranger(agentId);
    // Whoever makes up agents makes no memory grow.
    if (!known && this.desk.held.ofAgent(agentId).length === 0) return;
    this.vitals.heard(agentId, now, beat.everyMs);
    const listed = new Set(beat.inFlight.map(({ token }) => token as string));
    const unarrived = this.unlisted.after(agentId, listed, now);
    if (unarrived.length > 0) this.events.unknownToAgent(agentId, unarrived);
  }

  /** A dispatch to this agent came back. */
  missed(agentId: string): void {
    const { bus } = this.desk;
    if (!bus.connected) return;
    const now = performance.now();
    const verdict = this.vitals.missed(agentId, now, this.connectedSince(now));
    if (verdict === 'gone') this.end(agentId);
    else if (verdict === 'unsure') this.lookAgain(agentId);
  }

  forget(agentId: string): void {
    this.vitals.forget(agentId);
  }

  private look(): void {
    const { bus, held } = this.desk;
    if (!bus.connected) return;
    const now = performance.now();
    const busy = held.busyAgents();
    for (const agentId of busy)
      if (this.vitals.isSilent(agentId, now, this.connectedSince(now))) this.events.gone(agentId, 'no heartbeat');
    for (const agentId of this.vitals.toPing(busy, now)) void this.ping(agentId);
  }

  private lookAgain(agentId: string): void {
    if (this.again.has(agentId)) return;
    const look = (): void => {
      this.again.delete(agentId);
      // A beat shows those who leave dispatch to agents without an inbox that this one has it again.
      void this.ping(agentId, true);
    };
    this.again.set(agentId, setTimeout(look, LOOK_AGAIN_MS));
  }

  private async ping(agentId: string, beat = false): Promise<void> {
    const message = outgoing(agentPing, beat ? { beat } : {});
    try {
      const outcome = await this.desk.bus.publish(routes.inbox(agentId), message, { mandatory: true });
      if (outcome === 'unroutable') this.missed(agentId);
      // A full inbox is there all the same.
      if (outcome === 'sent' || outcome === 'refused') this.vitals.answered(agentId);
    } catch (error) {
      this.desk.logger.debug({ event: 'ping.failed', agentId, err: error }, 'ping not sent');
    }
  }

  private end(agentId: string): void {
    this.vitals.forget(agentId);
    this.events.gone(agentId, 'its inbox is gone');
    void this.desk.bus
      .publish(routes.registry, outgoing(agentUnreachable, { agentId: agentId as AgentHeartbeat['agentId'] }), {
        durable: true,
      })
      .catch((error: unknown) =>
        this.desk.logger.warn({ event: 'registry.unreachable', err: error }, 'registry not told'),
      );
  }

  private connectedSince(now: number): number {
    return now - this.desk.bus.connectedForMs;
  }
}
