export interface VitalsTimes {
  /** Between two pings to the same agent, while no more than `pingsPerSecond` go out altogether. */
  readonly pingEveryMs: number;
  readonly pingsPerSecond: number;
  /** An inbox that stays away for so long is gone: an agent whose connection broke has made it again before. */
  readonly confirmMs: number;
  /** Promised beats after which silence means that the agent is gone although its inbox is there. */
  readonly silentBeats: number;
  /** The silence that counts at least, and of agents that promise no rhythm. */
  readonly shortestSilenceMs: number;
  readonly unpromisedSilenceMs: number;
  /** After a reconnect of ours other inboxes may be missing for a moment: only who was heard since is judged. */
  readonly settleMs: number;
}
export const vitalsTimes: VitalsTimes = {
  pingEveryMs: 100,
  pingsPerSecond: 500,
  confirmMs: 150,
  silentBeats: 2.5,
  shortestSilenceMs: 2000,
  unpromisedSilenceMs: 15_000,
  settleMs: 5000,
};

interface Vital {
  /** Undefined until the first beat; then the time of the last. */
  heardAt?: number;
  beatEveryMs?: number;
  pingedAt: number;
  /** The first ping in a row that came back. */
  missingSince?: number;
  readonly knownSince: number;
}

/**
 * What is known of the life of each agent, without clock or I/O: `now` and the time since which this process is
 * connected come from a monotonic clock.
 */
export class AgentVitals {
  private readonly vitals = new Map<string, Vital>();

  constructor(private readonly times: VitalsTimes = vitalsTimes) {}

  heard(agentId: string, now: number, beatEveryMs?: number): void {
    const vital = this.of(agentId, now);
    vital.heardAt = now;
    if (beatEveryMs) vital.beatEveryMs = beatEveryMs;
  }

  forget(agentId: string): void {
    this.vitals.delete(agentId);
  }

  /** Those of the busy agents whose inbox is to be looked at now. The more there are, the more seldom each. */
  toPing(busy: readonly string[], now: number): string[] {
    const { pingEveryMs, pingsPerSecond } = this.times;
    const everyMs = Math.max(pingEveryMs, (busy.length / pingsPerSecond) * 1000);
    const due = busy.filter((agentId) => now - this.of(agentId, now).pingedAt >= everyMs);
    for (const agentId of due) this.of(agentId, now).pingedAt = now;
    return due;
  }

  /** The inbox is there. Says whether it was missing before. */
  answered(agentId: string): boolean {
    const vital = this.vitals.get(agentId);
    if (vital?.missingSince === undefined) return false;
    delete vital.missingSince;
    return true;
  }

  /** A message came back. `gone`: it has been missing for long enough; `unsure`: look again soon; `early`: no matter. */
  missed(agentId: string, now: number, connectedSince: number): 'gone' | 'unsure' | 'early' {
    const vital = this.of(agentId, now);
    if (!this.isJudged(vital, now, connectedSince)) return 'early';
    vital.missingSince ??= now;
    return now - vital.missingSince >= this.times.confirmMs ? 'gone' : 'unsure';
  }

  /** Silence counts only while it could have been heard. */
  isSilent(agentId: string, now: number, connectedSince: number): boolean {
    const { heardAt, knownSince, beatEveryMs } = this.of(agentId, now);
    return now - Math.max(heardAt ?? knownSince, connectedSince) > this.patienceMs(beatEveryMs);
  }

  private patienceMs(beatEveryMs: number | undefined): number {
    const { silentBeats, shortestSilenceMs, unpromisedSilenceMs } = this.times;
    return beatEveryMs === undefined ? unpromisedSilenceMs : Math.max(silentBeats * beatEveryMs, shortestSilenceMs);
  }

  private isJudged({ heardAt }: Vital, now: number, connectedSince: number): boolean {
    return now - connectedSince >= this.times.settleMs || (heardAt !== undefined && heardAt > connectedSince);
  }

  private of(agentId: string, now: number): Vital {
    let vital = this.vitals.get(agentId);
    if (!vital) this.vitals.set(agentId, (vital = { pingedAt: -Infinity, knownSince: now }));
    return vital;
  }
}
