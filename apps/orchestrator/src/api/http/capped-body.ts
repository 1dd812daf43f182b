import { Transform } from 'node:stream';
import { type BodyRoom } from '../../intake/body-room';
import { OverloadedError } from '../../intake/intake-errors';
import { tooLarge } from './request-errors';

/**
 * A body that does not say its length: it takes room as it comes. What is over the limit, or finds no room, is
 * swallowed, so that the client gets to see the answer.
 */
export class CappedBody extends Transform {
  private received = 0;
  private taken = 0;
  private refusal: Error | undefined;

  constructor(
    private readonly limit: number,
    private readonly drainLimit: number,
    private readonly room: BodyRoom,
  ) {
    super();
  }

  /** Frees the room it took. */
  giveBack(): void {
    this.room.give(this.taken);
    this.taken = 0;
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: Error | null, data?: Buffer) => void,
  ): void {
    this.received += chunk.length;
    this.refusal ??= this.refusalOf(chunk);
    if (!this.refusal) return done(null, chunk);
    done(this.received > this.drainLimit ? this.refusal : null);
  }

  override _flush(done: (error: Error | null) => void): void {
    done(this.refusal ?? null);
  }

  private refusalOf(chunk: Buffer): Error | undefined {
    if (this.received > this.limit) return tooLarge(`has more than ${this.limit} bytes`, this.limit);
    if (!this.room.take(chunk.length)) {
      return new OverloadedError('As many bytes as may wait are waiting to be stored');
    }
    this.taken += chunk.length;
    return undefined;
  }
}
