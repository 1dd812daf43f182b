import { type AgentHeartbeat, type AttemptToken, type TaskAssigned, type TaskCanceled } from '@baton/contracts';
import { type Sender } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { type Workload } from '../bids/bid';
import { expectedWaitMs, type OpenAttempt } from '../bids/expected-wait';
import { TrackRecords } from '../bids/track-record';
import { type Offer, type Offers } from '../capability/offer';
import { defaultProgressRules, type ProgressRules, whatIsDue } from './due';
import { endingOfAborted, type Ending, perform } from './perform';
import { type ProgressSender } from './progress-sender';
import { type Reporter } from './reporter';
import { Recent } from './recent';
import { endedAs, Sequence } from './sequence';
import { Slots } from './slots';
import { steadyNow } from './steady-now';
import { type AbortCause, TaskRun } from './task-run';

/** How often deadlines, grace times and progress are looked at while something is in flight. */
const tickMs = 50;

export interface RunnerParts {
  readonly offers: Offers;
  readonly concurrency: number;
  readonly reporter: Reporter;
  readonly progress: ProgressSender;
  readonly messages: Sender;
  readonly logger: Logger;
  readonly progressRules?: ProgressRules;
}

/**
 * Runs the attempts of one agent.
 * R1 An attempt runs once however often it is assigned, while its token is remembered; the kept result is sent again.
 * R2 Never more at once than the agent's and the capability's concurrency. A surplus of twice the concurrency and 16
 *    waits here; what comes beyond is handed back as rejected, AGENT_FULL.
 * R3 Every attempt that was taken has one result. It is held, and listed in heartbeats, until the broker has it.
 * R4 A cancel that overtakes its assignment still counts.
 * R5 Memory is bounded: while too many results wait for the broker, nothing further is started.
 * R6 An attempt that spawns has ended: its slot is free, and what its capability still does is not heard.
 * R7 An attempt that names another one in `after` waits in the line, its time not running, until that one has completed
 *    here; from then on it is one of the line. If that one ends otherwise, or is unknown, it is rejected, OUT_OF_SEQUENCE.
 */
export class Runner {
  private readonly held = new Map<AttemptToken, TaskRun>();
  private readonly canceledEarly = new Recent<AttemptToken, string>(1000);
  private readonly slots: Slots<TaskRun>;
  private readonly sequence = new Sequence(this.held);
  private readonly rules: ProgressRules;
  private readonly records = new TrackRecords();
  private ticker: NodeJS.Timeout | undefined;
  private drainEndsAtMs: number | undefined;
  private readonly whenQuiet: (() => void)[] = [];

  constructor(private readonly parts: RunnerParts) {
    this.slots = new Slots(parts.concurrency, parts.concurrency * 2 + 16);
    this.rules = parts.progressRules ?? defaultProgressRules;
  }

  get draining(): boolean {
    return this.drainEndsAtMs !== undefined;
  }

  /** All attempts whose results the broker does not have yet. */
  get inFlight(): AgentHeartbeat['inFlight'] {
    return Array.from(this.held.values(), ({ task: { taskId, token } }) => ({ taskId, token }));
  }

  assign(task: TaskAssigned): void {
    const { offers, reporter } = this.parts;
    if (this.held.has(task.token) || reporter.repeat(task)) return;
    if (this.draining) return reporter.handBack(task, 'AGENT_DRAINING', 'The agent is leaving and takes nothing new');
    const offer = offers.get(task.capability);
    if (!offer) return reporter.handBack(task, 'CAPABILITY_UNKNOWN', `This agent does not offer ${task.capability}`);
    const fault = this.sequence.fault(task);
    if (fault) return reporter.handBack(task, fault.code, fault.message);
    this.take(new TaskRun(task, offer, this.parts, steadyNow()));
  }

  /** How it stands with one more attempt; undefined: nothing new is taken. */
  workload({ document: { name: lane }, concurrency: limit }: Offer): Workload | undefined {
    if (this.draining) return undefined;
    const { meanMs, confidence } = this.records.of(lane);
    const places = { capability: lane, ofCapability: limit, ofAgent: this.parts.concurrency };
    return { waitMs: expectedWaitMs(this.open(), (name) => this.records.of(name).meanMs, places), meanMs, confidence };
  }

  cancel(order: TaskCanceled): void {
    const run = this.held.get(order.token);
    if (!run) this.canceledEarly.put(order.token, order.reason);
    else if (run.stage !== 'reporting') this.abort(run, 'canceled', order.reason); // else it ended first
  }

