import { randomUUID } from 'node:crypto';
import { type Workflow } from '@baton/contracts';
import { type Bus, type Delivery, queues, type Subscription } from '@baton/bus';
import { type Watch, type WorkflowCallbacks, WorkflowWatch } from './workflow-watch';

/** All watches of a client: they share one queue, which there is while somebody watches. */
export class WorkflowListener {
  private readonly watches = new Set<WorkflowWatch>();
  private listening: Promise<Subscription> | undefined;
  private readonly offConnected: () => void;

  constructor(
    private readonly bus: Bus,
    private readonly read: (id: string) => Promise<Workflow>,
  ) {
    // What was said while the connection was down is read.
    this.offConnected = bus.on('connected', () => {
      for (const watch of this.watches) watch.look();
    });
  }

  /** Listens first and reads then, so that nothing falls in between. */
  async watch(id: string, callbacks: WorkflowCallbacks): Promise<Watch> {
    const watch = new WorkflowWatch(id, this.read, callbacks, () => this.leave(watch));
    this.watches.add(watch);
    this.listening ??= this.listen();
    try {
      await this.listening;
    } catch (error) {
      this.listening = undefined;
      watch.stop();
      throw error;
    }
    watch.look();
    return watch;
  }

  close(): void {
    this.offConnected();
    for (const watch of this.watches) watch.stop();
  }

  private listen(): Promise<Subscription> {
    const take = ({ events }: Delivery): 'done' => {
      for (const event of events) {
        for (const watch of this.watches) if (watch.id === event.subject) watch.heard(event);
      }
      return 'done';
    };
    return this.bus.consume(queues.events(`watch.${randomUUID()}`, ['workflow.#']), take, { noAck: true });
  }

  private leave(watch: WorkflowWatch): void {
    this.watches.delete(watch);
    if (this.watches.size > 0) return;
    const { listening } = this;
    this.listening = undefined;
    void listening?.then((subscription) => subscription.stop()).catch(() => undefined);
  }
}
