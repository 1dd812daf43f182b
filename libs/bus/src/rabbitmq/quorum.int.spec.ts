import { eventually, testBroker } from '@baton/testing';
import { Buses, counted, deadLettersOf, durableQueue, numbers, to } from '../../test/bus-fixture';
import { outgoing, TopologyConflictError } from '..';

// Quorum queues stand under the same names as classic ones elsewhere: only a virtual host of our own will do.
const privately = process.env.BATON_TEST_MANAGEMENT_URL ? test : test.skip;

privately(
  'durable queues are quorum queues when told so, with the same promises',
  async () => {
    const broker = await testBroker();
    const buses = new Buses();
    const bus = await buses.connect(broker.url, { durableQueueType: 'quorum' });
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    const got: number[] = [];
    await bus.consume(queue, (delivery) => {
      const [n] = numbers(delivery) as [number];
      if (n === 2) return { reject: 'two' };
      got.push(n);
      return 'done';
    });
    const sends = [1, 2, 3].map((n) => bus.publish(to(queue), outgoing(counted, { n }), { durable: true }));
    expect(await Promise.all(sends)).toEqual(['sent', 'sent', 'sent']);
    await eventually(() => expect(got).toEqual([1, 3]));
    await eventually(() => expect(letters).toHaveLength(1));
    await expect(buses.connect(broker.url, { durableQueueType: 'classic' })).rejects.toThrow(TopologyConflictError);
    await buses.closeAll();
    await broker.close();
  },
  20_000,
);
