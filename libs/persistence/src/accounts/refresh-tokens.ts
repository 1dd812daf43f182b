import { IsNull } from 'typeorm';
import { type Database } from '../database';
import { translateDatabaseError } from '../database-errors';
import { RefreshTokenEntity } from '../entities/refresh-token.entity';

export interface NewRefreshToken {
  readonly id: string;
  readonly userId: string;
  /** The sign-in this chain began with. */
  readonly familyId: string;
  readonly tokenHash: string;
  readonly expiresAt: Date;
}
export type Rotation =
  | { readonly kind: 'rotated'; readonly userId: string }
  | { readonly kind: 'reused'; readonly userId: string }
  | { readonly kind: 'unknown' };

/**
 * Chains of refresh tokens. R1 A token serves once: rotating it revokes it and adds its successor, atomically.
 * R2 A revoked token that shows up again revokes its whole family: either its owner or a thief is late.
 */
export class RefreshTokens {
  constructor(private readonly database: Database) {}

  async add(token: NewRefreshToken): Promise<void> {
    await this.guarded(() => this.database.orm.getRepository(RefreshTokenEntity).insert({ ...token }));
  }

  async rotate(tokenHash: string, successor: Omit<NewRefreshToken, 'userId' | 'familyId'>): Promise<Rotation> {
    return this.guarded(() =>
      this.database.orm.transaction(async (manager) => {
        const tokens = manager.getRepository(RefreshTokenEntity);
        const held = await tokens.findOne({ where: { tokenHash }, lock: { mode: 'pessimistic_write' } });
        if (!held || held.expiresAt <= new Date()) return { kind: 'unknown' };
        const { userId, familyId } = held;
        if (held.revokedAt) {
          await tokens.update({ familyId, revokedAt: IsNull() }, { revokedAt: new Date() });
          return { kind: 'reused', userId };
        }
        await tokens.update({ id: held.id }, { revokedAt: new Date() });
        await tokens.insert({ ...successor, userId, familyId });
        return { kind: 'rotated', userId };
      }),
    );
  }

  /** Ends the chain the token belongs to. Undefined: nobody ever had this token. */
  async revokeFamily(tokenHash: string): Promise<string | undefined> {
    return this.guarded(async () => {
      const tokens = this.database.orm.getRepository(RefreshTokenEntity);
      const held = await tokens.findOneBy({ tokenHash });
      if (!held) return undefined;
      await tokens.update({ familyId: held.familyId, revokedAt: IsNull() }, { revokedAt: new Date() });
      return held.userId;
    });
  }

  private async guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
