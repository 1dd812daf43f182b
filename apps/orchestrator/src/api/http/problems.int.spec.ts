import { connect } from 'node:net';
import { echo, specDoor } from '../../../test/spec-door';

describe('problems', () => {
  const door = specDoor();

  test.each([
    ['no route', 'GET', '/api/nothing', 404, 'NOT_FOUND'],
    ['wrong method', 'DELETE', '/api/tasks', 405, 'METHOD_NOT_ALLOWED'],
    ['no such task', 'GET', '/api/tasks/0198b0a0-0000-7000-8000-000000000001', 404, 'TASK_NOT_FOUND'],
    ['no id', 'GET', '/api/tasks/1', 404, 'TASK_NOT_FOUND'],
    ['no such task to retry', 'POST', '/api/tasks/0198b0a0-0000-7000-8000-000000000001/retry', 404, 'TASK_NOT_FOUND'],
    ['no id to explain', 'GET', '/api/tasks/1/why', 404, 'TASK_NOT_FOUND'],
    ['unknown parameter', 'GET', '/api/tasks?colour=red', 400, 'VALIDATION_FAILED'],
    ['bad cursor', 'GET', '/api/tasks?cursor=xyz', 400, 'VALIDATION_FAILED'],
    ['NUL in a parameter', 'GET', '/api/tasks?capability=%00', 400, 'VALIDATION_FAILED'],
    ['NUL in a filter', 'GET', '/api/audit?actor=%00', 400, 'VALIDATION_FAILED'],
    ['no UTF-8', 'GET', '/api/%ff', 400, 'BODY_UNREADABLE'],
    ['bad limit', 'GET', '/api/audit?limit=0', 400, 'VALIDATION_FAILED'],
    ['bad event types', 'GET', '/api/events?types=;drop', 400, 'VALIDATION_FAILED'],
  ] as const)('%s', async (_name, method, url, status, code) => {
    const response = await door.app.inject({ method, url, headers: door.bearer });
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ status, code, type: `urn:baton:error:${code}`, instance: url });
    expect(response.statusCode).toBe(status);
    expect(response.json().detail.length).toBeGreaterThan(10);
  });

  test('every field that does not fit is named, unknown ones too', async () => {
    const response = await door.post('/api/tasks', { ...echo(), priority: 12, colour: 'red', retry: { factor: 0 } });
    expect(response.statusCode).toBe(400);
    const paths = response.json().errors.map((fault: { path: string }) => fault.path);
    expect(paths.sort()).toEqual(['colour', 'priority', 'retry.factor']);
  });

  test('a NUL character is refused by the path of its field', async () => {
    const body = '{"capability":"probe.echo","input":{"deep":[1,"a\\u0000b"]}}';
    const response = await door.post('/api/tasks', body, { 'content-type': 'application/json' });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].path).toBe('input.deep[1]');
  });

  test('JSON that is none, too deep, poisoned, or no JSON at all', async () => {
    const send = (body: string, type = 'application/json') => door.post('/api/tasks', body, { 'content-type': type });
    expect((await send('{"capability":')).json()).toMatchObject({ status: 400, code: 'BODY_UNREADABLE' });
    expect((await send('['.repeat(100) + ']'.repeat(100))).json()).toMatchObject({
      status: 400,
      code: 'BODY_UNREADABLE',
    });
    expect((await send('{"__proto__":{"a":1}}')).json()).toMatchObject({ status: 400 });
    expect((await send('a=1', 'application/x-www-form-urlencoded')).json()).toMatchObject({ status: 415 });
    expect((await send('[1]')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((await door.post('/api/tasks')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  test('a body of 10 MB gets a clear 413, over a real connection too', async () => {
    const response = await fetch(`${door.url}/api/tasks`, {
      method: 'POST',
      headers: { ...door.bearer, 'content-type': 'application/json' },
      body: JSON.stringify(echo({ input: 'x'.repeat(10 * 1024 * 1024) })),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  test('an unknown capability and an input that does not fit are 422, with the field', async () => {
    expect((await door.post('/api/tasks', echo({ capability: 'probe.ecoh' }))).json()).toMatchObject({
      code: 'CAPABILITY_UNKNOWN',
    });
    const misfit = await door.post('/api/tasks', echo({ input: { n: 'one' } }));
    expect(misfit.statusCode).toBe(422);
    expect(misfit.json().errors[0].path).toBe('input.n');
  });

  test('answers carry a request id and the headers that protect', async () => {
    const response = await door.get('/api/tasks', { 'x-request-id': 'mine-1' });
    expect(response.headers['x-request-id']).toBe('mine-1');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  test('what is no HTTP at all gets a problem too, and the door stays open', async () => {
    const { port } = new URL(door.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('this is not HTTP\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
    expect((await fetch(`${door.url}/healthz/live`)).status).toBe(200);
  });

  test('a body that is too large and does not say so is refused all the same', async () => {
    const chunk = new Uint8Array(65_536).fill(120);
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => (sent++ < 40 ? controller.enqueue(chunk) : controller.close()),
    });
    const request = { method: 'POST', body, duplex: 'half' as const };
    const headers = { ...door.bearer, 'content-type': 'application/json' };
    const response = await fetch(`${door.url}/api/tasks`, { ...request, headers });
    expect(response.status).toBe(413);
  });
});
