import { createHash } from 'node:crypto';
import { type SigningKeys } from '@baton/persistence';
import {
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose';
import { decodeProtectedHeader, errors, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { UnauthenticatedError } from './auth-errors';
import { type Principal, type Role, roles } from './principal';

/** Seconds an access token is good for. */
export const ACCESS_SECONDS = 15 * 60;
const ISSUER = 'baton';
const AUDIENCE = 'baton-api';
/** A token signed by a key we have not seen makes us look for new keys at most this often. */
const RELOAD_EVERY_MS = 5000;

interface Key {
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
}

/** Signs access tokens (JWT, EdDSA) and checks them. What was checked once is remembered until it expires. */
export class AccessTokens {
  private keys = new Map<string, Key>();
  private current: Key | undefined;
  private loadedAt = 0;
  private readonly known = new LRUCache<string, { principal: Principal; expiresAt: number }>({ max: 10_000 });

  constructor(private readonly store: SigningKeys) {}

  /** Loads the keys, or makes the first. Before it nothing is issued or verified. */
  async start(): Promise<void> {
    await this.adopt(await this.store.loadOrCreate(makeKey));
  }

  issue(principal: Principal): Promise<string> {
    const key = this.current;
    if (!key) throw new Error('AccessTokens.start() must come first.');
    return new SignJWT({ name: principal.name, roles: [...principal.roles] })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setSubject(principal.id)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_SECONDS}s`)
      .sign(key.sign);
  }

  /** Who the token belongs to, when it was verified before and has not expired. */
  verified(token: string): Principal | undefined {
    const known = this.known.get(fingerprint(token));
    return known && known.expiresAt > Date.now() ? known.principal : undefined;
  }

  /** Throws UnauthenticatedError. */
  async verify(token: string): Promise<Principal> {
    try {
      const key = await this.keyOf(token);
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'], typ: 'at+jwt' };
      const { payload } = await jwtVerify(token, key.verify, options);
      const principal = toPrincipal(payload);
      this.known.set(fingerprint(token), { principal, expiresAt: (payload.exp ?? 0) * 1000 });
      return principal;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new UnauthenticatedError('The access token has expired: refresh it.', {}, error);
      if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
      throw new UnauthenticatedError(
        'The access token is not valid: get a new one at POST /api/auth/token.',
        {},
        error,
      );
    }
  }

  private async keyOf(token: string): Promise<Key> {
    const { kid = '' } = decodeProtectedHeader(token);
    const known = this.keys.get(kid);
    if (known) return known;
    if (Date.now() - this.loadedAt > RELOAD_EVERY_MS) await this.adopt(await this.store.load());
    const found = this.keys.get(kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return found;
  }

  private async adopt(stored: readonly { kid: string; privateJwk: string; retired: boolean }[]): Promise<void> {
    const loaded = await Promise.all(
      stored.map(async ({ kid, privateJwk }) => {
        const jwk = JSON.parse(privateJwk) as JWK;
        const { d: _secret, ...open } = jwk;
        return { kid, sign: await importKey(jwk), verify: await importKey(open) };
      }),
    );
    this.keys = new Map(loaded.map((key) => [key.kid, key]));
    this.current = loaded[stored.findIndex((key) => !key.retired)];
    this.loadedAt = Date.now();
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, 'EdDSA')) as CryptoKey;
}

async function makeKey(): Promise<{ kid: string; privateJwk: string }> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint(jwk), privateJwk: JSON.stringify(jwk) };
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function toPrincipal(payload: { sub?: string; name?: unknown; roles?: unknown }): Principal {
  const held = Array.isArray(payload.roles) ? payload.roles : [];
  return {
    id: payload.sub ?? '',
    name: String(payload.name),
    roles: held.filter((role): role is Role => (roles as readonly unknown[]).includes(role)),
  };
}
