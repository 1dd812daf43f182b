import { mayAct, type Role } from './principal';

test.each([
  [['viewer'], ['viewer'], true],
  [['viewer'], ['operator'], false],
  [['operator'], ['viewer'], true],
  [['operator'], ['admin'], false],
  [['agent'], ['operator'], false],
  [['agent'], ['operator', 'agent'], true],
  [['admin'], ['operator'], true],
  [['admin'], ['agent'], true],
  [[], ['viewer'], false],
] satisfies [Role[], Role[], boolean][])('%j asked for one of %j: %s', (held, wanted, allowed) => {
  expect(mayAct(held, wanted)).toBe(allowed);
});
