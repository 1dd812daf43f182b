import { type HostId } from '@baton/contracts';

/** Injection tokens of what is made before the application. */
export const BUS = Symbol('bus');
export const LOGGER = Symbol('logger');
export const CONFIG = Symbol('config');
export const IDENTITY = Symbol('identity');
export const LOGS = Symbol('logs');

/** Who this host is; a new one with every start. */
export interface Identity {
  readonly hostId: HostId;
}
