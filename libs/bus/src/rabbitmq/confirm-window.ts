import { type PublishOutcome } from '../bus';
import { Fifo } from './fifo';
import { type Outbound } from './outbound';

/** A message on its way to a confirm. */
export interface Entry extends Outbound {
  readonly durable: boolean;
  /** That no queue takes it is fine, unless queues may be about to come back. */
  readonly mayMiss?: boolean;
  readonly resolve: (outcome: PublishOutcome) => void;
  readonly reject: (error: Error) => void;
  returned: boolean;
  /** Channels that ended while this one was on them. */
  losses: number;
}

/**
 * Bookkeeping of confirmed publishing, without any I/O. Order is kept: what was sent first is sent again first.
 * W1 At most `window` entries are in flight, at most `buffer` wait; whoever comes then is told to wait.
 * W2 After a loss durable entries go back in front, in order; the others are told `dropped`.
 * W3 What no queue took is sent again while queues may be about to come back, if its sender did not ask to be told.
 */
export class ConfirmWindow {
  private readonly inFlight = new Set<Entry>();
  private readonly returnable = new Map<string, Entry[]>();
  private readonly waiting = new Fifo<Entry>();
  private again: Entry[] = [];

  constructor(
    private readonly window: number,
    private readonly buffer: number,
  ) {}

  get unconfirmed(): number {
    return this.inFlight.size + this.waiting.length + this.again.length;
  }

  get full(): boolean {
    return this.waiting.length >= this.buffer;
  }

  add(entry: Entry): void {
    this.waiting.push(entry);
  }

  /** The next entry that may be sent now; it counts as in flight from here on. */
  next(): Entry | undefined {
    if (this.inFlight.size >= this.window) return undefined;
    const entry = this.again.shift() ?? this.waiting.shift();
    if (!entry) return undefined;
    this.inFlight.add(entry);
    if (entry.properties.mandatory) this.expectReturn(entry);
    return entry;
  }

  /** The broker could not route the message with this id; its confirm follows. */
  returned(messageId: unknown): void {
    const entry = this.returnable.get(String(messageId))?.find((candidate) => !candidate.returned);
    if (entry) entry.returned = true;
  }

  /**
   * The broker has it: the outcome is known, unless it came back and `settling` says that its queue may do so, too:
   * then it waits to be sent again (true). Does nothing for an entry that was settled before.
   */
  confirm(entry: Entry, settling = false): boolean {
    if (!this.remove(entry)) return false;
    if (entry.returned && entry.mayMiss && settling) {
      entry.returned = false;
      this.again.push(entry);
      return true;
    }
    entry.resolve(entry.returned && !entry.mayMiss ? 'unroutable' : 'sent');
    return false;
  }

  /** The broker refused it (a nack): durable ones are sent again, first of all. */
  refuse(entry: Entry): void {
    if (!this.remove(entry)) return;
    if (entry.durable) this.again.push(entry);
    else entry.resolve('dropped');
  }

  fail(entry: Entry, error: Error): void {
    if (this.remove(entry)) entry.reject(error);
  }

  /** The channel is gone. `fault` names entries that must not be tried again, with the reason. */
  lose(fault: (entry: Entry) => Error | undefined = () => undefined): void {
    const lost = [...this.inFlight];
    this.inFlight.clear();
    this.returnable.clear();
    const again: Entry[] = [];
    for (const entry of lost) {
      entry.losses++;
      entry.returned = false;
      const error = fault(entry);
      if (error) entry.reject(error);
      else if (entry.durable) again.push(entry);
      else entry.resolve('dropped');
    }
    this.again = [...again, ...this.again];
    for (const entry of this.waiting.drain()) {
      if (entry.durable) this.waiting.push(entry);
      else entry.resolve('dropped');
    }
  }

  /** Gives up on everything. */
  abandon(error: Error): void {
    for (const entry of [...this.inFlight, ...this.again, ...this.waiting.drain()]) entry.reject(error);
    this.inFlight.clear();
    this.returnable.clear();
    this.again = [];
  }

  private expectReturn(entry: Entry): void {
    const id = entry.properties.messageId ?? '';
    const same = this.returnable.get(id);
    if (same) same.push(entry);
    else this.returnable.set(id, [entry]);
  }

  private remove(entry: Entry): boolean {
    if (!this.inFlight.delete(entry)) return false;
    if (!entry.properties.mandatory) return true;
    const id = entry.properties.messageId ?? '';
    const rest = this.returnable.get(id)?.filter((candidate) => candidate !== entry) ?? [];
    if (rest.length > 0) this.returnable.set(id, rest);
    else this.returnable.delete(id);
    return true;
  }
}
