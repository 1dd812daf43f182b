import { setTimeout as delay } from 'node:timers/promises';
import { type Chance } from '../schedule/seeded';
import { type Door, type DoorAnswer } from './door';
import { type SenderLog } from './sender-log';
import { longerTask, nextOrder, type Order, type TaskOrder } from './task-mix';

export interface SenderOptions {
  readonly doors: readonly Door[];
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

/** Submits at a steady rate, not waiting for answers, by all doors in turn, and keeps its own log of what was accepted. */
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
    const path = order.kind === 'task' ? '/api/tasks' : '/api/workflows';
    const body = order.kind === 'task' ? order.submit : order.body;
    const limit = performance.now() + WITHIN_MS;
    for (let attempt = 0; performance.now() < limit; attempt++) {
      const answer = await this.door(n + attempt).call('POST', path, body);
      if (answer.status === 200 || answer.status === 201) return this.accepted(order, answer, { n, attempt });
      if (!passing.has(answer.status)) return this.fault(`${path} answered ${told(answer)} to ${JSON.stringify(body)}`);
      await delay(PAUSE_MS);
    }
    this.figures.refused++;
  }

  private async accepted(order: Order, { body }: DoorAnswer, way: { n: number; attempt: number }): Promise<void> {
    const id = String(body.id);
    this.figures[way.attempt === 0 ? 'accepted' : 'acceptedLater']++;
    if (order.kind === 'workflow') return this.options.log.add({ kind: 'workflow', id });
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

  private async again({ twice, submit }: TaskOrder, id: string, n: number): Promise<void> {
    if (!twice) return;
    const answer = await this.door(n).call('POST', '/api/tasks', submit);
    if (passing.has(answer.status)) return;
    if (answer.status !== 200 || answer.body.id !== id)
      this.fault(`key ${submit.idempotencyKey} belongs to ${id}, and was answered again by ${told(answer)}`);
  }

  private door(n: number): Door {
    const { doors } = this.options;
    const door = doors[n % doors.length];
    if (!door) throw new Error('a sender needs at least one door');
    return door;
  }

  private fault(text: string): void {
    this.faults.push(text);
  }
}

function told({ status, body }: DoorAnswer): string {
  return `${status} ${JSON.stringify(body).slice(0, 300)}`;
}
