import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { readHistory } from '../history/subject-history';
import { RefreshTokens } from './refresh-tokens';
import { SigningKeys } from './signing-keys';
import { UserAccounts } from './user-accounts';

describe('accounts', () => {
  let holder: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    holder = await testDatabase();
    database = new Database({ url: holder.url, name: 'accounts-spec' });
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await holder.close();
  });

  const account = (username: string) => ({
    id: randomUUID(),
    username,
    passwordHash: 'hash',
    roles: ['admin'],
    disabled: false,
  });
  const later = () => new Date(Date.now() + 60_000);
  const link = (tokenHash = randomUUID()) => ({ id: randomUUID(), tokenHash, expiresAt: later() });

  test('a name is taken once, whatever its case in a search, and its creation is audited', async () => {
    const users = new UserAccounts(database);
    await expect(users.isEmpty()).resolves.toBe(true);
    const first = account('admin');
    const created = await Promise.all([
      users.create(first, 'orchestrator'),
      users.create(account('admin'), 'orchestrator'),
    ]);
    expect(created.filter(Boolean)).toHaveLength(1);
    const found = await users.find('ADMIN');
    expect(found).toMatchObject({ username: 'admin', roles: ['admin'] });
    await users.audit(found?.id ?? '', 'signed-in', 'user:admin', 'from 127.0.0.1');
    const history = await readHistory(database, 'user', found?.id ?? '');
    expect(history.map((entry) => entry.to)).toEqual(['created', 'signed-in']);
  });

  test('doors that start at once share one signing key', async () => {
    const keys = [1, 2, 3].map((n) =>
      new SigningKeys(database).loadOrCreate(() => Promise.resolve({ kid: `key-${n}`, privateJwk: '{}' })),
    );
    const kids = (await Promise.all(keys)).map((loaded) => loaded.map((key) => key.kid));
    expect(kids[0]).toHaveLength(1);
    expect(kids[1]).toEqual(kids[0]);
    expect(kids[2]).toEqual(kids[0]);
  });

  test('R1 a refresh token serves once, R2 using it again ends the whole family', async () => {
    const users = new UserAccounts(database);
    const user = account('rotator');
    await users.create(user, 'test');
    const tokens = new RefreshTokens(database);
    const first = link();
    await tokens.add({ ...first, userId: user.id, familyId: randomUUID() });
    const second = link();
    await expect(tokens.rotate(first.tokenHash, second)).resolves.toEqual({ kind: 'rotated', userId: user.id });
    await expect(tokens.rotate(first.tokenHash, link())).resolves.toEqual({ kind: 'reused', userId: user.id });
    await expect(tokens.rotate(second.tokenHash, link())).resolves.toMatchObject({ kind: 'reused' });
    await expect(tokens.rotate('never issued', link())).resolves.toEqual({ kind: 'unknown' });
  });

  test('an expired token is unknown', async () => {
    const users = new UserAccounts(database);
    const user = account('late');
    await users.create(user, 'test');
    const tokens = new RefreshTokens(database);
    const expired = { ...link(), expiresAt: new Date(Date.now() - 1) };
    await tokens.add({ ...expired, userId: user.id, familyId: randomUUID() });
    await expect(tokens.rotate(expired.tokenHash, link())).resolves.toEqual({ kind: 'unknown' });
  });
});
