import { readBroker } from './broker-features';

const capabilities = {
  publisher_confirms: true,
  'basic.nack': true,
  consumer_cancel_notify: true,
  direct_reply_to: true,
  per_consumer_qos: true,
};
const rabbit = (version: string, more: object = {}): Record<string, unknown> => ({
  product: 'RabbitMQ',
  version,
  capabilities,
  ...more,
});

test.each(['3.10.0', '3.10.8', '3.13.7', '4.0.0-rc.1', '4.1.4', '4.2.0+dev', ''])('RabbitMQ %s is taken', (version) => {
  expect(readBroker(rabbit(version))).toEqual({ product: 'RabbitMQ', version });
});

test.each(['3.9.29', '3.8.2', '2.8.7'])('RabbitMQ %s is too old, and it says so', (version) => {
  expect(() => readBroker(rabbit(version))).toThrow(`it is RabbitMQ ${version}, and 3.10.0 is the oldest that works`);
});

test('another make counts by what it can do', () => {
  expect(readBroker({ product: 'LavinMQ', version: '2.1.0', capabilities })).toMatchObject({ product: 'LavinMQ' });
  const less = { ...capabilities, direct_reply_to: undefined, 'basic.nack': false };
  expect(() => readBroker({ product: 'Other', version: '9', capabilities: less })).toThrow(
    'it is Other 9 without basic.nack, direct_reply_to',
  );
  expect(() => readBroker({})).toThrow(/an AMQP broker/);
});
