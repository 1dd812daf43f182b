import { type Logger } from '@baton/observability';

/** Refused orders are told of once and then together, this often. */
const TELL_EVERY_MS = 10_000;

/** Whose orders the agent takes: the AMQP users the registry named. Until it has named any, everybody's. */
export class Trust {
  private services: ReadonlySet<string> | undefined;
  private refused = 0;
  private toldAt = -Infinity;

  constructor(
    private readonly logger: Logger,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  inOnly(services: readonly string[] | undefined): void {
    this.services = services && new Set(services);
  }

  /** What is not allowed is logged. */
  allows(user: string | undefined, order: string): boolean {
    if (!this.services || (user !== undefined && this.services.has(user))) return true;
    this.refused++;
    const now = this.clock();
    if (now - this.toldAt < TELL_EVERY_MS) return false;
    const fields = { event: 'order.refused', order, user, times: this.refused };
    this.logger.warn(fields, 'an order from a user who may give none');
    [this.refused, this.toldAt] = [0, now];
    return false;
  }
}
