import { taskEnded, type TaskEnded } from '@baton/contracts';
import { type Bus, type Delivery, queues, type Subscription } from '@baton/bus';
import { type Completions } from '../intake/completions';

/**
 * Brings news of ended tasks to a door that is not the brain. It listens only once somebody waits here, and not at
 * all where the brain tells in process.
 */
export class EndedListener {
  private listening: Promise<Subscription> | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly owner: string,
    private readonly completions: Completions,
    private readonly isBrain: () => boolean,
  ) {
    completions.onWaiting(() => this.listen());
  }

  private listen(): void {
    if (this.listening || this.isBrain()) return;
    const take = (delivery: Delivery): 'done' => {
      this.completions.ended(delivery.events.map((event) => (event.data as TaskEnded).taskId));
      return 'done';
    };
    const queue = queues.events(`door.${this.owner}`, ['task.#']);
    this.listening = this.bus.consume(queue, take, { noAck: true, kinds: [taskEnded] });
    // Without it the poll of Completions still answers; the next waiter tries again.
    this.listening.catch(() => (this.listening = undefined));
  }
}
