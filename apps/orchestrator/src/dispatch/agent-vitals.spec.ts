import { AgentVitals } from './agent-vitals';

const LONG_AGO = -60_000;

test('busy agents are pinged every 100 ms, more seldom when there are many', () => {
  const vitals = new AgentVitals();
  expect(vitals.toPing(['a', 'b'], 0)).toEqual(['a', 'b']);
  expect(vitals.toPing(['a', 'b', 'c'], 50)).toEqual(['c']);
  expect(vitals.toPing(['a', 'b', 'c'], 100)).toEqual(['a', 'b']);
  const thousand = Array.from({ length: 1000 }, (_, index) => `x${index}`);
  let pings = 0;
  for (let now = 0; now < 10_000; now += 50) pings += vitals.toPing(thousand, now).length;
  expect(pings).toBe(5000);
});

test('an inbox that stays away is gone; one that comes back in time is not', () => {
  const vitals = new AgentVitals();
  expect(vitals.missed('a', 0, LONG_AGO)).toBe('unsure');
  expect(vitals.missed('a', 149, LONG_AGO)).toBe('unsure');
  expect(vitals.answered('a')).toBe(true);
  expect(vitals.missed('a', 200, LONG_AGO)).toBe('unsure');
  expect(vitals.missed('a', 350, LONG_AGO)).toBe('gone');
});

test('after a reconnect of ours only agents that were heard since are judged, until all had time', () => {
  const vitals = new AgentVitals();
  vitals.heard('b', 100);
  vitals.heard('a', 1100);
  const connectedSince = 1000;
  for (const agent of ['a', 'b']) vitals.missed(agent, 2000, connectedSince);
  expect(vitals.missed('a', 2200, connectedSince)).toBe('gone');
  expect(vitals.missed('b', 2200, connectedSince)).toBe('early');
  expect(vitals.missed('b', 6000, connectedSince)).toBe('unsure');
  expect(vitals.missed('b', 6150, connectedSince)).toBe('gone');
});

test('silence is measured in promised beats, and only while it could be heard', () => {
  const vitals = new AgentVitals();
  vitals.heard('a', 0, 5000);
  expect(vitals.isSilent('a', 12_500, LONG_AGO)).toBe(false);
  expect(vitals.isSilent('a', 12_501, LONG_AGO)).toBe(true);
  expect(vitals.isSilent('a', 12_501, 1000)).toBe(false);
  vitals.heard('quick', 0, 100);
  expect(vitals.isSilent('quick', 2000, LONG_AGO)).toBe(false);
  expect(vitals.isSilent('quick', 2001, LONG_AGO)).toBe(true);
});

test('who promises nothing, or was never heard, has 15 seconds', () => {
  const vitals = new AgentVitals();
  vitals.heard('a', 0);
  for (const agent of ['a', 'never']) expect(vitals.isSilent(agent, 0, LONG_AGO)).toBe(false);
  for (const agent of ['a', 'never']) expect(vitals.isSilent(agent, 15_000, LONG_AGO)).toBe(false);
  for (const agent of ['a', 'never']) expect(vitals.isSilent(agent, 15_001, LONG_AGO)).toBe(true);
});
