/** As many acks may be under way. */
const recentAcks = 1_000;

/**
 * Which acks to send for the deliveries of one channel. Settled deliveries below the oldest open one go out as a single
 * `multiple` ack; those above a gap one by one, so that a delivery that waits to be tried again holds up nobody.
 */
export class AckWindow {
  /** Tags with the id of their message. */
  private readonly open = new Map<number, string | undefined>();
  private settled: number[] = [];
  private readonly recent: (string | undefined)[] = [];
  private turn = 0;

  /** Deliveries without an ack so far. */
  get size(): number {
    return this.open.size;
  }

  /** Ids of messages that may come again when the channel is lost: those without an ack, and those whose ack may be lost. */
  get ids(): readonly string[] {
    return [...this.open.values(), ...this.recent].filter((id) => id !== undefined);
  }

  delivered(tag: number, id?: string): void {
    this.open.set(tag, id);
  }

  /** The delivery is done; its ack is part of the next `take`. */
  settle(tag: number): void {
    const id = this.open.get(tag);
    if (!this.open.delete(tag)) return;
    this.settled.push(tag);
    this.recent[this.turn++ % recentAcks] = id;
  }

  /** The delivery is given back by other means. False when it was settled before. */
  forget(tag: number): boolean {
    return this.open.delete(tag);
  }

  /** Acks due now. */
  take(): readonly { readonly tag: number; readonly multiple: boolean }[] {
    if (this.settled.length === 0) return [];
    const oldestOpen = this.oldestOpen();
    let run = 0;
    const acks: { tag: number; multiple: boolean }[] = [];
    for (const tag of this.settled) {
      if (tag < oldestOpen) run = Math.max(run, tag);
      else acks.push({ tag, multiple: false });
    }
    this.settled = [];
    if (run > 0) acks.unshift({ tag: run, multiple: true });
    return acks;
  }

  private oldestOpen(): number {
    for (const tag of this.open.keys()) return tag;
    return Number.POSITIVE_INFINITY;
  }
}
