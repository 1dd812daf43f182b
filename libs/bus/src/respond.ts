import {
  errorCodes,
  MeshError,
  requestFailed,
  ValidationError,
  type CloudEvent,
  type DataOf,
  type MessageKind,
  type Problem,
} from '@baton/contracts';
import { createLogger, type Logger } from '@baton/observability';
import {
  type Bus,
  type ConsumeOptions,
  type Delivery,
  type Outgoing,
  type QueueSpec,
  type Subscription,
  type Verdict,
} from './bus';
import { MessageInvalidError, RequestFailedError } from './errors';
import { validatorOf } from './validation';

/** What answers one kind of request. What it throws is answered as a problem document. */
export interface Responder {
  readonly kind: MessageKind<unknown>;
  handle(event: CloudEvent<never>, delivery: Delivery): Promise<Outgoing> | Outgoing;
}

/** A responder whose handler gets the data of its kind. */
export function responder<Kind extends MessageKind<unknown>>(
  kind: Kind,
  handle: (event: CloudEvent<DataOf<Kind>>, delivery: Delivery) => Promise<Outgoing> | Outgoing,
): Responder {
  return { kind, handle };
}

export interface RespondOptions extends Pick<ConsumeOptions, 'prefetch'> {
  readonly logger?: Logger;
}

/**
 * Answers requests that come to a queue: every request gets an answer, if only a problem. A message with several
 * events is answered by one message with as many, in the same order. Requests are acked after the answer.
 */
export function respond(
  bus: Bus,
  queue: QueueSpec,
  responders: readonly Responder[],
  options: RespondOptions = {},
): Promise<Subscription> {
  const byType = new Map(responders.map((responder) => [responder.kind.type, responder]));
  const logger = options.logger ?? createLogger('bus');
  const answer = async (event: CloudEvent<unknown>, delivery: Delivery): Promise<Outgoing> => {
    try {
      return await responderFor(event, byType).handle(event as CloudEvent<never>, delivery);
    } catch (error) {
      if (!(error instanceof MeshError)) {
        logger.error(
          { event: 'bus.responder.failed', type: event.type, id: event.id, err: error },
          'a responder failed',
        );
      }
      return { kind: requestFailed, data: problemOf(error) };
    }
  };
  return bus.consume(
    queue,
    async (delivery): Promise<Verdict> => {
      const answers = await Promise.all(delivery.events.map((event) => answer(event, delivery)));
      await send(delivery, answers.length === 1 ? (answers[0] as Outgoing) : answers);
      return 'done';
    },
    options.prefetch === undefined ? {} : { prefetch: options.prefetch },
  );
}

/** An answer that does not fit on the wire is answered by that problem, so that nobody waits for it. */
async function send(delivery: Delivery, answer: Outgoing | readonly Outgoing[]): Promise<void> {
  try {
    await delivery.reply(answer);
  } catch (error) {
    if (!(error instanceof MessageInvalidError)) throw error;
    await delivery.reply({ kind: requestFailed, data: problemOf(error) });
  }
}

function responderFor(event: CloudEvent<unknown>, byType: ReadonlyMap<string, Responder>): Responder {
  const responder = byType.get(event.type);
  if (!responder) {
    const known = [...byType.keys()].join(', ');
    throw new MessageInvalidError(`Requests of type ${event.type} are not answered here. Known types: ${known}.`);
  }
  const faults = validatorOf(responder.kind)(event.data);
  if (faults.length > 0) throw new ValidationError(faults);
  return responder;
}

/** An error as a problem document. What is not ours says no more than that: its text may hold secrets. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestFailedError) return error.problem;
  if (!(error instanceof MeshError)) {
    const detail = 'Something unexpected went wrong; the log of the responder tells what. Try again.';
    return { type: 'urn:baton:error:INTERNAL', title: 'Internal error', status: 500, detail, code: 'INTERNAL' };
  }
  return {
    type: `urn:baton:error:${error.code}`,
    title: titleOf(error.code),
    status: errorCodes[error.code],
    detail: error.message,
    code: error.code,
    ...(error instanceof ValidationError && { errors: error.faults }),
  };
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
