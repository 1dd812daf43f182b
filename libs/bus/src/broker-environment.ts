import { resolve } from 'node:path';
import { z } from 'zod';
import { type ConnectBusOptions } from './rabbitmq/connect';

const isBroker = (one: string): boolean => /^amqps?:\/\//.test(one.trim());
const file = z
  .string()
  .transform((path) => resolve(path))
  .optional();

/** The variables that say which broker and how: part of the environment of every process that has a bus. */
export const brokerVariables = {
  MESSAGE_QUEUE_URL: z
    .string()
    .default('amqp://guest:guest@localhost:5672/')
    .refine((list) => list.split(',').every(isBroker), {
      message: 'is not a URL like amqp://user:password@host:5672/, nor several separated by commas',
    }),
  MESSAGE_QUEUE_CA: file,
  MESSAGE_QUEUE_CERT: file,
  MESSAGE_QUEUE_KEY: file,
  MESSAGE_QUEUE_SERVER_NAME: z.string().optional(),
  MESSAGE_QUEUE_START: z.enum(['first', 'any'], 'is neither first nor any').default('first'),
  DURABLE_QUEUE_TYPE: z.enum(['auto', 'classic', 'quorum'], 'is none of auto, classic and quorum').default('auto'),
};

export type BrokerVariables = z.infer<z.ZodObject<typeof brokerVariables>>;
/** Where the broker is and how to dial it. */
export type BrokerAddress = Pick<ConnectBusOptions, 'url' | 'tls' | 'startWith' | 'durableQueueType'>;

/** What the variables say, as `connectBus` takes it. */
export function brokerAddress(read: BrokerVariables): BrokerAddress {
  return {
    url: read.MESSAGE_QUEUE_URL,
    tls: {
      ca: read.MESSAGE_QUEUE_CA,
      cert: read.MESSAGE_QUEUE_CERT,
      key: read.MESSAGE_QUEUE_KEY,
      serverName: read.MESSAGE_QUEUE_SERVER_NAME,
    },
    startWith: read.MESSAGE_QUEUE_START,
    durableQueueType: read.DURABLE_QUEUE_TYPE,
  };
}
