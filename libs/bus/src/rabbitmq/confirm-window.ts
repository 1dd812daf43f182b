import { type Entry } from './confirm-entry';
import { Fifo } from './fifo';

export interface ConfirmLimits {
  /** Entries in flight. */
  readonly window: number;
  /** Entries that wait. */
  readonly buffer: number;
  /** How long a durable one that its sender wants to be told about is tried again after a nack. */
  readonly refusedAfterMs: number;
}

/**
 * Bookkeeping of confirmed publishing, without any I/O. Order is kept: what was sent first is sent again first.
 * W1 At most `window` entries are in flight, at most `buffer` wait; whoever comes then is told to wait.
 * W2 After a loss durable entries go back in front, in order; the others are told `dropped`.
 * W3 A nack of a live entry is told at once; durable ones rest until `rested` and are tried again: those whose sender
 *    wants to be told until `refusedAfterMs` have passed, or half of the buffer rests, the others for ever. What is
 *    durable and goes where one rests rests with it, so that it does not overtake it, unless half of the buffer does.
 * W4 What no queue took is sent again while queues may be about to come back, if its sender did not ask to be told.
 */
export class ConfirmWindow {
  private readonly inFlight = new Set<Entry>();
  private readonly waiting = new Fifo<Entry>();
  private again = new Fifo<Entry>();
  private resting: Entry[] = [];
  /** Where they go. */
  private readonly halted = new Set<string>();
  private turns = 0;

  constructor(private readonly limits: ConfirmLimits) {}

  /** In flight. */
  get sent(): number {
    return this.inFlight.size;
  }

  get unconfirmed(): number {
    return this.inFlight.size + this.waiting.length + this.again.length + this.resting.length;
  }

  get full(): boolean {
    return this.waiting.length + this.resting.length >= this.limits.buffer;
  }

  add(entry: Entry): void {
    entry.turn = this.turns++;
    this.waiting.push(entry);
  }

  /** The next entry that may be sent now; it counts as in flight from here on. */
  next(): Entry | undefined {
    while (this.inFlight.size < this.limits.window) {
      const entry = this.again.shift() ?? this.waiting.shift();
      if (!entry) return undefined;
      if (this.mustRest(entry)) {
        this.resting.push(entry);
        continue;
      }
      this.inFlight.add(entry);
      return entry;
    }
    return undefined;
  }

  /** The broker could not route the message with this id; its confirm follows. */
  returned(messageId: unknown): void {
    // Confirms follow returns in order: it is among the first, and no index is worth its upkeep for all the others.
    for (const entry of this.inFlight) {
      if (entry.returned || entry.properties.messageId !== messageId) continue;
      entry.returned = true;
      return;
    }
  }

  /**
   * The broker has it: the outcome is known, unless it came back and `settling` says that its queue may do so, too:
   * then it waits to be sent again (true). Does nothing for an entry that was settled before.
   */
  confirm(entry: Entry, settling = false): boolean {
    if (!this.inFlight.delete(entry)) return false;
    if (entry.returned && entry.mayMiss && settling) {
      entry.returned = false;
      this.resting.push(entry);
      return true;
    }
    entry.resolve(entry.returned && !entry.mayMiss ? 'unroutable' : 'sent');
    return false;
  }

  /** The broker did not take it (a nack). True when it rests now. */
  refuse(entry: Entry, now: number): boolean {
    if (!this.inFlight.delete(entry)) return false;
    entry.returned = false;
    entry.refusedAt ??= now;
    if (this.isPatient(entry, now - entry.refusedAt)) {
      this.halted.add(destinationOf(entry));
      return this.resting.push(entry) > 0;
    }
    entry.resolve('refused');
    return false;
  }

  /** What rests is sent again, before anything else. */
  rested(): void {
    this.sendAgain(this.takeResting());
  }

  fail(entry: Entry, error: Error): void {
    if (this.inFlight.delete(entry)) entry.reject(error);
  }

  /** The channel is gone. `fault` names entries that must not be tried again, with the reason. */
  lose(fault: (entry: Entry) => Error | undefined = () => undefined): void {
    const lost = [...this.inFlight];
    this.inFlight.clear();
    const again = this.takeResting();
    for (const entry of lost) {
      entry.losses++;
      entry.returned = false;
      const error = fault(entry);
      if (error) entry.reject(error);
      else if (entry.durable) again.push(entry);
      else entry.resolve('dropped');
    }
    this.sendAgain(again);
    for (const entry of this.waiting.drain()) {
      if (entry.durable) this.waiting.push(entry);
      else entry.resolve('dropped');
    }
  }

  /** Gives up on everything. */
  abandon(error: Error): void {
    const all = [...this.inFlight, ...this.takeResting(), ...this.again.drain(), ...this.waiting.drain()];
    for (const entry of all) entry.reject(error);
    this.inFlight.clear();
  }

  private takeResting(): Entry[] {
    const { resting } = this;
    this.resting = [];
    this.halted.clear();
    return resting;
  }

  /** Before what waits, in the order in which they were given. */
  private sendAgain(entries: readonly Entry[]): void {
    const all = [...entries, ...this.again.drain()].sort((a, b) => a.turn - b.turn);
    for (const entry of all) this.again.push(entry);
  }

  /** One that was given before it rests, and it would overtake it. */
  private mustRest(entry: Entry): boolean {
    if (this.halted.size === 0 || !entry.durable || !this.halted.has(destinationOf(entry))) return false;
    return entry.mayMiss || this.resting.length < this.mostResting;
  }

  /** The other half is for messages to queues that take them. */
  private get mostResting(): number {
    return Math.max(this.limits.window, Math.floor(this.limits.buffer / 2));
  }

  private isPatient(entry: Entry, refusedForMs: number): boolean {
    if (!entry.durable || entry.mayMiss) return entry.durable;
    return refusedForMs < this.limits.refusedAfterMs && this.resting.length < this.mostResting;
  }
}

/** What goes to the same place has the same. */
function destinationOf({ exchange, key }: Entry): string {
  return `${exchange} ${key}`;
}
