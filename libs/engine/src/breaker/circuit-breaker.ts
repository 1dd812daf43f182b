import { FailureWindow } from './failure-window';

export const breakerStates = ['closed', 'half-open', 'open'] as const;
export type BreakerState = (typeof breakerStates)[number];

/** When a breaker opens, and for how long. Times are milliseconds. */
export interface BreakerPolicy {
  /** Failures in a row that open it, however many went well before. */
  readonly consecutiveFailures: number;
  /** Share of failures within the window that opens it, once there are `minimumVolume` attempts to judge by. */
  readonly failureRate: number;
  readonly minimumVolume: number;
  readonly windowMs: number;
  /** The first cool-down; it doubles with every probe that fails, up to the longest. */
  readonly coolDownMs: number;
  readonly maxCoolDownMs: number;
}
const defaultBreakerPolicy: BreakerPolicy = {
  consecutiveFailures: 8,
  failureRate: 0.5,
  minimumVolume: 20,
  windowMs: 30_000,
  coolDownMs: 2000,
  maxCoolDownMs: 60_000,
};

/** A change of state, for the audit. */
export interface BreakerMove {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly reason: string;
  /** Until the next probe; 0 unless it opened. */
  readonly coolDownMs: number;
}

/**
 * Keeps work from an agent that fails at one capability. Rules; times are given, on a clock that never goes back:
 * C1 Closed admits everything; failures in a row, or their share in a sliding window, open it.
 * C2 Open admits nothing until it has cooled down; then it is half-open.
 * C3 Half-open admits one probe at a time. Its success closes the breaker, its failure opens it for twice as long.
 * C4 What was sent out before the breaker opened says nothing about the present: it moves no open or half-open one.
 * C5 While it is open although a probe was made, work that nobody else would take may be sent in spite of it: it turns
 *    work to others, not away for good. A success of that closes it.
 */
export class CircuitBreaker {
  private current: BreakerState = 'closed';
  private inARow = 0;
  private opened = 0;
  private cooledOnce = false;
  private probeOut: 'no' | 'yes' | 'without-word' = 'no';
  private changedMs = 0;
  private coolAtMs = 0;
  private readonly window: FailureWindow;

  constructor(private readonly policy: BreakerPolicy = defaultBreakerPolicy) {
    this.window = new FailureWindow(policy.windowMs);
  }

  get state(): BreakerState {
    return this.current;
  }

  /** Whether an attempt may go out now. */
  get admits(): boolean {
    return this.current === 'closed' || (this.current === 'half-open' && this.probeOut === 'no');
  }

  /** Work that nobody else would take may go all the same (C5). */
  get yields(): boolean {
    return this.cooledOnce && this.current === 'open';
  }

  /** Times in a row that it opened. */
  get openings(): number {
    return this.opened;
  }

  /** When an open breaker admits a probe. */
  get nextProbeMs(): number {
    return this.coolAtMs;
  }

  /** An attempt goes out. */
  sent(): void {
    if (this.current === 'half-open') this.probeOut = 'yes';
  }

  /** How an attempt that was sent out at `sentMs` ended. Returns the change of state, if it made one. */
  ended(failed: boolean, sentMs: number, nowMs: number): BreakerMove | undefined {
    if (this.current === 'closed') return this.count(failed, nowMs);
    if (this.current === 'open') return failed || sentMs <= this.changedMs ? undefined : this.close(nowMs);
    if (sentMs < this.changedMs) return undefined;
    this.probeOut = 'no';
    return failed ? this.open('the probe failed', nowMs) : this.close(nowMs);
  }

  /** The cool-down is over (C2). Nothing happens before its time. */
  cooled(nowMs: number): BreakerMove | undefined {
    if (this.current !== 'open' || nowMs < this.coolAtMs) return undefined;
    this.cooledOnce = true;
    return this.move('half-open', 'cooled down', nowMs);
  }

  /**
   * A probe may end without a word: canceled, handed back, never claimed. `running` attempts are out with the agent;
   * the second look in a row that finds none gives the place of the probe to another. True: it admits again.
   */
  look(running: number): boolean {
    if (this.current !== 'half-open' || this.probeOut === 'no' || running > 0) return false;
    this.probeOut = this.probeOut === 'yes' ? 'without-word' : 'no';
    return this.probeOut === 'no';
  }

  /** Takes up what an earlier brain left: `open` goes on as half-open, so that one probe decides. */
  restore(openings: number, nowMs: number): BreakerMove {
    this.opened = openings;
    this.cooledOnce = true;
    return this.move('half-open', 'a new brain asks again', nowMs);
  }

  /** As another process keeps it; for those that only look. */
  mirror(state: BreakerState, nextProbeMs: number): void {
    this.current = state;
    this.coolAtMs = nextProbeMs;
    this.probeOut = state === 'half-open' ? 'yes' : 'no';
    this.cooledOnce = false;
  }

  private count(failed: boolean, nowMs: number): BreakerMove | undefined {
    this.window.add(failed, nowMs);
    this.inARow = failed ? this.inARow + 1 : 0;
    if (!failed) return undefined;
    const { consecutiveFailures, failureRate, minimumVolume } = this.policy;
    if (this.inARow >= consecutiveFailures) return this.open(`${this.inARow} failures in a row`, nowMs);
    const { total, failures } = this.window.sum(nowMs);
    if (total < minimumVolume || failures < total * failureRate) return undefined;
    return this.open(`${Math.round(failures)} of the last ${Math.round(total)} attempts failed`, nowMs);
  }

  private open(reason: string, nowMs: number): BreakerMove {
    const coolDownMs = Math.min(this.policy.coolDownMs * 2 ** this.opened, this.policy.maxCoolDownMs);
    this.opened += 1;
    this.coolAtMs = nowMs + coolDownMs;
    return { ...this.move('open', reason, nowMs), coolDownMs };
  }

  private close(nowMs: number): BreakerMove {
    this.opened = 0;
    this.cooledOnce = false;
    this.window.clear();
    return this.move('closed', 'an attempt succeeded', nowMs);
  }

  private move(to: BreakerState, reason: string, nowMs: number): BreakerMove {
    const from = this.current;
    [this.current, this.changedMs, this.inARow, this.probeOut] = [to, nowMs, 0, 'no'];
    return { from, to, reason, coolDownMs: 0 };
  }
}
