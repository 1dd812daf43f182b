import { type Bus, MeasuredBus, PrometheusMeter, ServiceUsers } from '@baton/bus';
import { createMetricsRegistry, type Logger, Refusals } from '@baton/observability';
import { type Database } from '@baton/persistence';
import { type RegistryConfig } from './config';
import { Senders } from './presence/senders';

/** What every part of a registry works with. Made once, before the application. */
export class Desk {
  /** How the audit names whatever a registry decides, whichever replica it was. */
  readonly actor = 'registry';
  /** AMQP users who may speak for every agent. */
  readonly services: ServiceUsers;
  readonly metrics = createMetricsRegistry('registry');
  readonly senders: Senders;
  readonly bus: Bus;

  constructor(
    readonly replicaId: string,
    readonly config: RegistryConfig,
    readonly connections: { readonly bus: Bus; readonly database: Database },
    readonly logger: Logger,
  ) {
    this.bus = new MeasuredBus(connections.bus, new PrometheusMeter(this.metrics));
    this.services = new ServiceUsers(config.MESSAGE_QUEUE_URL, config.BATON_SERVICE_USERS);
    this.senders = new Senders(this.services, new Refusals(logger, this.metrics));
  }

  get database(): Database {
    return this.connections.database;
  }

  /** Silent this long, an agent is lost. */
  get lostAfterMs(): number {
    return this.config.BATON_LOST_AFTER_SECONDS * 1000;
  }
}
