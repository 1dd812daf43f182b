import { specDoor } from '../../test/spec-door';

describe('access', () => {
  const door = specDoor();

  test('nothing without a token, and a wrong one says so', async () => {
    const bare = await door.app.inject({ method: 'GET', url: '/api/tasks' });
    expect(bare.statusCode).toBe(401);
    expect(bare.headers['www-authenticate']).toContain('Bearer');
    expect((await door.get('/api/tasks', { authorization: 'Bearer nonsense' })).json()).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const forged = `${door.bearer.authorization.slice(7, -6)}AAAAAA`;
    expect((await door.get('/api/tasks', { authorization: `Bearer ${forged}` })).statusCode).toBe(401);
    const [, payload] = door.bearer.authorization.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    expect((await door.get('/api/tasks', { authorization: `Bearer ${unsigned}` })).statusCode).toBe(401);
  });

  test('documentation, schemas and health are open', async () => {
    for (const url of ['/api/openapi.json', '/api/docs', '/api/schemas/workflow.json', '/healthz/live']) {
      expect((await door.app.inject({ method: 'GET', url })).statusCode).toBe(200);
    }
  });

  test('a wrong password is 401, and too many are 429 with a time to come back', async () => {
    for (let n = 0; n < 5; n++) expect((await door.signIn('wrong', 'ghost')).statusCode).toBe(401);
    const throttled = await door.signIn('wrong', 'ghost');
    expect(throttled.statusCode).toBe(429);
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('a credential with an unknown field is refused by name', async () => {
    const payload = { username: 'admin', password: 'long enough', admin: true };
    const response = await door.app.inject({ method: 'POST', url: '/api/auth/token', payload });
    expect(response.json()).toMatchObject({
      status: 400,
      errors: [{ path: 'admin', message: 'is not a known field' }],
    });
  });

  test('refresh tokens serve once; the second use ends the family; revoking ends it too', async () => {
    const refresh = (refreshToken: string) =>
      door.app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refreshToken } });
    const first = (await door.signIn()).json().refreshToken;
    const second = (await refresh(first)).json().refreshToken;
    expect((await refresh(first)).statusCode).toBe(401);
    expect((await refresh(second)).statusCode).toBe(401);
    const other = (await door.signIn()).json().refreshToken;
    expect((await door.post('/api/auth/revoke', { refreshToken: other })).statusCode).toBe(204);
    expect((await refresh(other)).statusCode).toBe(401);
  });

  test('a second door honours tokens of the first and creates no second admin', async () => {
    const second = await door.another();
    const request = { method: 'GET', url: '/api/tasks', headers: door.bearer } as const;
    expect((await second.app.inject(request)).statusCode).toBe(200);
    await second.close();
    const { items } = (await door.get('/api/audit?subject=user&limit=500')).json();
    expect(items.filter((entry: { to: string }) => entry.to === 'created')).toHaveLength(1);
  });

  test('guessing many names from one address is slowed down as well', async () => {
    const guess = (n: number) => door.signIn('wrong', `nobody-${n}`);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => guess(n)));
    expect(answers.filter((answer) => answer.statusCode === 401).length).toBeGreaterThan(30);
    expect((await guess(51)).statusCode).toBe(429);
  });
});
