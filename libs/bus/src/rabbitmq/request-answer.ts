import { type ConsumeMessage } from 'amqplib';
import { requestFailed, type CloudEvent, type Problem } from '@baton/contracts';
import { type Target } from '../bus';
import { decode } from '../codec';
import { MessageInvalidError } from '../errors';

/** The one event of an answer. */
export function answerIn(message: ConsumeMessage, target: Target): CloudEvent<unknown> | MessageInvalidError {
  const decoded = decode(message.content, message.properties.contentType);
  const event = 'events' in decoded ? decoded.events[0] : undefined;
  if (event) return event;
  const why = 'fault' in decoded ? decoded.fault : 'it is empty';
  return new MessageInvalidError(`The answer from "${target.key}" breaks the wire format: ${why}`);
}

/** Stands for an answer among others that cannot be read. */
export function unreadable(error: MessageInvalidError, message: ConsumeMessage): CloudEvent<unknown> {
  const id = String(message.properties.messageId ?? message.properties.correlationId);
  const data = toProblem({ title: 'Message invalid', status: 400, detail: error.message, code: error.code });
  return { specversion: '1.0', id, source: 'unknown', type: requestFailed.type, data };
}

/** A problem document of a stranger: what is missing is filled in, so that the error always reads well. */
export function toProblem(data: unknown): Problem {
  const given = (typeof data === 'object' && data !== null ? data : {}) as Partial<Problem>;
  return {
    ...given,
    type: given.type ?? 'about:blank',
    title: given.title ?? 'Request failed',
    status: typeof given.status === 'number' ? given.status : 500,
    detail: typeof given.detail === 'string' ? given.detail : 'The responder gave no reason.',
    code: typeof given.code === 'string' ? given.code : 'INTERNAL',
  };
}
