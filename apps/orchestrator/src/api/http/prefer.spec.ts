import { waitSeconds } from './prefer';

test.each([
  ['wait=30', 30],
  ['respond-async, wait=10', 10],
  ['Wait = "5"; x=1', 5],
  [['handling=lenient', 'wait=7'], 7],
  ['wait=0', 0],
  ['wait=99999', 300],
  ['wait=-1', undefined],
  ['wait=soon', undefined],
  ['return=minimal', undefined],
  [undefined, undefined],
])('Prefer: %j waits %j seconds', (header, seconds) => {
  expect(waitSeconds(header)).toBe(seconds);
});
