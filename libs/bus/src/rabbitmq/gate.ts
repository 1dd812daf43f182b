import { type DeathNotes, identityOf } from './death-notes';
import { type CalmLog } from './calm-log';
import { describeFailure } from './failure';
import { Fifo } from './fifo';
import { type Held, type Line } from './held';
import { within } from './link';
import { type Refusal } from './refusal-of';
import { type Session } from './session';
import { maxDeliveries } from './verdicts';
import { type Work } from './work';

/** So often suspects are handled together; after that each alone, so that the culprit is found. */
const togetherUpTo = 2;
/** A handler that runs so long has not killed its process at once: others may go on beside it. */
const watchedMs = 5_000;
/** What already runs when a suspect comes is let end, so that nothing else is blamed for its deeds. */
const calmMs = 1_000;
/** Deliveries this process had when a connection was lost, and did not get again. */
const ownIds = 10_000;

export interface GateOptions {
  readonly work: Work;
  /** None: nothing is suspect here. */
  readonly notes: DeathNotes | undefined;
  readonly refuse: (held: Held, refusal: Refusal) => Promise<void>;
  readonly calm: CalmLog;
  /** What notes go by; by default what the delivery came by. */
  readonly session?: (() => Session | undefined) | undefined;
}

/**
 * Keeps a message that kills its process from doing so for ever. A redelivery that this process did not have before is
 * suspect: somebody may have died of it. Suspects are noted at the broker before they are handled, first together,
 * then one by one; after `maxDeliveries` without an end they are dead letters. Order is kept: what comes behind a
 * suspect waits. Everything else passes straight through.
 */
export class Gate {
  private readonly waiting = new Fifo<Held>();
  private readonly suspects = new WeakSet<Held>();
  private readonly watched = new Set<Held>();
  private readonly own = new Set<string>();
  private busy = false;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private forgetting: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: GateOptions) {}

  take(held: Held): void {
    const suspect = held.message.fields.redelivered && this.options.notes !== undefined && !this.isOwn(held);
    if (!suspect && !this.busy) return this.options.work.take(held);
    if (suspect) this.suspects.add(held);
    this.waiting.push(held);
    if (this.busy) return;
    this.busy = true;
    this.running = this.run();
  }

  /** Deliveries of this line come again; this process has survived them so far. */
  lost(line: Line): void {
    if (this.own.size > ownIds) this.own.clear(); // others had them since
    for (const id of line.acks.ids) this.own.add(id);
    for (const held of this.watched) if (held.line === line) held.ended?.();
  }

  /** What waits goes back to the queue. */
  stop(): void {
    this.stopped = true;
    for (const held of this.waiting.drain()) held.line.giveBack(held.message.fields.deliveryTag);
  }

  async idle(): Promise<void> {
    await this.running;
    await this.forgetting;
  }

  private isOwn(held: Held): boolean {
    const id = identityOf(held.message);
    return id !== undefined && this.own.delete(id);
  }

  private async run(): Promise<void> {
    await within(this.options.work.idle(), calmMs);
    for (let held = this.waiting.shift(); held && !this.stopped; held = this.waiting.shift()) {
      if (!this.suspects.has(held)) this.options.work.take(held);
      else await this.question([held, ...this.takeSuspects()]);
    }
    this.busy = false;
  }

  /** The suspects right behind. */
  private takeSuspects(): Held[] {
    const suspects: Held[] = [];
    for (let next = this.waiting.peek(); next && this.suspects.has(next); next = this.waiting.peek()) {
      suspects.push(next);
      this.waiting.shift();
    }
    return suspects;
  }

  private async question(suspects: readonly Held[]): Promise<void> {
    const counts = await this.countsOf(suspects);
    let together: Held[] = [];
    for (const [index, held] of suspects.entries()) {
      const count = counts[index] ?? 0;
      if (count < togetherUpTo) together.push(held);
      else {
        await this.handle(together);
        together = [];
        await (count + 1 < maxDeliveries ? this.handle([held]) : this.condemn(held, count + 1));
      }
    }
    await this.handle(together);
  }

  private async countsOf(suspects: readonly Held[]): Promise<number[]> {
    return (await this.noting(suspects, (notes, session, messages) => notes.count(session, messages))) ?? [];
  }

  /** Notes that they are begun, and waits for their end, though not for ever. */
  private async handle(suspects: readonly Held[]): Promise<void> {
    const present = suspects.filter(({ line }) => line.alive && !this.stopped);
    for (const held of suspects) if (!present.includes(held)) held.line.giveBack(held.message.fields.deliveryTag);
    if (present.length === 0) return;
    await this.noting(present, (notes, session, messages) => notes.add(session, messages));
    const ends = present.map((held) => this.endOf(held));
    for (const held of present) this.options.work.take(held);
    const ended = Promise.all(ends).then(() => this.forget(present));
    await within(ended, watchedMs);
  }

  private async condemn(held: Held, deliveries: number): Promise<void> {
    const reason = `it was delivered ${deliveries} times, and each time its recipient was gone before the end`;
    await this.options.refuse(held, { reason, code: 'poison', deliveries });
    this.forget([held]);
  }

  private endOf(held: Held): Promise<void> {
    this.watched.add(held);
    return new Promise((resolve) => {
      held.ended = () => {
        this.watched.delete(held);
        resolve();
      };
    });
  }

  private forget(suspects: readonly Held[]): void {
    this.forgetting = this.forgetting.then(() =>
      this.noting(suspects, (notes, session, messages) => notes.remove(session, messages)),
    );
  }

  /** Without notes messages are handled all the same; quorum queues have a count of their own. */
  private async noting<Result>(
    suspects: readonly Held[],
    note: (notes: DeathNotes, ...about: Parameters<DeathNotes['add']>) => Promise<Result>,
  ): Promise<Result | undefined> {
    const session = this.options.session ? this.options.session() : suspects[0]?.line.session;
    if (!session?.alive || !this.options.notes) return undefined;
    try {
      return await note(
        this.options.notes,
        session,
        suspects.map(({ message }) => message),
      );
    } catch (error) {
      const fields = { event: 'bus.notes.failed', reason: describeFailure(error) };
      if (session.alive) this.options.calm.warn('notes', fields, 'deliveries that kill their process are not counted');
      return undefined;
    }
  }
}
