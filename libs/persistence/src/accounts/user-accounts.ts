import { Raw } from 'typeorm';
import { type Database } from '../database';
import { translateDatabaseError } from '../database-errors';
import { UserEntity } from '../entities/user.entity';

export interface UserAccount {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

const AUDIT = `
insert into audit (subject, subject_id, seq, to_state, actor, reason)
select 'user', $1::uuid, 1 + coalesce((select max(seq) from audit where subject_id = $1::uuid), 0), $2, $3, $4`;

/** Local accounts, and what happened to them. Errors: DatabaseUnavailableError. */
export class UserAccounts {
  constructor(private readonly database: Database) {}

  /** The account of that name, whatever its case; undefined when there is none. */
  async find(username: string): Promise<UserAccount | undefined> {
    const where = { username: Raw((column) => `lower(${column}) = lower(:username)`, { username }) };
    return this.guarded(async () => (await this.repository.findOneBy(where)) ?? undefined);
  }

  async findById(id: string): Promise<UserAccount | undefined> {
    return this.guarded(async () => (await this.repository.findOneBy({ id })) ?? undefined);
  }

  async isEmpty(): Promise<boolean> {
    return this.guarded(async () => !(await this.repository.exists()));
  }

  /** False when the name is taken: of two doors that start at once, one creates the account. */
  async create(account: UserAccount, actor: string): Promise<boolean> {
    return this.guarded(() =>
      this.database.orm.transaction(async (manager) => {
        const values = { ...account, roles: [...account.roles] };
        const added = await manager.createQueryBuilder().insert().into(UserEntity).values(values).orIgnore().execute();
        if ((added.raw as unknown[]).length === 0) return false;
        await manager.query(AUDIT, [account.id, 'created', actor, `roles ${account.roles.join(', ')}`]);
        return true;
      }),
    );
  }

  /** Adds to the account's history: signed in, refused, revoked. */
  async audit(userId: string, event: string, actor: string, reason: string | null): Promise<void> {
    await this.guarded(() => this.database.orm.query(AUDIT, [userId, event, actor, reason]));
  }

  private get repository() {
    return this.database.orm.getRepository(UserEntity);
  }

  private async guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
