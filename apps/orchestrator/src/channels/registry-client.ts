import {
  BrokerUnavailableError,
  type Bus,
  MessageInvalidError,
  outgoing,
  queues,
  RequestFailedError,
  routes,
} from '@baton/bus';
import { type MessageKind, ValidationError } from '@baton/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { type Principal } from '../auth/principal';
import { BUS } from '../tokens';
import { NoRegistryError } from './no-registry-error';

/** A channel with thousands of members takes a while to end. */
const ANSWER_WITHIN_MS = 15_000;

/** Asks the registries to change what only they change. */
@Injectable()
export class RegistryClient {
  constructor(@Inject(BUS) private readonly bus: Bus) {}

  /**
   * What the registry answers to somebody's request. Throws BrokerUnavailableError and NoRegistryError (nothing was
   * done), RequestTimeoutError (it may have been), and what the registry refuses with.
   */
  async ask<Data, Reply>(
    by: Principal,
    kind: MessageKind<Data>,
    data: NoInfer<Data>,
    answer: MessageKind<Reply>,
  ): Promise<Reply> {
    await this.ensureRegistry();
    const request = outgoing(kind, data, { source: `/users/${by.name}` });
    try {
      const reply = await this.bus.request<Reply>(routes.registry, request, { timeoutMs: ANSWER_WITHIN_MS });
      if (reply.type === answer.type) return reply.data;
    } catch (error) {
      if (error instanceof RequestFailedError && error.problem.errors)
        throw new ValidationError(error.problem.errors, error.code, error.message);
      throw error;
    }
    throw new MessageInvalidError(`The registry answered ${kind.type} by something else than ${answer.type}.`);
  }

  /** Their queue outlives them: a request would wait there in vain. */
  private async ensureRegistry(): Promise<void> {
    if (!this.bus.connected)
      throw new BrokerUnavailableError('There is no connection to RabbitMQ. Try again when it is back.');
    const [state] = await this.bus.admin.inspect([queues.registry.name]);
    if (!state?.consumers) throw new NoRegistryError();
  }
}
