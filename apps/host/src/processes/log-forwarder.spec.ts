import { PassThrough, Writable } from 'node:stream';
import { forwardLines, LONGEST_LINE, namedLine } from './log-forwarder';

test.each([
  ['a named line stays', '{"level":30,"name":"probe-1"}', '{"level":30,"name":"probe-1"}'],
  ['a JSON line gets the name', '{"level":30}', '{"level":30,"name":"p"}'],
  ['text becomes a JSON line', 'Error: oh', '{"level":50,"name":"p","msg":"Error: oh"}'],
  ['what only looks like JSON is text', '{ nonsense', '{"level":50,"name":"p","msg":"{ nonsense"}'],
])('%s', (_what, line, expected) => {
  expect(namedLine(line, 'p', 'stderr')).toBe(expected);
});

const collect = (): { sink: Writable; text: () => string } => {
  let text = '';
  const write = (chunk: Buffer, _: string, done: () => void): void => {
    text += chunk.toString();
    done();
  };
  return { sink: new Writable({ write }), text: () => text };
};
const same = (line: string): string => line;

test('lines come whole, however they were cut, and the last one without its end', async () => {
  const source = new PassThrough();
  const { sink, text } = collect();
  forwardLines(source, sink, same);
  for (const part of ['on', 'e\ntw', 'o\n\nthr', 'ee']) source.write(part);
  source.end();
  await new Promise((resolve) => source.once('close', resolve));
  expect(text()).toBe('one\ntwo\nthree\n');
});

test('a line without end is cut', async () => {
  const source = new PassThrough();
  const { sink, text } = collect();
  forwardLines(source, sink, same);
  source.end('x'.repeat(LONGEST_LINE + 10));
  await new Promise((resolve) => source.once('close', resolve));
  expect(text()).toHaveLength(LONGEST_LINE + 2);
});

test('a full sink stops the reading until it has drained', async () => {
  const source = new PassThrough();
  let release: () => void = () => undefined;
  const sink = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void (release = done) });
  forwardLines(source, sink, same);
  source.write('one\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(source.isPaused()).toBe(true);
  const drained = new Promise((resolve) => sink.once('drain', resolve));
  release();
  await drained;
  expect(source.isPaused()).toBe(false);
});
