import { type UserAccounts } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { generatePassword, hashPassword } from './passwords';

/**
 * Creates the account `admin` when there is no account at all. Returns the password when it was generated here: it is
 * shown once and kept nowhere.
 */
export async function ensureAdmin(users: UserAccounts, given: string | undefined): Promise<string | undefined> {
  if (!(await users.isEmpty())) return undefined;
  const password = given ?? generatePassword();
  const passwordHash = await hashPassword(password);
  const account = { id: uuidV7(), username: 'admin', passwordHash, roles: ['admin'], disabled: false };
  const created = await users.create(account, 'orchestrator');
  return created && given === undefined ? password : undefined;
}
