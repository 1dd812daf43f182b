import { judgeSender } from './judge-sender';

const services = { has: (user: string | undefined) => user === 'baton' };

test('who registered an agent speaks for it', () => {
  expect(judgeSender('research', 'research', services)).toBe('right');
});

test('the services speak for every agent', () => {
  expect(judgeSender('baton', 'research', services)).toBe('right');
});

test('nobody else does, by name or without', () => {
  expect(judgeSender('mallory', 'research', services)).toBe('another user');
  expect(judgeSender('', 'research', services)).toBe('another user');
  expect(judgeSender(undefined, 'research', services)).toBe('no user');
});

test('an agent without a known owner is guarded by nothing', () => {
  for (const owner of [null, undefined]) {
    expect(judgeSender('mallory', owner, services)).toBe('right');
    expect(judgeSender(undefined, owner, services)).toBe('right');
  }
});
