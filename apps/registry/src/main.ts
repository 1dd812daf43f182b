import 'reflect-metadata';
import { createLogger, nestLogger, runProcess, startHealthServer } from '@baton/observability';
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
  const checks = healthChecks(
    app.get(Desk, { strict: false }),
    app.get(Heartbeats),
    app.get(Keeper),
    app.get(PresenceBook),
  );
  const health = await startHealthServer({ port: config.HEALTH_PORT, checks, logger });
  const stop = async (): Promise<void> => {
    await health.close();
    await app.close();
  };
  return { ready: { health: `http://127.0.0.1:${health.port}` }, stop };
});
