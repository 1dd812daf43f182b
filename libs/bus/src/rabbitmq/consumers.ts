import { type QueueSpec, type Subscription } from '../bus';
import { Consumer, type ConsumerContext, type ConsumerOptions } from './consumer';
import { type Link } from './link';
import { orLost, type Session } from './session';
import { type Outcomes, type Work } from './work';

/** All that is consumed by one connection, over all its lives. */
export class Consumers {
  private readonly consumers = new Set<Consumer>();

  constructor(
    private readonly link: Link,
    private readonly context: ConsumerContext,
  ) {}

  /** Resolves once consuming; waits for a connection. Throws what the broker refuses. */
  async subscribe(
    queue: QueueSpec,
    options: ConsumerOptions,
    createWork: (outcomes: Outcomes) => Work,
  ): Promise<Subscription> {
    const consumer = new Consumer(queue, options, this.context, createWork);
    for (;;) {
      const session = await this.link.ready();
      try {
        await orLost(session, consumer.attach(session));
        break;
      } catch (error) {
        if (session.alive) throw error;
      }
    }
    this.consumers.add(consumer);
    return {
      bind: (binding) => consumer.bind(binding),
      unbind: (binding) => consumer.unbind(binding),
      stop: async () => {
        await consumer.stop();
        this.consumers.delete(consumer);
      },
    };
  }

  /** All of them consume again. */
  async resume(session: Session): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.resume(session)));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
  }
}
