import { resolve } from 'node:path';
import { ConfigurationError, parseEnvironment } from '@baton/observability';
import { z } from 'zod';
import { brokerAddress, brokerVariables } from './broker-environment';

const read = (variables: Record<string, string>) =>
  brokerAddress(parseEnvironment(z.object(brokerVariables), variables));

test('nothing said is the broker of this machine, without certificates', () => {
  expect(read({})).toEqual({
    url: 'amqp://guest:guest@localhost:5672/',
    tls: {},
    startWith: 'first',
    durableQueueType: 'auto',
  });
});

test('files are found from wherever the process goes on to work', () => {
  const address = read({
    MESSAGE_QUEUE_URL: 'amqps://a, amqps://b',
    MESSAGE_QUEUE_CA: 'ca.pem',
    MESSAGE_QUEUE_CERT: '/own.pem',
    MESSAGE_QUEUE_KEY: '/own.key',
    MESSAGE_QUEUE_SERVER_NAME: 'broker',
    MESSAGE_QUEUE_START: 'any',
    DURABLE_QUEUE_TYPE: 'quorum',
  });
  expect(address).toEqual({
    url: 'amqps://a, amqps://b',
    tls: { ca: resolve('ca.pem'), cert: '/own.pem', key: '/own.key', serverName: 'broker' },
    startWith: 'any',
    durableQueueType: 'quorum',
  });
});

test.each([
  ['MESSAGE_QUEUE_URL', 'amqp://ok,http://secret'],
  ['MESSAGE_QUEUE_START', 'last'],
  ['DURABLE_QUEUE_TYPE', 'stream'],
])('%s=%s is refused', (name, value) => {
  const reading = (): unknown => read({ [name]: value });
  expect(reading).toThrow(ConfigurationError);
  expect(reading).toThrow(name);
  expect(reading).not.toThrow(/secret/);
});
