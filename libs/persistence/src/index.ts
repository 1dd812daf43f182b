export { Database, SCHEMA } from './database';
export type { DatabaseOptions } from './database';
export { DatabaseUnavailableError, isTransient } from './database-errors';
export { migrate } from './migrate';
export { statement } from './sql';
export type { Sql, Statement } from './sql';
export { giveUpBrainLease, renewBrainLease, takeBrainLease } from './leases/brain-lease';
