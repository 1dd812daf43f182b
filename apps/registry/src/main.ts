import 'reflect-metadata';
import { createLogger, nestLogger, runProcess, startHealthServer, startMetricsServer } from '@baton/observability';
import { NestFactory } from '@nestjs/core';
import { readConfig, readLogLevel } from './config';
import { Desk } from './desk';
import { healthChecks } from './health-checks';
import { Heartbeats } from './presence/heartbeats';
import { Keeper } from './presence/keeper';
import { PresenceBook } from './presence/presence-book';
import { RegistryModule } from './registry.module';

const logger = createLogger('registry', readLogLevel());

void runProcess(logger, async () => {
  const config = readConfig();
  const module = RegistryModule.with(config, logger);
  const app = await NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
  const desk = app.get(Desk, { strict: false });
  const checks = healthChecks(desk, app.get(Heartbeats), app.get(Keeper), app.get(PresenceBook));
  const health = await startHealthServer({ port: config.HEALTH_PORT, checks, logger });
  const metrics = await startMetricsServer({ port: config.METRICS_PORT, registry: desk.metrics, logger });
  const stop = async (): Promise<void> => {
    await Promise.all([health.close(), metrics.close()]);
    await app.close();
  };
  const on = ({ port }: { readonly port: number }): string => `http://127.0.0.1:${port}`;
  return { ready: { health: on(health), metrics: on(metrics) }, stop };
});
