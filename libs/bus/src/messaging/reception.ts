import { type Address, type CloudEvent } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import {
  type Binding,
  type Bus,
  type Delivery,
  type Outgoing,
  type QueueSpec,
  type Subscription,
  type Verdict,
} from '../bus';
import { MessageInvalidError } from '../errors';
import { Answers, askedOf, type Judged, problem } from './answers';
import { HandledWindow } from './handled-window';
import { evicted, Lanes } from './lanes';
import { Life } from './life';
import { takeTurn, type TurnContext } from './turn';

export interface ReceptionOptions extends Pick<TurnContext, 'situationOf'> {
  readonly bus: Bus;
  readonly logger: Logger;
  /** Who signs receipts. */
  readonly address: Address;
  readonly concurrency: number;
  /** Events of one lane are handled one after another. Default: by their source. */
  laneOf?(event: CloudEvent<unknown>): string;
}

/** A queue that is read. */
export interface Intake extends Pick<Subscription, 'bind' | 'unbind'> {
  /** What waits here still is done within this time; the rest goes back to a durable queue, else to the dead letters. */
  stop(withinMs: number): Promise<void>;
}

/** Messages handled at once unless somebody says otherwise; messages held unacked at least. */
export const receptionDefaults = { concurrency: 16, leastPrefetch: 100 } as const;

const patienceMs = 5000;

/**
 * Takes what comes in by one or several queues, in one order per sender, each event once.
 * R1 Memory is bounded by the prefetch of each queue: what waits here is unacked.
 * R2 After the connection is lost what waits here of a durable queue is dropped, since it comes again; what waits of an
 *    exclusive queue is not: its queue is gone, and nobody else has it.
 */
export class Reception {
  private readonly lanes: Lanes;
  private readonly context: TurnContext;

  constructor(private readonly options: ReceptionOptions) {
    this.lanes = new Lanes(options.concurrency);
    const { logger, address, situationOf } = options;
    this.context = { logger, answers: new Answers(address), window: new HandledWindow(), situationOf };
  }

  /** Reads this queue too. Rejects with what the broker refuses. */
  async open(queue: QueueSpec): Promise<Intake> {
    const durable = queue.life === 'durable';
    const patientUntil = durable ? performance.now() + patienceMs : 0;
    let life = new Life();
    const end = (how: 'lost' | 'closed'): void => {
      life.end(how);
      this.lanes.evict(life);
    };
    const lost = (): void => {
      if (!durable || life.over) return;
      end('lost');
      life = new Life();
    };
    const take = (delivery: Delivery): Promise<Verdict> => this.take(delivery, life, patientUntil, durable);
    const subscription = await this.consume(queue, take, lost);
    return {
      bind: (binding: Binding) => subscription.bind(binding),
      unbind: (binding: Binding) => subscription.unbind(binding),
      stop: async (withinMs) => {
        const stopping = subscription.stop();
        const timer = setTimeout(() => end('closed'), durable ? 0 : withinMs);
        await stopping.finally(() => clearTimeout(timer));
      },
    };
  }

  private consume(
    queue: QueueSpec,
    take: (delivery: Delivery) => Promise<Verdict>,
    lost: () => void,
  ): Promise<Subscription> {
    return this.options.bus.consume(queue, take, {
      prefetch: Math.max(receptionDefaults.leastPrefetch, 4 * this.options.concurrency),
      lost,
      unreadable: (delivery, fault) => this.answerUnreadable(delivery, fault),
    });
  }

  private async take(delivery: Delivery, life: Life, patientUntil: number, durable: boolean): Promise<Verdict> {
    const arrivedAt = performance.now();
    const turn = (event: CloudEvent<unknown>): Promise<Ended> =>
      this.lanes.run(this.options.laneOf?.(event) ?? event.source, life, () =>
        takeTurn(this.context, { event, delivery, life, arrivedAt, patientUntil }),
      );
    const [only, ...others] = delivery.events;
    const judged: Ended[] =
      only && others.length === 0 ? [await turn(only)] : await Promise.all(delivery.events.map(turn));
    if (!judged.every(hasEnded)) return givenUp(life, durable);
    const answers = judged.flatMap(({ answer }) => answer ?? []);
    if (answers.length > 0) await send(delivery, answers);
    return judged.find(({ verdict }) => verdict !== 'done')?.verdict ?? 'done';
  }

  /** Who asked hears why; what was only sent is a dead letter as well. */
  private answerUnreadable(delivery: Delivery, fault: string): boolean {
    const asked = askedOf(delivery);
    const { verdict, answer } = this.context.answers.refused(asked, { reject: fault }, new MessageInvalidError(fault));
    if (answer) void send(delivery, [answer]);
    return verdict === 'done';
  }
}

/** What a turn ends with; without a judgement when its life ended before. */
type Ended = Judged | undefined | typeof evicted;

function hasEnded(ended: Ended): ended is Judged {
  return ended !== undefined && ended !== evicted;
}

/** The broker has it again; or it is given back; or, nobody else having it, it is a dead letter. */
function givenUp({ over }: Life, durable: boolean): Verdict {
  if (over === 'lost') return 'done'; // goes nowhere: the channel it came by is gone
  return durable ? 'retry' : { reject: 'its recipient closed before its turn came' };
}

/** An answer that does not fit on the wire is answered by that problem, so that nobody waits for it. */
async function send(delivery: Delivery, answers: readonly Outgoing[]): Promise<void> {
  const [first] = answers;
  if (!first) return;
  try {
    await delivery.reply(answers.length === 1 ? first : answers);
  } catch (error) {
    if (!(error instanceof MessageInvalidError)) throw error;
    await delivery.reply(problem(error));
  }
}
