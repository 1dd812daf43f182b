import { type AgentHeartbeat } from '@baton/contracts';
import { type AgentOffer, type AgentSlots, healthScore } from '@baton/engine';
import { type Desk } from '../dispatch/desk';

const LOOK_EVERY_MS = 1000;
/** Fewer attempts than this in recent memory say nothing. */
const ENOUGH = 10;
/** What an agent that promises nothing is taken to promise. */
const BEATS_EVERY_MS = 5000;
const MISSED_UNTIL_LOST = 3;

interface LastBeat {
  readonly atMs: number;
  readonly everyMs: number;
}

/** Keeps the health of the agents in the pool, so that the poorly are given work last. */
export class HealthWatch {
  private readonly beats = new Map<string, LastBeat>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly desk: Desk) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  heard({ agentId, everyMs }: AgentHeartbeat): void {
    this.beats.set(agentId, { atMs: performance.now(), everyMs: everyMs ?? BEATS_EVERY_MS });
  }

  private look(): void {
    const { pool } = this.desk.scheduler;
    for (const agentId of this.beats.keys()) if (!pool.get(agentId)) this.beats.delete(agentId);
    const now = { nowMs: this.desk.database.now().getTime(), monotonicMs: performance.now() };
    for (const slots of pool.all()) {
      const { agentId } = slots.agent;
      pool.setHealth(agentId, healthOf(slots, this.beats.get(agentId), pool.offersOf(agentId), now));
    }
  }
}

/** The health of an agent that is present, from its last heartbeat and from what its attempts came to. */
export function healthOf(
  { agent, inFlight }: Pick<AgentSlots, 'agent' | 'inFlight'>,
  beat: LastBeat | undefined,
  offers: Iterable<Pick<AgentOffer, 'history'>>,
  { nowMs, monotonicMs }: { readonly nowMs: number; readonly monotonicMs: number },
): number {
  const everyMs = beat?.everyMs ?? BEATS_EVERY_MS;
  return healthScore({
    heartbeatAgeMs: beat ? monotonicMs - beat.atMs : null,
    heartbeatEveryMs: everyMs,
    lostAfterMs: MISSED_UNTIL_LOST * everyMs,
    successRate: successRate(offers, nowMs),
    inFlight,
    concurrency: agent.concurrency,
    present: true,
  });
}

/** Over all capabilities, each by what is known of it; null: too little. */
function successRate(offers: Iterable<Pick<AgentOffer, 'history'>>, nowMs: number): number | null {
  let [volume, succeeded] = [0, 0];
  for (const { history } of offers) {
    const known = history.volume(nowMs);
    volume += known;
    if (known > 0) succeeded += known * history.successRate(nowMs, 0);
  }
  return volume < ENOUGH ? null : succeeded / volume;
}
