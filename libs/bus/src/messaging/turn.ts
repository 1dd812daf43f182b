import { MeshError, type CloudEvent } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Delivery, type Outgoing, type Verdict } from '../bus';
import { backoffMs } from '../rabbitmq/backoff';
import { maxFailures, poisonRefusal, verdictOf } from '../rabbitmq/verdicts';
import { askedOf, type Answers, type Asked, type Judged } from './answers';
import { type HandledWindow } from './handled-window';
import { type HandlerList, type Registered } from './handler-list';
import { type Life } from './life';
import { invalidData, type Misfit, unfit, unknownType } from './misfit';
import { type Pattern, type Received } from './messenger';

/** Where an event stands: how it came, and whose it is. */
export interface Situation {
  readonly pattern: Pattern;
  readonly channel?: string;
  readonly key?: string;
  /** Nobody's any more, as what is said in a channel that was left. */
  readonly handlers: HandlerList | undefined;
  /** The handlers may still be on their way: worth waiting for them for a moment after the start. */
  readonly early: boolean;
  /** What the context demands of the event besides its schema. */
  readonly misfit?: Misfit;
}

export interface TurnContext {
  readonly logger: Logger;
  readonly answers: Answers;
  readonly window: HandledWindow;
  situationOf(event: CloudEvent<unknown>, delivery: Delivery): Situation;
}

/** What came in and has its turn. Times are of `performance.now()`. */
export interface Incoming {
  readonly event: CloudEvent<unknown>;
  readonly delivery: Delivery;
  readonly life: Life;
  readonly arrivedAt: number;
  /** Until then handlers that are not there yet are waited for. */
  readonly patientUntil: number;
}

const lookAgainMs = 25;
type Writable<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] };

/**
 * One event has its turn: at most once within the window, only when it is worth something still, fits and is wanted;
 * tried again in place, so that what the same sender says next waits. Undefined when its life ended before it was done.
 */
export async function takeTurn(context: TurnContext, incoming: Incoming): Promise<Judged | undefined> {
  const { answers, window } = context;
  const { event, delivery } = incoming;
  const asked = askedOf(delivery);
  if (window.has(event)) return answers.again(asked, event.id, window.answerTo(event));
  if (isExpired(incoming)) return answers.expired(asked);
  const found = context.situationOf(event, delivery);
  const situation = found.early ? await settledSituation(context, incoming, found) : found;
  if (!situation.handlers) return answers.filtered(asked, true);
  const all = situation.handlers.of(event.type);
  const wrong = misfitOf(event, situation, all);
  if (wrong) return answers.refused(asked, wrong.rejection, wrong.error);
  const wanting = await wantedBy(all, incoming);
  if ('error' in wanting) return answers.refused(asked, wanting.rejection, wanting.error);
  if (wanting.length === 0) return answers.filtered(asked, situation.channel !== undefined);
  return new Handling(context, incoming, asked).run(wanting, situation);
}

function isExpired({ delivery: { expirationMs }, arrivedAt }: Incoming): boolean {
  return expirationMs !== undefined && performance.now() - arrivedAt > expirationMs;
}

async function settledSituation(context: TurnContext, incoming: Incoming, found: Situation): Promise<Situation> {
  const { event, delivery, life, patientUntil } = incoming;
  let situation = found;
  while (situation.early && !life.over && performance.now() < patientUntil) {
    await life.pause(lookAgainMs);
    situation = context.situationOf(event, delivery);
  }
  return situation;
}

/** Why nobody here can take it. */
function misfitOf(event: CloudEvent<unknown>, situation: Situation, all: readonly Registered[]): Misfit | undefined {
  if (situation.misfit) return situation.misfit;
  if (all.length === 0) return unknownType(event.type, 'the recipient', situation.handlers?.types ?? []);
  for (const { validate } of all) {
    const faults = validate(event.data);
    if (faults.length > 0) return invalidData(event, faults);
  }
  return undefined;
}

