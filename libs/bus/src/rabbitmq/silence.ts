/** Ticks of the running event loop: a process that is blocked or stopped hears nothing, and it is not the network's fault. */
export const tickMs = 250;

/** After so much silence a connection that is in use is asked whether it still carries anything. */
const ticksInUse = 4;
/** One that rests later: a thousand of them must not cost the broker anything worth mentioning. */
export const ticksAtRest = {
  /** Whoever only listens would not notice otherwise that nothing comes any more. */
  listening: 24,
  /** Longer than the broker's own heartbeats are apart: it is asked when somebody publishes. */
  publishing: 60,
} as const;
/** So long after its last messages it counts as in use. */
const ticksUntilRest = 40;
/** How long the answer may take at first, and at most. A broker that was only slow is given more time the next time. */
const patienceTicks = 8;
const longestPatienceTicks = 32;
/** More than a heartbeat and the answer to a question: messages. */
const traffic = 64;

/** What is known of one socket at a tick. */
export interface Heard {
  /** Bytes that came in so far. */
  readonly received: number;
  /** Somebody waits for an answer or a confirm that comes on it. */
  readonly expecting: boolean;
  /** The broker said that it does not read from it for a while. */
  readonly blocked: boolean;
}

/**
 * Decides from what comes in on a socket whether the network still carries it. `ask`: make a small round trip; `lost`:
 * nothing came of it.
 */
export class Silence {
  private received = 0;
  private quiet = 0;
  private resting = ticksUntilRest;
  private asked: number | undefined;

  /** In ticks; see `patienceAfter` and `ticksAtRest`. */
  constructor(
    private readonly patience: number,
    private readonly atRest: number = ticksAtRest.listening,
  ) {}

  tick({ received, expecting, blocked }: Heard): 'wait' | 'ask' | 'lost' {
    const bytes = received - this.received;
    this.received = received;
    this.resting = bytes > traffic ? 0 : this.resting + 1;
    if (bytes > 0 || blocked) {
      this.quiet = 0;
      this.asked = undefined;
      return 'wait';
    }
    this.quiet++;
    if (this.asked !== undefined) return ++this.asked >= this.patience ? 'lost' : 'wait';
    if (this.quiet < (expecting || this.resting < ticksUntilRest ? ticksInUse : this.atRest)) return 'wait';
    this.asked = 0;
    return 'ask';
  }
}

/** How long an answer may take after so many connections were given up for their silence in the last minute. */
export function patienceAfter(silences: number): number {
  return Math.min(patienceTicks * 2 ** silences, longestPatienceTicks);
}
