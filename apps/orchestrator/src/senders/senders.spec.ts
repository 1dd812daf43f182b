import { Senders } from './senders';

function senders() {
  const refused: unknown[][] = [];
  const services = { has: (user: string | undefined) => user === 'baton' };
  return { senders: new Senders(services, { refuse: (...what) => refused.push(what) }), refused };
}

test('an agent is spoken for by its owner and the services; others are told of', () => {
  const { senders: own, refused } = senders();
  const agent = { agentId: 'a', owner: 'research' };
  expect(own.speaksFor(agent, 'research', 'result')).toBe(true);
  expect(own.speaksFor(agent, 'baton', 'result')).toBe(true);
  expect(refused).toEqual([]);
  expect(own.speaksFor(agent, 'mallory', 'result')).toBe(false);
  expect(own.speaksFor(agent, undefined, 'heartbeat')).toBe(false);
  expect(refused).toEqual([
    ['result', 'another user', { agentId: 'a', user: 'mallory' }],
    ['heartbeat', 'no user', { agentId: 'a' }],
  ]);
});

test('news of presence is for services to tell', () => {
  const { senders: own, refused } = senders();
  expect(own.isService('baton', 'presence')).toBe(true);
  expect(own.isService('research', 'presence')).toBe(false);
  expect(own.isService(undefined, 'hint')).toBe(false);
  expect(refused).toEqual([
    ['presence', 'another user', { user: 'research' }],
    ['hint', 'no user', {}],
  ]);
});
