import { createHash, randomBytes } from 'node:crypto';
import { type RefreshTokens, type UserAccount, type UserAccounts } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { TooManyRequestsError } from '../api/http/request-errors';
import { ACCESS_SECONDS, type AccessTokens } from './access-tokens';
import { UnauthenticatedError } from './auth-errors';
import { type LoginThrottle, maxFailures } from './login-throttle';
import { isPassword } from './passwords';
import { actorOf, type Principal, type Role } from './principal';

const REFRESH_MS = 30 * 24 * 3600 * 1000;

/** What a client gets to act with. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/** Turns passwords and refresh tokens into access. Every success and every misuse is audited. */
export class SignIn {
  constructor(
    private readonly users: UserAccounts,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Throws UnauthenticatedError, or TooManyRequestsError after too many failures. */
  async withPassword(credentials: { username: string; password: string }, address: string): Promise<TokenGrant> {
    const { username, password } = credentials;
    const who = `${username.toLowerCase()} ${address}`;
    this.refuseWhenThrottled(who, address);
    const account = await this.users.find(username);
    const matches = await isPassword(password, account?.passwordHash);
    if (!account || !matches || account.disabled) {
      this.throttle.failed(who);
      this.throttle.failed(address);
      if (account) await this.users.audit(account.id, 'refused', `user:${account.username}`, `sign-in from ${address}`);
      throw new UnauthenticatedError('The name or the password is wrong.');
    }
    this.throttle.succeeded(who);
    const token = newToken();
    await this.refreshTokens.add({ ...token.stored, userId: account.id, familyId: uuidV7() });
    await this.users.audit(account.id, 'signed-in', `user:${account.username}`, `from ${address}`);
    return this.grant(account, token.secret);
  }

  /** A refresh token serves once; one that was used before ends its whole chain. Throws UnauthenticatedError. */
  async withRefreshToken(refreshToken: string, address: string): Promise<TokenGrant> {
    const token = newToken();
    const rotation = await this.refreshTokens.rotate(hashOf(refreshToken), token.stored);
    if (rotation.kind === 'unknown') throw expired();
    const account = await this.users.findById(rotation.userId);
    if (rotation.kind === 'reused') {
      await this.users.audit(rotation.userId, 'revoked', 'orchestrator', `a refresh token came twice, from ${address}`);
      throw expired();
    }
    if (!account || account.disabled) throw expired();
    return this.grant(account, token.secret);
  }

  /** Ends the chain of this refresh token. Says nothing about whether it was known (RFC 7009). */
  async revoke(refreshToken: string, by: Principal): Promise<void> {
    const userId = await this.refreshTokens.revokeFamily(hashOf(refreshToken));
    if (userId !== undefined) await this.users.audit(userId, 'revoked', actorOf(by), 'signed out');
  }

  private refuseWhenThrottled(who: string, address: string): void {
    const ofName = this.throttle.secondsToWait(who, maxFailures.name);
    const seconds = Math.max(ofName, this.throttle.secondsToWait(address, maxFailures.address));
    if (seconds > 0) throw new TooManyRequestsError(`Too many failed sign-ins. Try again in ${seconds} s.`, seconds);
  }

  private async grant(account: UserAccount, refreshToken: string): Promise<TokenGrant> {
    const principal = { id: account.id, name: account.username, roles: account.roles as readonly Role[] };
    const accessToken = await this.accessTokens.issue(principal);
    return { accessToken, tokenType: 'Bearer', expiresIn: ACCESS_SECONDS, refreshToken };
  }
}

function newToken() {
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + REFRESH_MS);
  return { secret, stored: { id: uuidV7(), tokenHash: hashOf(secret), expiresAt } };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function expired(): UnauthenticatedError {
  return new UnauthenticatedError('The refresh token is not valid any more: sign in again at POST /api/auth/token.');
}
