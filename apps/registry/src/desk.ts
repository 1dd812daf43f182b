import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { type Database } from '@baton/persistence';
import { type RegistryConfig } from './config';

/** What every part of a registry works with. Made once, before the application. */
export class Desk {
  /** How the audit names whatever a registry decides, whichever replica it was. */
  readonly actor = 'registry';

  constructor(
    readonly replicaId: string,
    readonly config: RegistryConfig,
    readonly connections: { readonly bus: Bus; readonly database: Database },
    readonly logger: Logger,
  ) {}

  get bus(): Bus {
    return this.connections.bus;
  }

  get database(): Database {
    return this.connections.database;
  }

  /** Silent this long, an agent is lost. */
  get lostAfterMs(): number {
    return this.config.BATON_LOST_AFTER_SECONDS * 1000;
  }
}
