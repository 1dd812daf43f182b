import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * A package that is installed with the peers only. `Shape` is what this folder uses of it: the package's own types are
 * not there when the project is checked.
 */
export function peerPackage<Shape>(home: string, name: string): Shape {
  return createRequire(join(home, 'package.json'))(name) as Shape;
}

/** The part of node-postgres that the drivers use, in the peers' own version. */
export interface PgPool {
  query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
  connect(): Promise<PgPool & { release(): void }>;
  end(): Promise<void>;
}

export function openPool(home: string, connectionString: string, max: number): PgPool {
  const { Pool } = peerPackage<{ Pool: new (options: object) => PgPool }>(home, 'pg');
  return new Pool({ connectionString, max });
}

/** The one number a query answers with. */
export async function numberOf(pool: PgPool, text: string): Promise<number> {
  const { rows } = await pool.query<{ n: number | string }>(text);
  return Number(rows[0]?.n);
}
