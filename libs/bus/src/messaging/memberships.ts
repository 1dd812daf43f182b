import { MeshError, type Address, type CloudEvent, type Membership } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Binding } from '../bus';
import { backoffMs } from '../rabbitmq/backoff';
import { routes } from '../topology';
import { createValidator, type Validator } from '../validation';
import { type RegistryDesk } from './channel-desk';
import { type Life } from './life';
import { type JoinOptions } from './messenger';
import { invalidData, type Misfit, unknownType } from './misfit';

/** A registry that restarts is back within these; one that is not there at all is not worth asking all the time. */
const quickTries = 10;
const slowTryMs = 5000;
const tellEvery = 12;

interface Home {
  bind(binding: Binding): Promise<void>;
  unbind(binding: Binding): Promise<void>;
}

export interface MembershipsOptions {
  readonly desk: RegistryDesk;
  readonly member: Address;
  readonly logger: Logger;
  readonly life: Life;
  /** Where what is said in a channel comes in, opened when it is first needed. */
  readonly live: () => Promise<Home>;
  readonly mailbox: () => Promise<Home>;
  /** How long a registry that does not answer is asked again. */
  readonly patienceMs: number;
}

interface Joined {
  readonly membership: Membership;
  readonly types: ReadonlyMap<string, Validator>;
}

/**
 * Where a party is a member, as the registry has it and as its queues are bound. The registry is right: its list is
 * asked for at the start, after every reconnect, and whenever somebody says that it has changed.
 */
export class Memberships {
  private readonly joined = new Map<string, Joined>();
  private readonly left = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();
  private wanted = false;
  private restoring = false;

  constructor(private readonly options: MembershipsOptions) {}

  join(channel: string, { durable = false, create = false }: JoinOptions): Promise<Membership> {
    const { desk, member } = this.options;
    return this.alone(async () => {
      if (durable) await this.patiently(() => desk.openMailbox(member));
      const membership = await this.patiently(() => desk.join({ channel, member, durable, create }));
      await this.enter(membership);
      return membership;
    });
  }

  leave(channel: string): Promise<void> {
    const { desk, member } = this.options;
    return this.alone(async () => {
      await this.patiently(() => desk.leave({ channel, member }));
      await this.exit(channel);
    });
  }

  openMailbox(): Promise<void> {
    const { desk, member, mailbox } = this.options;
    return this.alone(async () => {
      await this.patiently(() => desk.openMailbox(member));
      await mailbox();
    });
  }

  /** Left here, though something said before may still come. */
  hasLeft(channel: string): boolean {
    return this.left.has(channel);
  }

  /** What the types of the channel say against an event. */
  misfitOf(channel: string, event: CloudEvent<unknown>): Misfit | undefined {
    const types = this.joined.get(channel)?.types;
    if (!types || types.size === 0) return undefined;
    const validate = types.get(event.type);
    if (!validate) return unknownType(event.type, `channel ${channel}`, [...types.keys()]);
    const faults = validate(event.data);
    return faults.length > 0 ? invalidData(event, faults, ` channel ${channel}`) : undefined;
  }

  /** Makes the queues fit the registry's list, behind the scenes, until it is so. */
  restore(): void {
    this.wanted = true;
    if (this.restoring) return;
    this.restoring = true;
    void this.restoreAll().finally(() => (this.restoring = false));
  }

  private async restoreAll(): Promise<void> {
    const { life, logger, member } = this.options;
    for (let attempt = 0; this.wanted && !life.over; attempt++) {
      this.wanted = false;
      try {
        await this.alone(() => this.reconcile());
      } catch (error) {
        this.wanted = true;
        const fields = { event: 'bus.memberships.retry', member, attempt, err: error };
        if (attempt % tellEvery === 0) logger.warn(fields, 'the memberships cannot be restored yet, trying again');
        await life.pause(attempt < quickTries ? backoffMs(attempt, Math.random()) : slowTryMs);
      }
    }
  }

  private async reconcile(): Promise<void> {
    const { desk, member, life } = this.options;
    const memberships = await desk.memberships(member);
    if (life.over) return;
    const channels = new Set(memberships.map(({ channel }) => channel));
    for (const membership of memberships) await this.enter(membership);
    for (const channel of [...this.joined.keys()]) if (!channels.has(channel)) await this.exit(channel);
  }

  private async enter(membership: Membership): Promise<void> {
    const { channel, durable } = membership;
    const before = this.joined.get(channel);
    this.joined.set(channel, { membership, types: typesOf(membership, before) });
    this.left.delete(channel);
    await (await this.home(durable)).bind(routes.channel(channel));
    if (before && before.membership.durable !== durable) {
      await (await this.home(!durable)).unbind(routes.channel(channel));
    }
  }

  private async exit(channel: string): Promise<void> {
    const before = this.joined.get(channel);
    this.left.add(channel);
    if (!before) return;
    await (await this.home(before.membership.durable)).unbind(routes.channel(channel));
    this.joined.delete(channel);
  }

  private home(durable: boolean): Promise<Home> {
    return durable ? this.options.mailbox() : this.options.live();
  }

  /** One change at a time: an answer that is on its way must not undo what was asked for after it. */
  private alone<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(change);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** A registry that restarts is waited for. */
  private async patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
    const { life, patienceMs } = this.options;
    for (let attempt = 0, until = performance.now() + patienceMs; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error) || life.over || performance.now() >= until) throw error;
        await life.pause(backoffMs(attempt, Math.random()));
      }
    }
  }
}

/** Compiled once: the list is asked for after every reconnect. */
function typesOf(membership: Membership, before: Joined | undefined): ReadonlyMap<string, Validator> {
  const { types } = membership;
  if (before && JSON.stringify(before.membership.types) === JSON.stringify(types)) return before.types;
  return new Map(Object.entries(types).map(([type, schema]) => [type, createValidator(schema)] as const));
}

/** Nobody answers yet, or not now. */
function isPassing(error: unknown): boolean {
  return error instanceof MeshError && (error.recovery === 'retry' || error.code === 'UNROUTABLE');
}
