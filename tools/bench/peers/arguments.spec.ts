import { readPeerArguments } from './arguments';

const drivers = ['bullmq', 'pg-boss'];

describe('the arguments of the comparison', () => {
  test('without any, two runs of all', () => {
    expect(readPeerArguments([], drivers)).toEqual({ runs: 2, quick: false, only: [] });
  });

  test('name drivers, runs and a file; quick is one run', () => {
    const args = ['--only', 'pg-boss, bullmq', '--json', 'f.json', '--quick'];
    expect(readPeerArguments(args, drivers)).toEqual({
      runs: 1,
      quick: true,
      only: ['pg-boss', 'bullmq'],
      json: 'f.json',
    });
    expect(readPeerArguments(['--runs', '5'], drivers).runs).toBe(5);
  });

  test.each([
    [['--only', 'celery'], 'There is no peer celery. There are: bullmq, pg-boss.'],
    [['--runs', '0'], '--runs takes a whole number above 0'],
    [['--fast'], "Unknown option '--fast'"],
    [['batches'], "Unexpected argument 'batches'"],
  ])('%j is refused with the way out', (args, message) => {
    expect(() => readPeerArguments(args, drivers)).toThrow(message);
    expect(() => readPeerArguments(args, drivers)).toThrow('npm run bench -- peers');
  });
});
