/**
 * Whether this replica hears. It sends itself a message on the path of the heartbeats at every look; only while each
 * comes back in time does the silence of an agent mean anything. A stalled process, a lost connection or a backlog
 * makes the replica deaf, and it trusts its ears again only after a whole window of hearing.
 */
export class OwnEar {
  private sent: string | undefined;
  private soundSince: number;
  private lookedAt: number;

  constructor(
    private readonly everyMs: number,
    now: number,
  ) {
    this.soundSince = now;
    this.lookedAt = now;
  }

  /** At every look: `id` goes out now. The one before must be back, and the look must not come late. */
  send(id: string, now: number): void {
    if (this.sent !== undefined || this.isLate(now)) this.soundSince = now;
    this.sent = id;
    this.lookedAt = now;
  }

  heard(id: string): void {
    if (this.sent === id) this.sent = undefined;
  }

  /** How long everything has come back by now. */
  soundForMs(now: number): number {
    return this.sent === undefined && !this.isLate(now) ? now - this.soundSince : 0;
  }

  /** A process that was stopped wakes up with the silence of everybody in its book and their messages still unread. */
  private isLate(now: number): boolean {
    return now - this.lookedAt > 3 * this.everyMs;
  }
}
