import { type Writable } from 'node:stream';
import { type Bus } from '@baton/bus';
import { type HostId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type HostConfig } from './config';

/** What every part of a host works with. Made once, before the application. */
export class Desk {
  constructor(
    /** A new one with every start. */
    readonly hostId: HostId,
    readonly config: HostConfig,
    readonly bus: Bus,
    /** `logs` takes the lines of the agents. */
    readonly out: { readonly logger: Logger; readonly logs: Writable },
  ) {}

  get logger(): Logger {
    return this.out.logger;
  }
}
