import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { brokerAddress, type Bus, connectBus, MeasuredBus, PrometheusMeter } from '@baton/bus';
import { createLogger, createMetricsRegistry, runProcess, type RunningProcess } from '@baton/observability';
import { Database, migrate } from '@baton/persistence';
import { type Registry } from 'prom-client';
import { createApi } from './api/create-api';
import { AppModule } from './app.module';
import { type OrchestratorConfig, readConfig } from './config';
import { listen } from './listen';
import { OpsServers } from './ops/ops-servers';
import { VERSION } from './version';

const logger = createLogger('orchestrator', 'info');

async function start(): Promise<RunningProcess> {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const ran = await migrate(config.DATABASE_URL);
  if (ran.length > 0) logger.info({ event: 'database.migrated', migrations: ran }, 'database migrated');
  const id = randomUUID();
  const registry = createMetricsRegistry('orchestrator');
  const connected = await connectBus({
    ...brokerAddress(config),
    name: `orchestrator-${id.slice(0, 8)}`,
    source: `/orchestrators/${id}`,
    logger,
    // A frozen orchestrator must let go of the results it holds within seconds.
    heartbeatSeconds: 4,
  });
  const bus = new MeasuredBus(connected, new PrometheusMeter(registry));
  const database = new Database({
    url: config.DATABASE_URL,
    name: `orchestrator-${id.slice(0, 8)}`,
    connections: 6,
    onConnectionLost: (error) => logger.warn({ event: 'database.connection-lost', err: error }, 'connection lost'),
  });
  await database.connect();
  return serve({ config, bus, database, registry });
}

interface Connections {
  readonly config: OrchestratorConfig;
  readonly bus: Bus;
  readonly database: Database;
  readonly registry: Registry;
}

async function serve({ config, bus, database, registry }: Connections): Promise<RunningProcess> {
  const root = AppModule.with({ config, logger, bus, database, registry, version: VERSION });
  const app = await createApi(root, { logger, version: VERSION, registry });
  await listen(app, config.AGENT_ORCHESTRATOR_PORT, config.BATON_LISTEN_ADDRESS);
  const { health, metrics } = app.get(OpsServers).ports;
  const on = (port: number): string => `http://${hostOf(config.BATON_LISTEN_ADDRESS)}:${port}`;
  return {
    ready: { api: await app.getUrl(), health: on(health), metrics: on(metrics) },
    async stop() {
      await app.close();
      await bus.close();
      await database.close();
    },
  };
}

/** An address that listens everywhere is reached by the loopback one. */
function hostOf(address: string): string {
  return address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
}

void runProcess(logger, start);
