import { type NamedProcess } from '../../mesh';
import { ExitWatch } from './exit-watch';

let present: NamedProcess[];
let now: number;
let watch: ExitWatch;

beforeEach(() => {
  [present, now] = [[], 0];
  watch = new ExitWatch(
    () => present,
    (name) => name.startsWith('mortal'),
    () => now,
  );
});

const see = (...processes: [string, number][]): void => {
  present = processes.map(([name, pid]) => ({ name, pid }));
  watch.look();
};

test('a new pid or none under a known name is an end, told once', () => {
  see(['host', 1], ['probe-1', 2]);
  see(['host', 3]);
  see(['host', 3], ['probe-1', 4]);
  expect(watch.unexpected).toEqual([
    'host (pid 1) ended although nobody attacked it',
    'probe-1 (pid 2) ended although nobody attacked it',
  ]);
});

test('what was attacked is excused for its time, what is there to die always', () => {
  see(['host', 1], ['mortal-1', 2]);
  watch.excuse(['host'], 100);
  now = 50;
  see(['host', 3], ['mortal-1', 4]);
  expect(watch.unexpected).toEqual([]);
  now = 200;
  see(['mortal-1', 5]);
  expect(watch.unexpected).toHaveLength(1);
});
