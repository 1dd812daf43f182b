import { type Bus } from '@baton/bus';
import { type InFlightLimits, Scheduler, type StrategyName } from '@baton/engine';
import { type Logger } from '@baton/observability';
import { type Database } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Held, HeldAttempts } from '../dispatch/held-attempts';
import { type Hints } from '../intake/hints';
import { type EndedTask } from '../results/ended-task';
import { type OutputSchemas } from '../results/output-schemas';
import { type SubmitRules } from '../spawning/submit-rules';
import { type Senders } from '../senders/senders';
import { type Recorded } from '../results/recorder';
import { publishEnded } from './ended-news';
import { LeaseKeeper } from './lease-keeper';
import { Term } from './term';
import { type StartTermWorkflows } from './term-workflows';

export interface BrainOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly hints: Hints;
  readonly strategyOf: (capability: string) => StrategyName;
  readonly outputs: OutputSchemas;
  readonly rules: SubmitRules;
  readonly senders: Senders;
  /** Default: as many as the agents have slots. */
  readonly limits?: InFlightLimits;
  readonly startWorkflows: StartTermWorkflows;
  /** Called after the commit, in the process of the brain only. */
  readonly onEnded: (tasks: readonly EndedTask[]) => void;
  readonly onDispatched?: (attempts: readonly Held[]) => void;
  readonly onAttemptsEnded?: (recorded: readonly Recorded[]) => void;
}

/** Every orchestrator has one; the one that holds the lease works. */
export class Brain {
  private readonly lease: LeaseKeeper;
  private term: Term | undefined;
  private currentEpoch: number | undefined;
  private starting: Promise<void> = Promise.resolve();

  constructor(private readonly options: BrainOptions) {
    const events = {
      taken: (epoch: number) => this.takeOffice(epoch),
      lost: () => this.leaveOffice(),
      isFit: () => options.bus.connected,
    };
    this.lease = new LeaseKeeper(options.database, events, options.logger);
  }

  /** The epoch of the term in office here; undefined while another process is the brain. */
  get epoch(): number | undefined {
    return this.currentEpoch;
  }

  start(): void {
    this.lease.start();
  }

  stop(): Promise<void> {
    return this.lease.stop();
  }

  private takeOffice(epoch: number): void {
    const { database, bus, logger, hints, strategyOf, outputs, rules, senders } = this.options;
    const scheduler = new Scheduler(strategyOf, Math.floor(Math.random() * 2 ** 32), this.options.limits);
    const held = new HeldAttempts(scheduler);
    const desk: Desk = { epoch, database, bus, logger, scheduler, held, outputs, rules, senders };
    const term = new Term(desk, `${this.lease.holder}.${epoch}`, this.options.startWorkflows, {
      ended: (tasks) => {
        publishEnded(bus, tasks);
        this.options.onEnded(tasks);
      },
      dispatched: (attempts) => this.options.onDispatched?.(attempts),
      attemptsEnded: (recorded) => this.options.onAttemptsEnded?.(recorded),
      changed: () => hints.changed(),
      broken: (error) => {
        // What an earlier term left behind says nothing about this one.
        if (this.currentEpoch !== epoch) return;
        logger.warn({ event: 'term.broken', epoch, err: error }, 'the term ends');
        this.lease.resign('its memory can no longer be trusted');
      },
    });
    [this.term, this.currentEpoch] = [term, epoch];
    // Not awaited: the lease is renewed while a long backlog is read.
    hints.setTaker(term);
    this.starting = term.start().catch((error: unknown) => {
      logger.warn({ event: 'term.not-started', epoch, err: error }, 'the term could not start');
      this.lease.resign('the term could not start');
    });
  }

  private async leaveOffice(): Promise<void> {
    const { term } = this;
    await this.starting;
    this.options.hints.setTaker(undefined);
    [this.term, this.currentEpoch] = [undefined, undefined];
    await term?.stop();
  }
}
