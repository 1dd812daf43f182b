import { brokerAddress, type Bus, connectBus } from '@baton/bus';
import { type Logger, withoutPassword } from '@baton/observability';
import { Database, DatabaseUnavailableError, migrate } from '@baton/persistence';
import { type RegistryConfig } from './config';

/** A database that starts together with the registry gets this long. */
const DATABASE_WITHIN_MS = 30_000;
const TRY_EVERY_MS = 1000;

/** Connects to a database of this version; brings it there when nobody else has yet. Throws DatabaseUnavailableError. */
export async function openDatabase(config: RegistryConfig, logger: Logger): Promise<Database> {
  const url = config.DATABASE_URL;
  const deadline = performance.now() + DATABASE_WITHIN_MS;
  for (;;) {
    try {
      const ran = await migrate(url);
      if (ran.length > 0) logger.info({ event: 'database.migrated', migrations: ran }, 'the database is migrated');
      const onConnectionLost = (err: Error): void => logger.warn({ event: 'database.connection.lost', err }, 'lost');
      return new Database({ url, name: 'baton-registry', connections: 3, onConnectionLost });
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || performance.now() >= deadline) throw error;
      const fields = { event: 'database.waiting', url: withoutPassword(url), reason: error.message };
      logger.warn(fields, 'waiting for the database');
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }
}

export function openBus(config: RegistryConfig, replicaId: string, logger: Logger): Promise<Bus> {
  const names = { name: `registry ${replicaId}`, source: `/registries/${replicaId}` };
  return connectBus({ ...brokerAddress(config), ...names, logger });
}
