import { IsNull } from 'typeorm';
import { type Database } from '../database';
import { translateDatabaseError } from '../database-errors';
import { SigningKeyEntity } from '../entities/signing-key.entity';

export interface SigningKey {
  readonly kid: string;
  /** JSON Web Key, private part included. */
  readonly privateJwk: string;
  readonly retired: boolean;
}

/** Any number; the same in every process that makes keys. */
const KEY_LOCK = 4_021_965;

/** The keys access tokens are signed with, shared by all doors. Errors: DatabaseUnavailableError. */
export class SigningKeys {
  constructor(private readonly database: Database) {}

  /** All keys, the one to sign with first. Makes it when there is none; two doors that start at once get the same. */
  async loadOrCreate(make: () => Promise<{ kid: string; privateJwk: string }>): Promise<SigningKey[]> {
    try {
      await this.database.orm.transaction(async (manager) => {
        await manager.query('select pg_advisory_xact_lock($1)', [KEY_LOCK]);
        const keys = manager.getRepository(SigningKeyEntity);
        if (!(await keys.existsBy({ retiredAt: IsNull() }))) await keys.insert(await make());
      });
      return await this.load();
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  async load(): Promise<SigningKey[]> {
    const rows = await this.database.orm
      .getRepository(SigningKeyEntity)
      .find({ order: { createdAt: 'desc' } })
      .catch((error: unknown) => {
        throw translateDatabaseError(error);
      });
    const keys = rows.map((row) => ({ kid: row.kid, privateJwk: row.privateJwk, retired: row.retiredAt !== null }));
    return keys.sort((one, other) => Number(one.retired) - Number(other.retired));
  }
}
