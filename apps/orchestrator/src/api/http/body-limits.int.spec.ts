import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '@baton/testing';
import { BusAsker } from '../../../test/bus-asker';
import { echo, specDoor } from '../../../test/spec-door';
import { BodyRoom } from '../../intake/body-room';

const ROOM = 32 * 1024 * 1024;
const submit = 'io.baton.tasks.submit.v1';

describe('room for bodies', () => {
  const door = specDoor();
  const room = (): BodyRoom => door.app.get(BodyRoom);
  /** Each by a connection of its own; `chunked`: without its length. */
  const open = (path: string, headers: object) =>
    request(`${door.url}${path}`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    });
  async function send(body: string, headers: object = door.bearer, path = '/api/tasks', chunked = false) {
    const sending = open(path, headers);
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    if (chunked) sending.write(body.slice(0, 10));
    sending.end(chunked ? body.slice(10) : body);
    const [response] = await answered;
    const answer = JSON.parse(await text(response)) as object;
    return { status: response.statusCode, retryAfter: Number(response.headers['retry-after']), answer };
  }
  /** Nothing is held: all of the room can be had. */
  const isEmpty = (): Promise<void> =>
    eventually(() => {
      expect(room().take(ROOM)).toBe(true);
      room().give(ROOM);
      return Promise.resolve();
    });

  test('strangers send little: the rest is not read before they are known', async () => {
    const large = JSON.stringify(echo({ metadata: { text: 'x'.repeat(100_000) } }));
    for (const chunked of [false, true]) {
      expect((await send(large, {}, '/api/tasks', chunked)).status).toBe(401);
      expect((await send(large, {}, '/api/auth/token', chunked)).status).toBe(401);
      expect((await send(large, door.bearer, '/api/tasks', chunked)).status).toBe(201);
    }
    expect((await send(large, { authorization: 'Bearer nonsense' })).status).toBe(401);
    await isEmpty();
  });

  test('I8 without room both doors refuse with a time to come back, and take up again when there is some', async () => {
    const asker = await BusAsker.open(door.brokerUrl, door.bearer.authorization);
    const body = JSON.stringify(echo({ metadata: { text: 'x'.repeat(1000) } }));
    expect(room().take(ROOM - 500)).toBe(true);
    for (const chunked of [false, true]) {
      const { status, retryAfter, answer } = await send(body, door.bearer, '/api/tasks', chunked);
      expect([status, retryAfter > 0]).toEqual([429, true]);
      expect(answer).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 1 });
    }
    const problem = BusAsker.problem(await asker.ask(submit, JSON.parse(body)));
    expect(problem).toMatchObject({ status: 429, code: 'OVERLOADED', retryAfterSeconds: 1 });
    // Nobody waits for this one: it waits for room instead.
    asker.send(JSON.stringify(asker.event(submit, JSON.parse(body), { id: 'patient' })));
    room().give(ROOM - 500);
    expect((await send(body)).status).toBe(201);
    expect((await asker.ask(submit, JSON.parse(body))).data).toMatchObject({ state: 'queued' });
    await eventually(async () => {
      const { items } = (await door.get('/api/tasks')).json();
      expect(items.map((one: { idempotencyKey: string }) => one.idempotencyKey)).toContain('/services/spec#patient');
    });
    await isEmpty();
    await asker.close();
  });

  test('whoever waits for the end of a task holds no room, and whoever hangs up gives it back', async () => {
    const waiting = open('/api/tasks', { ...door.bearer, prefer: 'wait=60' });
    waiting.on('error', () => undefined);
    waiting.end(JSON.stringify(echo({ idempotencyKey: 'waits' })));
    await eventually(async () => expect((await door.get('/api/tasks')).body).toContain('"idempotencyKey":"waits"'));
    await isEmpty();
    waiting.destroy();
    await isEmpty();
  });
});
