import { type SigningKeys } from '@baton/persistence';
import { AccessTokens } from './access-tokens';

/** Keeps keys as the database would; two doors share it. */
class KeptKeys implements Pick<SigningKeys, 'load' | 'loadOrCreate'> {
  readonly keys: { kid: string; privateJwk: string; retired: boolean }[] = [];

  load() {
    return Promise.resolve([...this.keys]);
  }

  async loadOrCreate(make: () => Promise<{ kid: string; privateJwk: string }>) {
    if (this.keys.length === 0) this.keys.push({ ...(await make()), retired: false });
    return this.load();
  }
}

const principal = { id: 'u1', name: 'ada', roles: ['operator'] } as const;
const open = async (keys: KeptKeys): Promise<AccessTokens> => {
  const tokens = new AccessTokens(keys as unknown as SigningKeys);
  await tokens.start();
  return tokens;
};

describe('AccessTokens', () => {
  afterEach(() => jest.useRealTimers());

  test('a token is verified once and remembered; another door verifies it too', async () => {
    const keys = new KeptKeys();
    const [one, other] = [await open(keys), await open(keys)];
    const token = await one.issue(principal);
    expect(one.verified(token)).toBeUndefined();
    await expect(one.verify(token)).resolves.toEqual(principal);
    expect(one.verified(token)).toEqual(principal);
    await expect(other.verify(token)).resolves.toEqual(principal);
  });

  test('a token of a stranger, a changed one and nonsense are refused', async () => {
    const tokens = await open(new KeptKeys());
    const stranger = await open(new KeptKeys());
    const [header = '', , signature = ''] = (await tokens.issue(principal)).split('.');
    const payload = Buffer.from(JSON.stringify({ sub: 'u1', name: 'ada', roles: ['admin'] })).toString('base64url');
    const bad = [await stranger.issue(principal), `${header}.${payload}.${signature}`, 'nonsense', 'a.b.c', ''];
    for (const token of bad) await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('an expired token is refused, remembered or not', async () => {
    const tokens = await open(new KeptKeys());
    const token = await tokens.issue(principal);
    await tokens.verify(token);
    jest.useFakeTimers({ now: Date.now() + 16 * 60_000, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    expect(tokens.verified(token)).toBeUndefined();
    await expect(tokens.verify(token)).rejects.toThrow('has expired');
  });

  test('roles nobody knows are dropped', async () => {
    const tokens = await open(new KeptKeys());
    const token = await tokens.issue({ ...principal, roles: ['operator', 'emperor'] as never });
    await expect(tokens.verify(token)).resolves.toMatchObject({ roles: ['operator'] });
  });
});
