import { channelJoined, channelLeft, type Address } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Bus, type QueueSpec } from '../bus';
import { BrokerUnavailableError } from '../errors';
import { queues } from '../topology';
import { BusSender } from './bus-sender';
import { checkAddress, checkPattern } from './destination';
import { HandlerList } from './handler-list';
import { Life } from './life';
import { Memberships } from './memberships';
import {
  onMessage,
  type ChannelMembership,
  type JoinOptions,
  type Listening,
  type MessageHandler,
  type Messenger,
  type SubscribeOptions,
} from './messenger';
import { OwnDesk } from './own-desk';
import { type Intake, Reception, receptionDefaults } from './reception';
import { Situations } from './situations';

export interface MessengerOptions {
  readonly bus: Bus;
  readonly logger: Logger;
  /** At least one; memberships and the mailbox belong to the first, which should be a name that outlives the process. */
  readonly addresses: readonly [Address, ...Address[]];
  /** Unique among all processes; part of the names of this party's own queues. */
  readonly owner: string;
  /** Messages handled at once over all senders; those of one sender always go one after another. Default 16. */
  readonly concurrency?: number;
  /** How long join, leave and openMailbox go on asking while no registry answers. Default 30,000. */
  readonly registryPatienceMs?: number;
}

const defaultCloseMs = 5000;
const defaultPatienceMs = 30_000;

/** One party's messages over the bus. Nothing is declared before something is received or joined. */
export function createMessenger(options: MessengerOptions): Messenger {
  for (const address of options.addresses) checkAddress(address);
  checkAddress(options.owner, 'owner of queues');
  return new BusMessenger(options);
}

class BusMessenger extends BusSender implements Messenger {
  readonly addresses: readonly Address[];
  readonly channels: OwnDesk;
  private readonly name: Address;
  private readonly life = new Life();
  private readonly situations: Situations;
  private readonly reception: Reception;
  private readonly memberships: Memberships;
  private readonly intakes = new Map<string, Promise<Intake>>();
  private subscriptions = 0;
  private unlisten: (() => void) | undefined;

  constructor(private readonly options: MessengerOptions) {
    super(options.bus);
    const { bus, logger, addresses, concurrency = receptionDefaults.concurrency } = options;
    this.addresses = addresses;
    this.name = addresses[0];
    const mailbox = queues.mailbox(this.name);
    this.channels = new OwnDesk(bus, this.name, {
      isOpen: () => this.intakes.has(mailbox.name),
      open: () => this.intake(mailbox),
      stop: () => this.stop(mailbox.name, defaultCloseMs),
    });
    this.memberships = new Memberships({
      desk: this.channels,
      member: this.name,
      logger,
      life: this.life,
      live: () => this.live(),
      mailbox: () => this.intake(mailbox),
      patienceMs: options.registryPatienceMs ?? defaultPatienceMs,
    });
    const situations = (this.situations = new Situations(this.memberships));
    const situationOf: Situations['of'] = (event, delivery) => situations.of(event, delivery);
    this.reception = new Reception({ bus, logger, address: this.name, concurrency, situationOf });
    // Who says so may be anybody: it is the registry's list that counts.
    const look = (): void => this.memberships.restore();
    situations.own.add([onMessage(channelJoined, look), onMessage(channelLeft, look)]);
  }

  async receive(handlers: readonly MessageHandler[]): Promise<Listening> {
    const listening = this.situations.direct.add(handlers);
    await orUndo(this.live(), listening);
    return listening;
  }

  async openMailbox(): Promise<void> {
    await this.live();
    await this.memberships.openMailbox();
  }

  async join(
    channel: string,
    handlers: readonly MessageHandler[],
    options: JoinOptions = {},
  ): Promise<ChannelMembership> {
    checkAddress(channel, 'channel');
    const listening = this.situations.addTo(channel, handlers, options.filter);
    const joining = this.live().then(() => this.memberships.join(channel, options));
    const membership = await orUndo(joining, listening);
    return { ...membership, leave: () => this.leave(channel) };
  }

  async subscribe(
    patterns: readonly string[],
    handlers: readonly MessageHandler[],
    options: SubscribeOptions = {},
  ): Promise<Listening> {
    for (const pattern of patterns) checkPattern(pattern);
    if (options.durable !== undefined) checkAddress(options.durable, 'name of a subscription');
    const list = new HandlerList();
    list.add(handlers, options.filter);
    const { bus, logger } = this.options;
    const reception = new Reception({
      bus,
      logger,
      address: this.name,
      concurrency: options.concurrency ?? receptionDefaults.concurrency,
      situationOf: (_event, { key }) => ({ pattern: 'publish-subscribe', key, handlers: list, early: false }),
    });
    const queue = this.subscriptionQueue(patterns, options.durable);
    const key = `${queue.name} ${++this.subscriptions}`;
    await this.intake(queue, reception, key);
    return { stop: () => this.stop(key, defaultCloseMs) };
  }

  async close(withinMs = defaultCloseMs): Promise<void> {
    this.life.end('closed');
    this.unlisten?.();
    await Promise.all([...this.intakes.keys()].map((key) => this.stop(key, withinMs)));
  }

  private async leave(channel: string): Promise<void> {
    await this.memberships.leave(channel);
    this.situations.forget(channel);
  }

  /** The queue of live messages; memberships of an earlier life come back with it. */
  private live(): Promise<Intake> {
    const queue = queues.messages(this.options.owner, this.addresses);
    if (!this.intakes.has(queue.name)) {
      this.unlisten ??= this.bus.on('connected', () => this.memberships.restore());
      void this.intake(queue).then(
        () => this.memberships.restore(),
        () => undefined, // who asked for it hears it
      );
    }
    return this.intake(queue);
  }

  /** Opened once, and tried again by the next who asks when it failed. */
  private intake(queue: QueueSpec, reception = this.reception, key = queue.name): Promise<Intake> {
    const known = this.intakes.get(key);
    if (known) return known;
    if (this.life.over) return Promise.reject(new BrokerUnavailableError('The messenger is closed. Make a new one.'));
    const opening = reception.open(queue);
    this.intakes.set(key, opening);
    opening.catch(() => this.intakes.delete(key));
    return opening;
  }

  private async stop(key: string, withinMs: number): Promise<void> {
    const intake = await this.intakes.get(key)?.catch(() => undefined);
    this.intakes.delete(key);
    await intake?.stop(withinMs);
  }

  private subscriptionQueue(patterns: readonly string[], shared: string | undefined): QueueSpec {
    if (shared !== undefined) return queues.sharedSubscription(shared, patterns);
    return queues.subscription(`${this.options.owner}.${this.subscriptions + 1}`, patterns);
  }
}

async function orUndo<Result>(work: Promise<Result>, listening: Listening): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    await listening.stop();
    throw error;
  }
}
