import { EventEmitter } from 'node:events';
import { type PeerProcess } from '../process/peer-process';
import { Starts } from './after-kill';

const worker = (): PeerProcess => new EventEmitter() as PeerProcess;

describe('the starts of jobs', () => {
  test('the last of all is told, wherever each started', async () => {
    const [one, other] = [worker(), worker()];
    const starts = new Starts(one);
    starts.watch(other);
    const last = starts.last(3, 60_000);
    one.emit('started', 1, 100);
    other.emit('started', 2, 250);
    one.emit('started', 3, 180);
    expect(await last).toBe(250);
  });

  test('a job that starts twice counts once, with its first time', async () => {
    const one = worker();
    const starts = new Starts(one);
    one.emit('started', 1, 100);
    one.emit('started', 1, 900);
    expect(await starts.last(1, 60_000)).toBe(100);
    expect(await starts.last(2, 1)).toBeUndefined();
  });

  test('starts that were seen before the question count', async () => {
    const one = worker();
    const starts = new Starts(one);
    one.emit('started', 7, 5);
    expect(await starts.last(1, 60_000)).toBe(5);
  });
});
