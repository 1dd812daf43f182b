import { readOptions, reproduction } from './chaos-options';
import { faultKinds } from './schedule/fault-kinds';

test('what is not said is chosen, and the run can be had again', () => {
  const options = readOptions([], 77);
  expect(options).toMatchObject({ seed: 77, minutes: 4, kinds: faultKinds, keep: false });
  expect(reproduction(options)).toBe('npm run chaos -- --seed 77 --minutes 4');
});

test('what is said is taken, and is part of the reproduction', () => {
  const options = readOptions(
    '--seed 5 --minutes 0.5 --rate 10 --faults brain-kill,agent-kill --json a.json'.split(' '),
    1,
  );
  expect(options).toMatchObject({ seed: 5, minutes: 0.5, rate: 10, json: 'a.json' });
  expect(reproduction(options)).toBe(
    'npm run chaos -- --seed 5 --minutes 0.5 --rate 10 --faults brain-kill,agent-kill',
  );
});

test.each([
  ['--seed x', /--seed x is not a number.*Use: npm run chaos/],
  ['--minutes -1', /Use: npm run chaos/],
  ['--faults brain-kill,coffee', /there is no "coffee"; there are agent-kill, /],
  ['--fast', /--fast.*Use: npm run chaos/],
])('%s is refused', (line, expected) => {
  expect(() => readOptions(line.split(' '), 1)).toThrow(expected);
});
