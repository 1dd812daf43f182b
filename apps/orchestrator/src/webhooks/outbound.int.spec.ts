import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { eventually } from '@baton/testing';
import { post } from './outbound';

/** What a receiver may do to whoever tells it something, over a real connection. */
type Answering = (socket: Socket) => void;

const LONG_MS = 60_000;
const open: Server[] = [];
const sockets = new Set<Socket>();
let connections = 0;

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
  connections = 0;
});

async function receiver(answer: Answering): Promise<URL> {
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
}

const told = (url: URL, timeoutMs: number) =>
  post(url, {}, '{}', { timeoutMs, allowPrivate: true, signal: new AbortController().signal });
const saying =
  (text: string): Answering =>
  (socket) =>
    void socket.end(text);
/** Again and again, until the other side has had enough. */
const repeating =
  (first: string, more: string): Answering =>
  (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(more), 5);
    socket.on('close', () => clearInterval(timer));
  };

test.each<[string, number, Answering]>([
  ['taken', 204, saying('HTTP/1.1 204 No Content\r\n\r\n')],
  ['refused', 500, saying('HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\nno')],
  ['an answer that breaks off', 200, saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')],
  ['a status nobody knows', 999, saying('HTTP/1.1 999 Whatever\r\ncontent-length: 0\r\n\r\n')],
  ['another protocol', 101, saying('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
])('%s: its status is %d', async (_, status, answer) => {
  expect(await told(await receiver(answer), LONG_MS)).toBe(status);
});

test('a redirect is a status, and nobody goes there', async () => {
  const elsewhere = await receiver(saying('HTTP/1.1 204 No Content\r\n\r\n'));
  const redirect = `HTTP/1.1 302 Found\r\nlocation: ${elsewhere.href}\r\ncontent-length: 0\r\n\r\n`;
  expect(await told(await receiver(saying(redirect)), LONG_MS)).toBe(302);
  expect(connections).toBe(1);
});

test.each<[string, RegExp, Answering]>([
  ['what is no HTTP', /Parse Error/, saying('SSH-2.0-OpenSSH_9.9\r\n')],
  ['headers without an end', /Overflow/i, saying(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`)],
  ['nothing, and good-bye', /hang up|ECONNRESET/, saying('')],
  ['a connection cut off', /hang up|ECONNRESET/, (socket) => void socket.resetAndDestroy()],
])('%s is an error in words', async (_, words, answer) => {
  await expect(told(await receiver(answer), LONG_MS)).rejects.toThrow(words);
});

test.each<[string, Answering]>([
  ['silence', () => undefined],
  ['a status that comes letter by letter', repeating('HTTP/1.1 200 O', 'K')],
  ['news before an answer that never comes', repeating('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
])('%s: the time is up, and the connection is closed', async (_, answer) => {
  await expect(told(await receiver(answer), 100)).rejects.toThrow('No answer within 100 ms');
  await eventually(() => expect(sockets.size).toBe(0));
});

test.each<[string, Answering]>([
  ['drips', repeating('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n', '.')],
  ['floods', repeating('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n', 'x'.repeat(50_000))],
  ['never comes', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n')],
])('an answer whose body %s is cut: its status counts, and no connection is left', async (_, answer) => {
  expect(await told(await receiver(answer), LONG_MS)).toBe(200);
  await eventually(() => expect(sockets.size).toBe(0));
});

test('nobody there is an error in words', async () => {
  const url = await receiver(() => undefined);
  await new Promise((resolve) => open.pop()?.close(resolve));
  await expect(told(url, LONG_MS)).rejects.toThrow('ECONNREFUSED');
});
