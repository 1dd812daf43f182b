import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { SpecDoor } from '../spec-door';

// The first start compiles much of Nest, on whatever machine this is.
jest.setTimeout(60_000);
describe('agents', () => {
  let holder: TestDatabase;
  let broker: TestBroker;
  let door: SpecDoor;
  beforeAll(async () => {
    [holder, broker] = await Promise.all([testDatabase(), testBroker()]);
    door = await SpecDoor.open({ database: holder.url, broker: broker.url });
  });
  afterAll(async () => {
    await door?.close();
    await Promise.all([holder?.close(), broker?.close()]);
  });

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
