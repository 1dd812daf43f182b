import { type Writable } from 'node:stream';
import { type Bus, ServiceUsers } from '@baton/bus';
import { type HostId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type HostConfig } from './config';

/** What every part of a host works with. Made once, before the application. */
export class Desk {
  /** AMQP users whose orders count. */
  readonly services: ServiceUsers;

  constructor(
    /** A new one with every start. */
    readonly hostId: HostId,
    readonly config: HostConfig,
    readonly bus: Bus,
    /** `logs` takes the lines of the agents. */
    readonly out: { readonly logger: Logger; readonly logs: Writable },
  ) {
    this.services = new ServiceUsers(config.MESSAGE_QUEUE_URL, config.BATON_SERVICE_USERS);
  }

  get logger(): Logger {
    return this.out.logger;
  }
}
