import { createLogger } from '@baton/observability';
import { connectBus } from '../src';
import { type DurableQueueType } from '../src/rabbitmq/declare';
import { numbers } from './bus-fixture';

/**
 * A process of its own that consumes a queue and kills itself, as -9 would, on the number 13. What it has handled goes
 * to its parent: node -r @swc-node/register fragile-consumer.ts <url> <queue> <type>
 */
async function main([url = '', queue = '', type = 'classic']: string[]): Promise<void> {
  const logger = createLogger('fragile', 'silent');
  const durableQueueType = type as DurableQueueType;
  const bus = await connectBus({ url, name: 'fragile', source: '/tests/fragile', logger, durableQueueType });
  await bus.consume({ name: queue, life: 'durable', bindings: [] }, (delivery) => {
    for (const n of numbers(delivery)) {
      if (n === 13) process.kill(process.pid, 'SIGKILL');
      process.send?.(n);
    }
    return 'done';
  });
}

void main(process.argv.slice(2));
