import { connect, type ConfirmChannel } from 'amqplib';
import { type RunOutcome } from '../report';
import { type Stage } from '../stage/stage';
import { oneAgent, type Scale, type Scenario } from './scenario';

/** About what an attempt and its result take as CloudEvents. */
const TASK_BYTES = 450;
const PER_MESSAGE = 500;
/** Messages without a confirm at most; beyond it the publisher waits. */
const WINDOW = 1000;
const RESULTS = 'baton.bench.results';

/**
 * Both ways of a task: to an agent's transient queue without acks, and back over a durable one with persistent,
 * confirmed messages and acks. Returns messages a second, each message counted once for the whole round.
 */
async function rounds(url: string, messages: number, bytes: number): Promise<number> {
  const connections = await Promise.all([connect(url), connect(url)]);
  try {
    const [brain, agent] = await Promise.all(connections.map((connection) => connection.createConfirmChannel()));
    if (!brain || !agent) throw new Error('No channels');
    return await pass(brain, agent, messages, Buffer.alloc(bytes, 'x'));
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

async function pass(brain: ConfirmChannel, agent: ConfirmChannel, messages: number, content: Buffer): Promise<number> {
  const inbox = (await agent.assertQueue('', { exclusive: true })).queue;
  await brain.assertQueue(RESULTS, { durable: true });
  await brain.prefetch(WINDOW);
  let returned = 0;
  let sent = 0;
  const startedAt = performance.now();
  await agent.consume(inbox, () => void agent.sendToQueue(RESULTS, content, { persistent: true }), { noAck: true });
  await new Promise<void>((resolve, reject) => {
    const more = (): void => {
      while (sent < messages && sent - returned < WINDOW) {
        sent++;
        brain.sendToQueue(inbox, content, { mandatory: true });
      }
    };
    brain
      .consume(RESULTS, (message) => {
        if (!message) return reject(new Error('The broker ended the consumer'));
        returned++;
        if (returned % 50 === 0 || returned === sent) brain.ack(message, true);
        if (returned === messages) resolve();
        else more();
      })
      .then(more, reject);
  });
  const elapsedMs = performance.now() - startedAt;
  await Promise.all([agent.waitForConfirms(), brain.waitForConfirms()]);
  await brain.deleteQueue(RESULTS);
  return (1000 * messages) / elapsedMs;
}

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const url = stage.mesh.services.messageQueueUrl;
  const { result, spent } = await stage.metered(async () => [
    await rounds(url, scale.of(20_000, 2_000), TASK_BYTES),
    await rounds(url, scale.of(200, 20), PER_MESSAGE * TASK_BYTES),
  ]);
  const [single = 0, batched = 0] = result;
  return {
    readings: [
      { metric: 'single', unit: 'tasks/s', value: single },
      { metric: 'batched', unit: 'tasks/s', value: batched * PER_MESSAGE },
    ],
    others: spent.others,
  };
}

export const limitBroker: Scenario = {
  name: 'limit-broker',
  about: 'messages of the size of a task to an agent and back through the broker alone, singly and 500 a message',
  agents: oneAgent,
  run,
};
