import { ServiceUsers } from './service-users';

test('our own user counts, and those named', () => {
  const services = new ServiceUsers('amqp://ba%40ton:secret@one:5672/,amqp://ba%40ton:secret@two:5672/', ' hosts, ');
  expect(services.names).toEqual(['ba@ton', 'hosts']);
  expect(['ba@ton', 'hosts', 'mallory', '', undefined].map((user) => services.has(user))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a URL without a user means guest', () => {
  expect(new ServiceUsers('amqp://localhost').names).toEqual(['guest']);
});

test('who connects by certificate signs nothing: unsigned counts as ours', () => {
  const services = new ServiceUsers('amqps://one:5671/?auth_mechanism=external', 'orchestrator');
  expect(services.has(undefined)).toBe(true);
  expect(services.has('orchestrator')).toBe(true);
  expect(services.has('mallory')).toBe(false);
});