  /** Takes nothing new; resolves when all has ended: by itself, or aborted and handed back after `withinMs`. */
  drain(withinMs: number): Promise<void> {
    const endsAtMs = steadyNow() + withinMs;
    this.drainEndsAtMs = Math.min(this.drainEndsAtMs ?? endsAtMs, endsAtMs);
    // R7 Followers first: they are given back for the same reason.
    for (const run of [...this.held.values()].reverse()) {
      if (run.stage === 'queued') this.abort(run, 'draining', 'The agent left before the attempt began');
    }
    return new Promise((resolve) => {
      this.whenQuiet.push(resolve);
      this.settleQuiet();
    });
  }

  private take(run: TaskRun): void {
    const { reporter } = this.parts;
    const canceled = this.canceledEarly.take(run.task.token);
    const place = this.sequence.binds(run.task)
      ? this.slots.bind(run, run.slotUser)
      : this.slots.offer(run, run.slotUser, reporter.hasRoom && canceled === undefined);
    if (place === 'full') return reporter.handBack(run.task, 'AGENT_FULL', 'All slots and the waiting line are taken');
    this.held.set(run.task.token, run);
    this.sequence.join(run);
    this.ticker ??= setInterval(() => this.tick(steadyNow()), tickMs);
    if (canceled !== undefined) this.abort(run, 'canceled', canceled);
    else if (place === 'start') this.start(run);
  }

  private start(run: TaskRun): void {
    run.begin(steadyNow());
    run.onSpawn = (spawnJson) => this.end(run, { outcome: 'waiting', spawnJson });
    void perform(run).then((own) => {
      if (run.stage !== 'running') return; // it was given up before
      this.end(run, run.aborted ? endingOfAborted(run.aborted, own) : own);
    });
  }

  private abort(run: TaskRun, why: AbortCause, message: string): void {
    run.abort(why, message, steadyNow());
    if (run.stage === 'queued') this.giveUp(run);
  }

  /** Ends an aborted attempt that has not begun, or that pays no heed. */
  private giveUp(run: TaskRun): void {
    if (!run.aborted) return;
    const facts = { event: 'task.abandoned', why: run.aborted.why };
    if (run.stage === 'running') run.logger.warn(facts, 'the capability ignores its signal; its slot is free again');
    this.end(run, endingOfAborted(run.aborted, undefined));
  }

  private end(run: TaskRun, ending: Ending): void {
    if (run.stage === 'running') this.vacate(run, ending);
    else this.slots.drop(run);
    run.stage = 'reporting';
    if (ending.outcome === 'failed' && ending.error.code === 'CAPABILITY_FAILED') {
      run.logger.warn({ event: 'task.failed', error: ending.error }, 'a capability threw what it did not mean to');
    }
    if (ending.outcome === 'completed') run.enter('completed', steadyNow());
    void this.parts.reporter.report(run, ending).then(() => {
      this.held.delete(run.task.token);
      this.startWaiting();
    });
    this.tellFollowers(run, ending);
    this.startWaiting();
  }

  private tellFollowers(run: TaskRun, { outcome }: Ending): void {
    for (const next of this.sequence.ended(run, outcome)) {
      if (outcome === 'completed') this.slots.unbind(next);
      else this.end(next, { outcome: 'rejected', error: endedAs(outcome) });
    }
  }

  private vacate(run: TaskRun, { outcome }: Ending): void {
    this.slots.release(run.slotUser);
    if (outcome !== 'completed' && outcome !== 'failed') return;
    this.records.of(run.capability).note(outcome, steadyNow() - run.startedAtMs);
  }

  private open(): OpenAttempt[] {
    const now = steadyNow();
    const open = [...this.held.values()].filter(({ stage }) => stage !== 'reporting');
    return open.map(({ capability, stage, startedAtMs }) => ({
      capability,
      elapsedMs: stage === 'running' ? now - startedAtMs : 0,
    }));
  }

  private startWaiting(): void {
    while (this.parts.reporter.hasRoom) {
      const next = this.slots.next();
      if (!next) break;
      this.start(next);
    }
    this.settleQuiet();
  }

  private settleQuiet(): void {
    if (this.slots.running > 0) return;
    for (const resolve of this.whenQuiet.splice(0)) resolve();
  }

  private tick(nowMs: number): void {
    const tell: TaskRun[] = [];
    const leave = nowMs >= (this.drainEndsAtMs ?? Number.POSITIVE_INFINITY);
    for (const run of this.held.values()) {
      if (leave && run.stage === 'running') this.abort(run, 'draining', 'The agent left before the attempt had ended');
      const due = whatIsDue(run, nowMs, this.rules);
      if (due === 'expire') this.abort(run, 'timeout', `The attempt did not end within ${run.task.timeoutMs} ms`);
      else if (due === 'abandon') this.giveUp(run);
      else if (due === 'tell') tell.push(run);
    }
    this.parts.progress.tell(tell, nowMs);
    this.startWaiting();
    if (this.held.size > 0) return;
    clearInterval(this.ticker);
    this.ticker = undefined;
  }
}
