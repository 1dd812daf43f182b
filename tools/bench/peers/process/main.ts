/** One side of a peer, client or worker, in a process of its own. Does what the runner orders, ends with it. */
import { exactNow } from '../../load/load-job';
import { drivers, type Handler, type PeerClient } from '../drivers';
import { submit, submitAndWait, untilCompleted } from './client';
import { type Answers, type Order, type Reply, type Verb, type WorkMode } from './orders';

const TELL_EVERY_MS = 10;

const tell = (reply: Reply): void => void (process.connected && process.send?.(reply));

let client: PeerClient | undefined;
let endWorker: (() => Promise<void>) | undefined;

function opened(): PeerClient {
  if (!client) throw new Error('This process is no client');
  return client;
}

/** Counts what it does, and tells the count now and then: a message for each job would cost more than the job. */
function counting(): Handler {
  let total = 0;
  let told = 0;
  let firstAt = 0;
  setInterval(() => {
    if (total !== told) tell({ event: 'handled', total: (told = total), firstAt });
  }, TELL_EVERY_MS);
  return (input) => {
    if (total++ === 0) firstAt = exactNow();
    return { echo: input };
  };
}

function handlerFor(mode: WorkMode): Handler {
  if (mode === 'count') return counting();
  return (input) => {
    tell({ event: 'started', n: input.n, at: exactNow() });
    return mode === 'hold' ? new Promise(() => undefined) : { echo: input };
  };
}

async function close(): Promise<void> {
  await endWorker?.();
  await client?.close();
}

async function obey(order: Order): Promise<Answers[Verb]> {
  switch (order.verb) {
    case 'prepare':
      await drivers[order.driver].prepare(order.options);
      return null;
    case 'client':
      client = await drivers[order.driver].openClient(order.options);
      return null;
    case 'worker':
      endWorker = await drivers[order.driver].startWorker(order.options, handlerFor(order.mode));
      return null;
    case 'submit':
      return submit(opened(), order);
    case 'wait':
      return submitAndWait(opened(), order.count);
    case 'completed':
      return opened().completed();
    case 'untilCompleted':
      return untilCompleted(opened(), order.count, order.timeoutMs);
    case 'close':
      await close();
      return null;
  }
}

process.on('message', ({ id, order }: { id: number; order: Order }) => {
  obey(order).then(
    (value) => tell({ id, value }),
    (error: unknown) => {
      console.error(error);
      tell({ id, error: error instanceof Error ? error.message : String(error) });
    },
  );
});
process.on('disconnect', () => process.exit(0));
// Signals of the terminal are the runner's business.
process.on('SIGINT', () => undefined);
