/** Injection tokens of what is made before the application. */
export const BUS = Symbol('bus');
export const LOGGER = Symbol('logger');
export const REPLICA = Symbol('replica');
export const CONFIG = Symbol('config');

/** Who this process is. */
export interface Replica {
  readonly id: string;
  /** As the audit names it. */
  readonly actor: string;
}
