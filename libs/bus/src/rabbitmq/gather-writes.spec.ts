import { Writable } from 'node:stream';
import { gatherWrites } from './gather-writes';

/** Remembers what each call of the system would have got. */
function recorder(): { socket: Writable; calls: string[][] } {
  const calls: string[][] = [];
  const socket = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      calls.push([chunk]);
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  gatherWrites(socket);
  return { socket, calls };
}

test('what is written in one turn travels together, in order; nothing waits for the next write', async () => {
  const { socket, calls } = recorder();
  for (const text of ['a', 'b', 'c']) socket.write(text);
  expect(calls).toEqual([]);
  await new Promise(setImmediate);
  expect(calls).toEqual([['a', 'b', 'c']]);
  socket.write('d');
  await new Promise(setImmediate);
  expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
});

test('a full socket says so, and drains', async () => {
  const { socket, calls } = recorder();
  const drained = new Promise((resolve) => socket.once('drain', resolve));
  expect(socket.write('x'.repeat(200_000))).toBe(false);
  await drained;
  expect(calls).toHaveLength(1);
});
