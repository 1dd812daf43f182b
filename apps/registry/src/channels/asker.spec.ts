import { askerOf, userIn } from './asker';

const services = { has: (user: string | undefined) => user === 'baton' };

test.each([
  ['/users/ada', 'baton', 'user:ada', true],
  ['/agents/0198', 'baton', 'agent:0198', false],
  ['/services/shop', 'baton', '/services/shop', false],
  ['/users/admin', 'mallory', 'amqp:mallory as /users/admin', true],
  ['/users/admin', undefined, 'amqp:unknown as /users/admin', true],
])('%s, sent by %s, is %s', (source, user, actor, isOther) => {
  expect(askerOf({ source }, user, services)).toEqual({ actor, isOther, user });
  expect(userIn(actor)).toBe(user === 'mallory' ? user : null);
});

test('a name without end is cut', () => {
  expect(askerOf({ source: `/services/${'x'.repeat(1000)}` }, 'baton', services).actor).toHaveLength(300);
});
