import { MeshError } from '@baton/contracts';

/** An order from an AMQP user who may give none: only orchestrators start and stop processes. */
export class OrderForbiddenError extends MeshError {
  readonly code = 'FORBIDDEN';
  readonly recovery = 'reject';
  constructor(user: string | undefined) {
    const who = user === undefined ? 'A sender without a user' : `The AMQP user ${user}`;
    super(`${who} may not give orders to this host. Ask an orchestrator, or name the user in BATON_SERVICE_USERS.`);
  }
}
