import { type CloudEvent, requestFailed } from '@baton/contracts';
import {
  type Bus,
  type Delivery,
  MessageInvalidError,
  type Outgoing,
  queues,
  type Replier,
  type Subscription,
  type Verdict,
} from '@baton/bus';
import { type Logger } from '@baton/observability';
import { problemOf } from '../api/http/problem-of';
import { type AccessTokens } from '../auth/access-tokens';
import { ForbiddenError } from '../auth/auth-errors';
import { bearerToken } from '../auth/bearer-token';
import { actorOf, mayAct, type Principal } from '../auth/principal';
import { type BodyRoom } from '../intake/body-room';
import { OverloadedError } from '../intake/intake-errors';
import { refuseFlaws } from './data-flaws';
import { AnswerTooLargeError, MaybeDoneError, RequestInvalidError } from './door-errors';
import { type DoorRequest, type LongAnswer } from './door-request';
import { LongWaits } from './long-waits';
import { verdictOn } from './verdict-on';

export interface BusDoorParts {
  readonly bus: Bus;
  readonly logger: Logger;
  readonly tokens: Pick<AccessTokens, 'verified' | 'verify'>;
  readonly room: BodyRoom;
  readonly requests: readonly DoorRequest[];
}

/** Requests taken and not acked yet; they share the commits of the intake. */
const PREFETCH = 500;
type Answer = Outgoing | ((signal: AbortSignal) => Promise<Outgoing>);

/**
 * The API for services on the bus. A request is acked when what it asks is committed, before anything is waited for
 * (I6); then it is answered. Without reply-to nobody is answered: what fails for now is tried again, what fails for good
 * goes to the dead letters.
 */
export class BusDoor {
  private readonly byType: ReadonlyMap<string, DoorRequest>;
  private readonly waits: LongWaits;
  private subscription: Subscription | undefined;

  constructor(private readonly parts: BusDoorParts) {
    this.byType = new Map(parts.requests.map((request) => [request.kind.type, request]));
    this.waits = new LongWaits((error) => this.unanswered(error));
  }

  async start(): Promise<void> {
    const unreadable = (delivery: Delivery, fault: string): boolean => this.refuse(delivery, fault);
    this.subscription = await this.parts.bus.consume(queues.orchestrator, (delivery) => this.take(delivery), {
      prefetch: PREFETCH,
      unreadable,
    });
  }

  /** Takes nothing new; everything taken is answered, those who wait with what there is. */
  async stop(): Promise<void> {
    await this.subscription?.stop();
    await this.waits.end();
  }

  private async take(delivery: Delivery): Promise<Verdict> {
    const send = delivery.replier();
    const { bytes } = delivery;
    if (!this.parts.room.take(bytes)) return this.turnAway(delivery, send);
    try {
      return await (send ? this.answer(delivery, send) : this.carryOutAll(delivery));
    } finally {
      this.parts.room.give(bytes);
    }
  }

  private async answer(delivery: Delivery, send: Replier): Promise<Verdict> {
    const answers = await this.answersTo(delivery);
    if (answers.every(isReady)) await this.send(send, answers);
    else this.waits.add(async (signal) => this.send(send, await this.ended(answers, signal)));
    return 'done';
  }

  /** Apart from `answer`, whose closure lives on: it must not keep the delivery. */
  private answersTo(delivery: Delivery): Promise<Answer[]> {
    return Promise.all(delivery.events.map((event) => this.answerTo(event, delivery)));
  }

  private ended(answers: readonly Answer[], signal: AbortSignal): Promise<Outgoing[]> {
    const end = async (answer: Answer): Promise<Outgoing> => (isReady(answer) ? answer : answer(signal));
    return Promise.all(answers.map((answer) => end(answer).catch((error: unknown) => this.failure(error, undefined))));
  }

  private async answerTo(event: CloudEvent<unknown>, delivery: Delivery): Promise<Answer> {
    try {
      const request = this.byType.get(event.type);
      if (delivery.redelivered && request?.repeatable === false) throw new MaybeDoneError(request.kind);
      return await this.carryOut(event, delivery);
    } catch (error) {
      return this.failure(error, event.id);
    }
  }

  /** Nobody waits for an answer. Submissions are repeatable, so one verdict for all events is safe. */
  private async carryOutAll(delivery: Delivery): Promise<Verdict> {
    const outcomes = await Promise.allSettled(delivery.events.map((event) => this.carryOut(event, delivery)));
    return verdictOn(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])));
  }

  private async carryOut(event: CloudEvent<unknown>, delivery: Delivery): Promise<Answer> {
    const request = this.byType.get(event.type) ?? this.unknownType(event.type);
    const token = bearerToken(delivery.headers.authorization);
    const principal: Principal = this.parts.tokens.verified(token) ?? (await this.parts.tokens.verify(token));
    if (!mayAct(principal.roles, request.roles)) throw new ForbiddenError(principal.name, request.roles);
    refuseFlaws(event.data);
    return toAnswer(request, await request.carryOut({ event, actor: actorOf(principal) }));
  }

  private async turnAway(delivery: Delivery, send: Replier | undefined): Promise<Verdict> {
    if (!send) return 'retry';
    const error = new OverloadedError('As many bytes as may wait are waiting to be stored');
    await this.send(
      send,
      delivery.events.map((event) => this.failure(error, event.id)),
    );
    return 'done';
  }

  /** A message nobody can read is answered when somebody asked; else it belongs to the dead letters. */
  private refuse(delivery: Delivery, fault: string): boolean {
    const send = delivery.replier();
    const error = new RequestInvalidError(`The request breaks the rules of the wire: ${fault}. Correct it.`);
    if (send) this.send(send, [this.failure(error, undefined)]).catch((failure: unknown) => this.unanswered(failure));
    return send !== undefined;
  }

  private async send(send: Replier, answers: readonly Outgoing[]): Promise<void> {
    const message = answers.length === 1 ? (answers[0] as Outgoing) : answers;
    try {
      await send(message);
    } catch (error) {
      if (!(error instanceof MessageInvalidError)) throw error;
      await send(this.failure(new AnswerTooLargeError(error), undefined));
    }
  }

  private failure(error: unknown, eventId: string | undefined): Outgoing {
    const { problem, unexpected } = problemOf(error, eventId);
    if (unexpected) this.parts.logger.error({ event: 'bus-door.failed', id: eventId, err: error }, 'a request failed');
    return { kind: requestFailed, data: problem };
  }

  private unanswered(error: unknown): void {
    this.parts.logger.warn({ event: 'bus-door.unanswered', err: error }, 'an answer could not be sent');
  }

  private unknownType(type: string): never {
    const known = [...this.byType.keys()].join(', ');
    throw new RequestInvalidError(`Requests of type ${type} are not answered here. Known types: ${known}.`);
  }
}

function toAnswer({ reply: kind }: DoorRequest, answer: string | LongAnswer): Answer {
  if (typeof answer === 'string') return { kind, dataJson: answer };
  return async (signal) => ({ kind, dataJson: await answer(signal) });
}

function isReady(answer: Answer): answer is Outgoing {
  return typeof answer !== 'function';
}
