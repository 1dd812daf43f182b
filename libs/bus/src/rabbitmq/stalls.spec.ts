import { Stalls } from './stalls';

function after(...ticks: number[]): Stalls {
  const stalls = new Stalls();
  for (const now of ticks) stalls.tick(now);
  return stalls;
}

test('a process that runs smoothly has the shortest heartbeat', () => {
  expect(after(0, 250, 500, 1_400).heartbeat(1_400, 10)).toBe(1);
  expect(after().heartbeat(0, 10)).toBe(1);
});

test('one that stood still has one that survives as much, within bounds', () => {
  expect(after(0, 1_500).heartbeat(1_500, 10)).toBe(1);
  expect(after(0, 5_000, 5_250).heartbeat(5_250, 10)).toBe(4);
  expect(after(0, 60_000).heartbeat(60_000, 10)).toBe(10);
});

test('the longest counts until it is long ago', () => {
  const stalls = after(0, 6_000, 6_250, 8_250);
  expect(stalls.heartbeat(8_250, 10)).toBe(4);
  for (let now = 8_500; now <= 700_000; now += 250) stalls.tick(now);
  expect(stalls.heartbeat(700_000, 10)).toBe(1);
});
