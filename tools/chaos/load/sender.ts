import { setTimeout as delay } from 'node:timers/promises';
import { type Chance } from '../schedule/seeded';
import { type Door, type DoorAnswer, type Entrance } from './door';
import { type SenderLog } from './sender-log';
import { longerTask, nextOrder, type Order, type TaskOrder } from './task-mix';

export interface SenderOptions {
  readonly doors: readonly Door[];
  /** Ways for tasks besides the doors. */
  readonly besides: readonly Entrance[];
  readonly log: SenderLog;
  readonly chance: Chance;
  /** Part of every idempotency key. */
  readonly run: string;
  readonly perSecond: number;
}
export interface SenderFigures {
  /** Submissions that came due; each is sent whatever became of those before. */
  offered: number;
  /** Taken at once. */
  accepted: number;
  /** Taken when sent again under the same key, within the time a submission has. */
  acceptedLater: number;
  /** Given up when their time was over. */
  refused: number;
}

/** A submission that nobody takes is sent again for this long. */
const WITHIN_MS = 20_000;
const PAUSE_MS = 250;
/** What a door may say for now: sign in again, too much, not able, no brain; 0 is no answer at all. */
const passing = new Set([0, 401, 408, 429, 500, 502, 503, 504]);

/** Submits at a steady rate, not waiting for answers, by all doors in turn (REST and RabbitMQ), and keeps its own log of what was accepted. */
export class Sender {
  readonly figures: SenderFigures = { offered: 0, accepted: 0, acceptedLater: 0, refused: 0 };
  /** Answers a sane client must never get. */
  readonly faults: string[] = [];
  private readonly under = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SenderOptions) {}

  start(): void {
    const beganAt = performance.now();
    const due = (): number => ((performance.now() - beganAt) / 1000) * this.options.perSecond;
    let steady = 0;
    this.timer = setInterval(() => {
      for (; steady < due(); steady++) this.offer();
    }, 5);
  }

  /** Resolves when everything that was offered is accepted or given up. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.under);
  }

  /** So many tasks more, at once, each of some hundred milliseconds: every agent gets its hands full. */
  burst(count: number): void {
    const { chance, run } = this.options;
    for (let left = count; left > 0; left--) this.offer((n) => longerTask(chance, run, n));
  }

  private offer(order = (n: number): Order => nextOrder(this.options.chance, this.options.run, n, new Date())): void {
    const n = this.figures.offered++;
    const work = this.deliver(order(n), n);
    this.under.add(work);
    void work.then(() => this.under.delete(work));
  }

  private async deliver(order: Order, n: number): Promise<void> {
    const limit = performance.now() + WITHIN_MS;
    for (let attempt = 0; performance.now() < limit; attempt++) {
      const answer = await this.send(order, n + attempt);
      if (answer.status === 200 || answer.status === 201) return this.accepted(order, answer, { n, attempt });
      if (!passing.has(answer.status)) return this.fault(`${told(answer)} was the answer to ${JSON.stringify(order)}`);
      await delay(PAUSE_MS);
    }
    this.figures.refused++;
  }

  private send(order: Order, n: number): Promise<DoorAnswer> {
    if (order.kind === 'workflow') return this.door(n).call('POST', '/api/workflows', order.body);
    const { doors, besides } = this.options;
    return nth([...doors, ...besides], n).submit(order.submit);
  }

  private async accepted(order: Order, { body }: DoorAnswer, way: { n: number; attempt: number }): Promise<void> {
    const id = String(body.id);
    this.figures[way.attempt === 0 ? 'accepted' : 'acceptedLater']++;
    if (order.kind === 'workflow') return this.options.log.add({ kind: 'workflow', id, output: order.output });
    const { capability, input, idempotencyKey: key } = order.submit;
    this.options.log.add({ kind: 'task', id, key, expect: order.expect, capability, input });
    await Promise.all([this.cancel(order, id, way.n), this.again(order, id, way.n + way.attempt + 1)]);
  }

  /** A cancel that gets lost is no harm: the task may end in any way. */
  private async cancel({ cancelAfterMs }: TaskOrder, id: string, n: number): Promise<void> {
    if (cancelAfterMs === undefined) return;
    await delay(cancelAfterMs);
    const answer = await this.door(n).call('POST', `/api/tasks/${id}/cancel`, {});
    if (![202, 409].includes(answer.status) && !passing.has(answer.status))
      this.fault(`canceling ${id} was answered by ${told(answer)}`);
  }

  private async again(order: TaskOrder, id: string, n: number): Promise<void> {
    if (!order.twice) return;
    const answer = await this.send(order, n);
    if (passing.has(answer.status)) return;
    if (answer.status !== 200 || answer.body.id !== id)
      this.fault(`key ${order.submit.idempotencyKey} belongs to ${id}, and was answered again by ${told(answer)}`);
  }

  private door(n: number): Door {
    return nth(this.options.doors, n);
  }

  private fault(text: string): void {
    this.faults.push(text);
  }
}

function nth<T>(list: readonly T[], n: number): T {
  const found = list[n % list.length];
  if (found === undefined) throw new Error('a sender needs at least one door');
  return found;
}

function told({ status, body }: DoorAnswer): string {
  return `${status} ${JSON.stringify(body).slice(0, 300)}`;
}
