import { type Bus, queues, type RawDelivery, readDeadLetter, type Subscription, type Verdict } from '@baton/bus';
import { MeshError } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Database, insertDeadLetters, type NewDeadLetter } from '@baton/persistence';
import { v7 as uuidv7 } from 'uuid';
import { type DeadLetterMetrics } from './dead-letter-metrics';
import { chunksOf, mergeCopies, remnantOf, toStoredLetter } from './stored-letter';

export interface MirrorParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: DeadLetterMetrics;
  /** So many letters with so many bytes were stored. */
  readonly onStored: (letters: number, bytes: number) => void;
}

/**
 * Letters in hand at once. The broker counts letters, not bytes, and what Baton refuses is kept up to 8 MiB: half a
 * gigabyte at the very worst, a few kilobytes each as a rule.
 */
const PREFETCH = 64;
/** Content of one statement. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const LONGEST_REST_MS = 1000;

/**
 * Copies the dead letters of the broker into the database; all orchestrators share the work. A letter is acked when its
 * row is committed, and a row is found again by its fingerprint: none is lost, none is there twice. While the database
 * is away they stay in their queue. A flood takes one connection half of the time: as long as a batch took to store,
 * so long the mirror rests.
 */
export class Mirror {
  private subscription: Subscription | undefined;
  private rest: Promise<void> = Promise.resolve();
  private stopping = new AbortController();
  private away = false;

  constructor(private readonly parts: MirrorParts) {}

  async start(): Promise<void> {
    const take = (deliveries: readonly RawDelivery[]): Promise<Verdict[]> => this.take(deliveries);
    this.subscription = await this.parts.bus.consumeRaw(queues.deadLetters, take, { prefetch: PREFETCH });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
  }

  private async take(deliveries: readonly RawDelivery[]): Promise<Verdict[]> {
    await this.rest;
    const began = performance.now();
    const now = this.parts.database.now();
    const letters = deliveries.map((delivery) => toStoredLetter(readDeadLetter(delivery), delivery, uuidv7(), now));
    const verdict = await this.store(mergeCopies(letters));
    this.rest = this.pause(Math.min(performance.now() - began, LONGEST_REST_MS));
    return deliveries.map(() => verdict);
  }

  /** All, or all again later: what is there already is not stored twice. */
  private async store(letters: readonly NewDeadLetter[]): Promise<Verdict> {
    try {
      for (const chunk of chunksOf(letters, CHUNK_BYTES)) await this.insert(chunk);
      if (this.away) this.parts.logger.info({ event: 'dead-letters.stored' }, 'dead letters are stored again');
      this.away = false;
      return 'done';
    } catch (error) {
      if (!this.away) {
        const fields = { event: 'dead-letters.not-stored', letters: letters.length, err: error };
        this.parts.logger.warn(fields, 'dead letters wait in their queue until they can be stored');
      }
      this.away = true;
      return 'retry';
    }
  }

  /** Throws while the database is away. One letter that it does not take must not hold up the others. */
  private async insert(chunk: readonly NewDeadLetter[]): Promise<void> {
    try {
      const stored = await insertDeadLetters(this.parts.database, chunk);
      this.parts.metrics.stored(stored);
      const bytes = chunk.reduce((sum, { content }) => sum + content.length, 0);
      this.parts.onStored(chunk.length, bytes);
    } catch (error) {
      if (error instanceof MeshError) throw error;
      if (chunk.length > 1) for (const letter of chunk) await this.insert([letter]);
      else if (chunk[0]) await this.insertRemnant(chunk[0], error);
    }
  }

  private async insertRemnant(letter: NewDeadLetter, error: unknown): Promise<void> {
    const fields = { event: 'dead-letters.unstorable', id: letter.id, messageId: letter.messageId, err: error };
    this.parts.logger.error(fields, 'the database does not take a dead letter; only that it was there is kept');
    const stored = await insertDeadLetters(this.parts.database, [remnantOf(letter, (error as Error).message)]);
    this.parts.metrics.stored(stored);
  }

  private pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });
  }
}
