import { hostFlaw, mayReach, safeLookup } from './private-addresses';

test.each([
  ['8.8.8.8', true, true],
  ['2606:4700::1111', true, true],
  ['10.1.2.3', true, false],
  ['127.0.0.1', true, false],
  ['192.168.1.1', true, false],
  ['172.31.0.1', true, false],
  ['100.64.0.1', true, false],
  ['0.0.0.0', true, false],
  ['::1', true, false],
  ['fd00::1', true, false],
  ['::ffff:10.1.2.3', true, false],
  ['169.254.169.254', false, false],
  ['::ffff:169.254.169.254', false, false],
  ['fe80::1', false, false],
])('%s may be reached: %s with private ones allowed, %s without', (address, withPrivate, without) => {
  expect([mayReach(address, true), mayReach(address, false)]).toEqual([withPrivate, without]);
});

test('hosts in URLs: addresses are judged, names when they are resolved', () => {
  expect(hostFlaw('[::1]', false)).toContain('::1');
  expect(hostFlaw('127.0.0.1', false)).toContain('WEBHOOK_ALLOW_PRIVATE');
  expect(hostFlaw('127.0.0.1', true)).toBeUndefined();
  expect(hostFlaw('localhost', false)).toBeUndefined();
});

test.each([true, false])('a name is refused by what it resolves to (all: %s)', async (all) => {
  const resolved = (allowPrivate: boolean) =>
    new Promise((resolve) =>
      safeLookup(allowPrivate)('localhost', { all }, (error, address) => resolve(error ?? address)),
    );
  expect(await resolved(true)).not.toBeInstanceOf(Error);
  expect(String(await resolved(false))).toMatch(/no webhooks to/);
});
