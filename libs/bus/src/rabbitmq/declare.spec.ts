import { queues } from '../topology';
import { queueArguments } from './declare';

const durable = { name: 'q', life: 'durable', bindings: [] } as const;
const exclusive = { name: 'q', life: 'exclusive', bindings: [] } as const;
const classic = { 'x-queue-type': 'classic' };
const letters = { 'x-dead-letter-exchange': 'baton.dead-letters' };

test.each([
  ['a durable queue keeps its dead letters', durable, 'classic', { ...letters, ...classic }],
  [
    'in a cluster it is a quorum queue',
    durable,
    'quorum',
    { ...letters, 'x-queue-type': 'quorum', 'x-delivery-limit': 100 },
  ],
  [
    'the dead letters themselves have none, and never fill the disk',
    queues.deadLetters,
    'classic',
    { ...classic, 'x-max-length': 1_000_000, 'x-max-length-bytes': 1024 ** 3, 'x-overflow': 'drop-head' },
  ],
  ['an exclusive queue is classic everywhere', exclusive, 'quorum', {}],
  ['it keeps dead letters when told to', { ...exclusive, deadLetters: true }, 'quorum', letters],
  [
    'a bounded one drops the oldest',
    queues.brain('b'),
    'classic',
    { 'x-max-length': 10_000, 'x-overflow': 'drop-head' },
  ],
  [
    'a mailbox refuses what does not fit any more',
    queues.mailbox('a.name'),
    'classic',
    {
      ...letters,
      ...classic,
      'x-max-length': 100_000,
      'x-max-length-bytes': 1024 ** 3,
      'x-overflow': 'reject-publish',
    },
  ],
  [
    'on a cluster a mailbox has one active reader, so that a lost node does not change the order',
    queues.mailbox('a.name'),
    'quorum',
    {
      ...letters,
      'x-queue-type': 'quorum',
      'x-delivery-limit': 100,
      'x-max-length': 100_000,
      'x-max-length-bytes': 1024 ** 3,
      'x-overflow': 'reject-publish',
      'x-single-active-consumer': true,
    },
  ],
] as const)('%s', (_rule, spec, type, expected) => {
  expect(queueArguments(spec, type)).toEqual(expected);
});
