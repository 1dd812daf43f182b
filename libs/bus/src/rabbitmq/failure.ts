import { TopologyConflictError, UnroutableError } from '../errors';

/** What an error of the broker or of the socket says, also when it hides in an AggregateError. Never a password. */
export function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeFailure(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.message || String(code ?? error.name);
}

/** What to do about a broker that cannot be reached, by what it said. */
export function adviceFor(failure: string): string {
  if (/ACCESS.REFUSED|403/.test(failure)) return 'Check the user name, the password and the permissions on the vhost.';
  if (/NOT.ALLOWED|530|vhost/.test(failure)) return 'Check that the vhost exists and that the user may enter it.';
  if (/ENOTFOUND|EAI_AGAIN/.test(failure)) return 'Check the host name.';
  if (/closed abruptly|ECONNRESET/.test(failure)) {
    return 'Check that RabbitMQ is well there; write amqps:// in MESSAGE_QUEUE_URL if that port is for TLS.';
  }
  return 'Check that RabbitMQ runs there and that MESSAGE_QUEUE_URL is right.';
}

/** The AMQP reply code of an error that closed a channel or connection. */
export function replyCode(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** Errors of a declaration that trying again cannot cure, as ours; anything else as it came. */
export function declarationError(what: string, error: unknown): unknown {
  const code = replyCode(error);
  if (code === 406) {
    return new TopologyConflictError(
      `${what} stands on the broker with other properties (${describeFailure(error)}). ${adviceOnConflict(error)}`,
      { what },
      error,
    );
  }
  if (code === 405) {
    return new TopologyConflictError(
      `${what} belongs to another connection. Stop the other process with this name, or use another one.`,
      { what },
      error,
    );
  }
  if (code === 404) return new UnroutableError({ exchange: what, key: '' }, describeFailure(error));
  return error;
}

function adviceOnConflict(error: unknown): string {
  const found = /x-queue-type.*received.*?'?(classic|quorum|none).*current is.*?'?(classic|quorum|none)/.exec(
    describeFailure(error),
  );
  if (!found) return 'Delete it there once it is empty, or use a vhost of its own.';
  const wanted = found[1] === 'quorum' ? 'quorum' : 'classic';
  const present = found[2] === 'quorum' ? 'quorum' : 'classic';
  return (
    `It is a ${present} queue, and this process wants a ${wanted} one. To go on as before set DURABLE_QUEUE_TYPE=${present} ` +
    `for every process. To change over, stop them, see that the queue is empty, delete it (rabbitmqctl delete_queue <name>) ` +
    'and start again: docs/guides/operate.md, "A cluster of brokers".'
  );
}

/** The exchange whose absence or refusal closed a publishing channel. */
export function exchangeAtFault(error: unknown): string | undefined {
  const code = replyCode(error);
  if (code !== 404 && code !== 403) return undefined;
  return /exchange '([^']*)'/.exec(describeFailure(error))?.[1];
}
