import { queues, routes, TopologyConflictError } from '@baton/bus';
import {
  forgetLeftovers,
  type MailboxPlan,
  openMailbox,
  readMailboxPlans,
  readMailboxPlansOf,
} from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { isSettled, mailboxQueue, staleChannels } from './mailbox-plan';

/** What was missed, or somebody took from the broker, is there again after this; where many are to be looked at, later. */
const SWEEP_EVERY_MS = 10_000;
const MOST_TIME_SHARE = 0.1;
/** Thousands of mailboxes take longer; a registry opens its door meanwhile. */
const START_WITHIN_MS = 5_000;
const AT_ONCE = 100;
/** Each turn answers a change somebody made during the one before; what goes on longer is left to the next sweep. */
const MOST_TURNS = 10;

/**
 * Brings the broker to what the database says of mailboxes.
 * K1 The database first: what a replica dies with, the next sweep of any replica does.
 * K2 Nobody is locked out: whoever has changed the broker reads the plan again, and makes good what was out of date.
 */
@Injectable()
export class MailboxKeeper {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private failing = false;
  private unlisten: () => void = () => undefined;

  constructor(private readonly desk: Desk) {}

  /** All mailboxes are there when it resolves, unless they are thousands or the broker is away: then soon after. */
  async start(): Promise<void> {
    this.unlisten = this.desk.bus.on('connected', () => void this.sweep());
    const sweeping = this.sweep();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([sweeping, new Promise((resolve) => (timer = setTimeout(resolve, START_WITHIN_MS)))]);
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unlisten();
    await this.sweeping;
    clearTimeout(this.timer);
  }

  /** The broker has for this address what the database says. Throws what either of them throws; the sweep goes on. */
  async settle(address: string): Promise<void> {
    const [plan] = await readMailboxPlansOf(this.desk.database, [address]);
    await this.settleAll([plan as MailboxPlan]);
  }

  private sweep(): Promise<void> {
    this.again = this.sweeping !== undefined;
    this.sweeping ??= this.sweepInTime().finally(() => {
      this.sweeping = undefined;
      if (this.again && !this.stopped) void this.sweep();
    });
    return this.sweeping;
  }

  private async sweepInTime(): Promise<void> {
    clearTimeout(this.timer);
    const since = performance.now();
    await this.sweepAll();
    const pauseMs = Math.max(SWEEP_EVERY_MS, (performance.now() - since) / MOST_TIME_SHARE);
    if (!this.stopped) this.timer = setTimeout(() => void this.sweep(), pauseMs);
  }

  private async sweepAll(): Promise<void> {
    const { bus, logger } = this.desk;
    if (!bus.connected) return; // the next connection is told of
    try {
      await this.settlePages();
      if (this.failing) logger.info({ event: 'mailboxes.recovered' }, 'mailboxes are kept again');
      this.failing = false;
    } catch (error) {
      // The next sweep does the same again; said once.
      if (!this.failing) logger.warn({ event: 'mailboxes.failing', err: error }, 'mailboxes cannot be kept now');
      this.failing = true;
    }
  }

  private async settlePages(): Promise<void> {
    let after = '';
    let conflict: unknown;
    while (!this.stopped) {
      const plans = await readMailboxPlans(this.desk.database, after, AT_ONCE);
      conflict ??= await this.settlePage(plans);
      after = plans.at(-1)?.address ?? '';
      if (plans.length < AT_ONCE) break;
    }
    if (conflict) throw conflict as Error;
  }

  /** A queue that somebody else has made otherwise keeps nobody from theirs: the conflict is told when all are done. */
  private async settlePage(plans: readonly MailboxPlan[]): Promise<unknown> {
    const conflict = await this.conflictOf(plans);
    if (conflict) for (const plan of plans) await this.conflictOf([plan]);
    return conflict;
  }

  private async conflictOf(plans: readonly MailboxPlan[]): Promise<unknown> {
    try {
      await this.settleAll(plans);
      return undefined;
    } catch (error) {
      if (error instanceof TopologyConflictError) return error;
      throw error;
    }
  }

  private async settleAll(plans: readonly MailboxPlan[]): Promise<void> {
    let open = plans;
    const before = new Map<string, MailboxPlan>();
    for (let turn = 0; open.length > 0 && turn < MOST_TURNS; turn++) {
      await this.apply(open, before);
      for (const plan of open) before.set(plan.address, plan);
      const now = await readMailboxPlansOf(this.desk.database, [...before.keys()]);
      open = now.filter((plan) => !isSettled(plan, before.get(plan.address)));
    }
  }

  private async apply(plans: readonly MailboxPlan[], before: ReadonlyMap<string, MailboxPlan>): Promise<void> {
    const { bus, database } = this.desk;
    const wanted = plans.filter((plan) => plan.open).map(mailboxQueue);
    if (wanted.length > 0) await bus.admin.declare(wanted);
    for (const plan of plans) {
      const last = before.get(plan.address);
      for (const channel of staleChannels(plan, last))
        await bus.admin.unbind(queues.mailbox(plan.address).name, routes.channel(channel));
      if (!plan.open && (last?.open || plan.leftovers.some(({ channel }) => channel === null))) await this.remove(plan);
      await forgetLeftovers(database, plan.leftovers);
    }
  }

  /** Messages that came after the last look keep the mailbox open: nobody wanted to lose those. */
  private async remove({ address, leftovers }: MailboxPlan): Promise<void> {
    const { bus, database, actor } = this.desk;
    const ifEmpty = !leftovers.some(({ discard }) => discard);
    if (!(await bus.admin.remove(queues.mailbox(address), { ifEmpty }))) await openMailbox(database, address, actor);
  }
}
