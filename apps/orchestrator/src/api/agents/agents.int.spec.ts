import { specDoor } from '../../../test/spec-door';

describe('agents', () => {
  const door = specDoor();

  test('are listed and found; nobody to start one on is a clear 503', async () => {
    expect((await door.get('/api/agents?family=probe&tags=a,b')).json()).toEqual({ items: [], nextCursor: null });
    expect((await door.get('/api/agents/list?present=false')).statusCode).toBe(200);
    expect((await door.get('/api/agents/none')).json()).toMatchObject({ status: 404, code: 'AGENT_NOT_FOUND' });
    const refused = await door.post('/api/agents', { family: 'probe' });
    expect(refused.json()).toMatchObject({ status: 503, code: 'NO_HOST' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('a body that does not fit is refused by field', async () => {
    const { errors } = (await door.post('/api/agents/create', { name: 'Bad Name', env: { A: 1 }, size: 2 })).json();
    expect(errors.map((fault: { path: string }) => fault.path).sort()).toEqual(['env', 'family', 'name', 'size']);
  });
});
