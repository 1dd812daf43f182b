import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { DatabaseClock } from './database-clock';
import { translateDatabaseError } from './database-errors';
import { entities } from './entities';
import { SnakeNaming } from './entities/snake-naming';
import { ListeningClient } from './listening-client';
import { type Sql, statement, type Statement } from './sql';

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Connections for hot statements, and as many for lookups by key; default 4. */
  readonly connections?: number;
  /** A statement is given up after this many milliseconds, its connection with it; default 15,000. 0: never. */
  readonly answerWithinMs?: number;
  /** Called when an idle connection breaks; the pool makes a new one when it is needed. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** A process that stopped in the middle of a transaction holds its locks no longer than the brain's lease lasts. */
const IDLE_IN_TRANSACTION_MS = 2000;

/** The schema all of Baton's tables live in. */
export const SCHEMA = 'baton';
/** Each of the parameters' rows is looked up in an index; whatever else the planner might think of is off or dear. */
const LOOKUPS = ['seqscan', 'hashjoin', 'mergejoin', 'material'].map((what) => `-c enable_${what}=off`).join(' ');
const CLOCK = statement('clock', 'select clock_timestamp() as now');

/**
 * One per process. Hot statements run prepared on a small pool; TypeORM's entities serve the cold paths on theirs.
 * Errors come out translated: LeaseLostError, DatabaseUnavailableError, or the driver's own.
 */
export class Database implements Sql {
  readonly orm: DataSource;
  private readonly pool: Pool;
  private readonly lookups: Pool;
  private readonly clock = new DatabaseClock(() => this.readClock());

  constructor(options: DatabaseOptions) {
    const connection = {
      connectionString: options.url,
      application_name: options.name,
      options: `-c search_path=${SCHEMA},public -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
      connectionTimeoutMillis: 5000,
      query_timeout: options.answerWithinMs ?? 15_000,
      keepAlive: true,
      Client: ListeningClient,
    };
    // Statements of one transaction that need nothing of each other share a round trip (the types do not know it yet).
    const pipelined: PoolConfig & { pipeline: boolean } = { ...connection, pipeline: true };
    const size = { max: options.connections ?? 4, idleTimeoutMillis: 0 };
    this.pool = new Pool({ ...pipelined, ...size });
    this.lookups = new Pool({
      ...pipelined,
      ...size,
      options: `${connection.options} ${LOOKUPS} -c random_page_cost=1`,
    });
    for (const pool of [this.pool, this.lookups]) pool.on('error', (error) => options.onConnectionLost?.(error));
    this.orm = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: SCHEMA,
      applicationName: options.name,
      entities,
      namingStrategy: new SnakeNaming(),
      poolErrorHandler: (error: Error) => options.onConnectionLost?.(error),
      extra: { ...connection, max: 2 },
    });
  }

  /** Connects the cold side and looks at the clock. Throws DatabaseUnavailableError. */
  async connect(): Promise<void> {
    try {
      await this.orm.initialize();
    } catch (error) {
      throw translateDatabaseError(error);
    }
    await this.clock.sync();
  }

  /** The time by the database's clock, whatever this machine's says: for all that is stored or compared there. */
  now(): Date {
    return this.clock.now();
  }

  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const pool = statement.keyed ? this.lookups : this.pool;
      const result = await pool.query<Row>(queryOf(statement, values));
      return result.rows;
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Commits what `work` did, or nothing of it. */
  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
    let broken: Error | undefined;
    try {
      // Not awaited: it travels with the first statement. Should it fail, that one fails with it.
      const begun = client.query('begin');
      begun.catch(() => undefined);
      const result = await work(new ClientSql(client));
      await begun;
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: unknown) => (broken = failure as Error));
      throw translateDatabaseError(error);
    } finally {
      client.release(broken);
    }
  }

  private async readClock(): Promise<Date> {
    const [row] = await this.run<{ now: Date }>(CLOCK);
    return row?.now ?? new Date();
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.lookups.end(), this.orm.isInitialized ? this.orm.destroy() : undefined]);
  }
}

class ClientSql implements Sql {
  constructor(private readonly client: PoolClient) {}

  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.client.query<Row>(queryOf(statement, values));
    return result.rows;
  }
}

function queryOf({ name, text, withinMs }: Statement, values: readonly unknown[]): QueryConfig {
  const query = { name, text, values: values as unknown[] };
  return withinMs === undefined ? query : ({ ...query, query_timeout: withinMs } as QueryConfig);
}
