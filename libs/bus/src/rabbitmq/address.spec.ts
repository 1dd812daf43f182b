import { ConfigurationError } from '@baton/observability';
import { parseAddresses } from './address';

test('a list of brokers is taken apart, with ports and the heartbeat', () => {
  const addresses = parseAddresses('amqp://u:p@one:1234/v, amqps://two/', 7);
  expect(addresses.map((address) => address.label)).toEqual(['one:1234', 'two:5671']);
  expect(addresses[0]?.url).toBe('amqp://u:p@one:1234/v?heartbeat=7');
  expect(parseAddresses('amqp://[::1]', 7)[0]?.label).toBe('[::1]:5672');
});

test.each(['http://u:secret@host', 'localhost:5672', 'amqp://', 'amqp://ok, nonsense'])('%s is refused', (text) => {
  expect(() => parseAddresses(text, 10)).toThrow(ConfigurationError);
  expect(() => parseAddresses(text, 10)).not.toThrow(/secret/);
});
