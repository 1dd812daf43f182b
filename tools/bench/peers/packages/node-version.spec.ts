import { newEnough } from './node-version';

describe('the Node of the peers', () => {
  test.each([
    ['24.9.0', true],
    ['22.18.0', true],
    ['22.9.1', false],
    ['20.20.2', false],
    ['23.0.0', true],
  ])('%s is new enough: %s', (version, expected) => {
    expect(newEnough(version)).toBe(expected);
  });
});
