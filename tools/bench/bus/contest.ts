/** One way to send and receive, set up and ready. Both ways give the same guarantee: persistent, confirmed, acked. */
export interface Contestant {
  /** Sends so many messages, at most `WINDOW` of them unconfirmed; resolves when all are confirmed and all deliveries acked. */
  flood(messages: number): Promise<void>;
  close(): Promise<void>;
}

/** One way to ask, set up and ready. */
export interface Asker {
  ask(): Promise<unknown>;
  close(): Promise<void>;
}

/** Messages without a confirm at most. */
export const WINDOW = 500;
/** Unacked deliveries at a receiver at most. */
export const PREFETCH = 100;

/** What is sent: about 250 bytes. */
export interface Parcel {
  readonly n: number;
  readonly text: string;
}
const text = 'the quick brown fox jumps over the lazy dog, '.repeat(4);
export const parcel = (n: number): Parcel => ({ n, text });

/** Who gets a message: as many queues as recipients, each with its own key or all with the same. */
export interface Course {
  readonly name: 'direct' | 'multicast' | 'broadcast' | 'publish-subscribe';
  readonly recipients: number;
  readonly messages: number;
}

/** Counts deliveries and confirms; resolves when all expected have come. */
export class Tally {
  private open = 0;
  private settle: () => void = () => undefined;

  expect(count: number): Promise<void> {
    this.open = count;
    return new Promise((resolve) => (this.settle = resolve));
  }

  readonly one = (): void => {
    if (--this.open === 0) this.settle();
  };
}