/** A misfit when a filter cannot tell. */
async function wantedBy(all: readonly Registered[], { event, delivery }: Incoming): Promise<Registered[] | Misfit> {
  if (all.every((one) => one.wantsAll)) return [...all];
  const wanting: Registered[] = [];
  try {
    for (const one of all) if (await one.wants(event, delivery.headers)) wanting.push(one);
    return wanting;
  } catch (error) {
    if (error instanceof MeshError) return unfit(error);
    throw error;
  }
}

interface Failure {
  readonly error: unknown;
  readonly verdict: Verdict | 'failed';
}

/** The handlers of one event, each until it has done its part. */
class Handling {
  private answer: Outgoing | undefined;
  private failures = 0;

  constructor(
    private readonly context: TurnContext,
    private readonly incoming: Incoming,
    private readonly asked: Asked,
  ) {}

  /** Undefined when its life ended before it was done. */
  async run(handlers: Registered[], situation: Situation): Promise<Judged | undefined> {
    const { life } = this.incoming;
    for (let tries = 0; ; tries++) {
      const failure = await this.tryAll(handlers, this.toReceived(situation, tries));
      if (!failure) return this.handled();
      const end = this.endOf(failure);
      if (end) return end;
      await life.pause(backoffMs(tries, Math.random()));
      if (life.over) return undefined;
      if (isExpired(this.incoming)) return this.context.answers.expired(this.asked);
    }
  }

  /** Those that are done leave the list: another try is for the others. */
  private async tryAll(handlers: Registered[], message: Received<unknown>): Promise<Failure | undefined> {
    for (let next = handlers[0]; next; next = handlers[0]) {
      try {
        this.answer = (await next.handle(message)) ?? this.answer;
      } catch (error) {
        const verdict = verdictOf(error);
        this.log(error, verdict);
        if (this.asked === 'answer' || verdict !== 'done') return { error, verdict };
      }
      handlers.shift();
    }
    return undefined;
  }

  private handled(): Judged {
    const { answers, window } = this.context;
    const { event } = this.incoming;
    const judged = answers.handled(this.asked, event.type, this.answer && asText(this.answer));
    window.keep(event, this.asked === 'answer' ? judged.answer : undefined);
    return judged;
  }

  /** What a failure ends this in; undefined when it is worth another try. A request is answered by its problem. */
  private endOf({ error, verdict }: Failure): Judged | undefined {
    const { answers } = this.context;
    if (typeof verdict === 'object') return answers.refused(this.asked, verdict, error);
    const { reason, code } = poisonRefusal(error);
    const poisoned = verdict === 'failed' && ++this.failures > maxFailures;
    return poisoned || this.asked === 'answer'
      ? answers.refused(this.asked, { reject: reason, code }, error)
      : undefined;
  }

  private log(error: unknown, verdict: Verdict | 'failed'): void {
    if (verdict !== 'failed' && (verdict === 'done' || this.asked === 'answer')) return;
    const { type, id, source } = this.incoming.event;
    this.context.logger.warn({ event: 'bus.handler.failed', type, id, source, err: error }, 'a handler threw');
  }

  private toReceived({ pattern, channel, key }: Situation, tries: number): Received<unknown> {
    const { event, delivery } = this.incoming;
    const { headers, user } = delivery;
    const redelivered = delivery.redelivered || tries > 0;
    const received: Writable<Received<unknown>> = { data: event.data, event, pattern, headers, redelivered };
    if (channel !== undefined) received.channel = channel;
    if (key !== undefined) received.key = key;
    if (user !== undefined) received.user = user;
    return received;
  }
}

/** Its text is settled once: for the wire, and for who asks again. */
function asText({ data, ...message }: Outgoing): Outgoing {
  const dataJson = message.dataJson ?? JSON.stringify(data);
  return dataJson === undefined ? message : { ...message, dataJson };
}
