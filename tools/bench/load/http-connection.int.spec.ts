import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { HttpConnection } from './http-connection';

describe('against a server', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        if (body === 'hang up') return request.socket.destroy();
        const told = JSON.stringify({ body, path: request.url, authorization: request.headers.authorization });
        response.setHeader('content-length', Buffer.byteLength(told));
        response.end(told);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('a request says what a server needs to know, again and again on one connection', async () => {
    const connection = await HttpConnection.open(url);
    const request = HttpConnection.post(`${url}/api/tasks`, { authorization: 'Bearer t' }, '"é"');
    for (let time = 0; time < 3; time++) {
      const { status, body } = await connection.send(request);
      expect(status).toBe(200);
      expect(JSON.parse(body.toString())).toEqual({ body: '"é"', path: '/api/tasks', authorization: 'Bearer t' });
    }
    connection.close();
  });

  test('a server that hangs up fails the request that waits', async () => {
    const connection = await HttpConnection.open(url);
    await expect(connection.send(HttpConnection.post(url, {}, 'hang up'))).rejects.toThrow('closed the connection');
  });
});
